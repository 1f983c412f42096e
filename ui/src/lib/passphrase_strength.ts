// How well a passphrase holds against somebody who has the file and tries what people choose, by zxcvbn's estimate.

/** From 0, among the first thousand tries, to 4, more than ten billion. */
export type Score = 0 | 1 | 2 | 3 | 4;

export interface Strength {
  score: Score;
  /** For people. */
  words: string;
  /** What of it falls short; nothing where it is good enough. */
  problem: string | null;
}

/** Characters that a passphrase has at least. */
export const MIN_LENGTH = 10;
/** A file can be tried without anybody noticing, so that “hard to guess” is the least. */
const ENOUGH: Score = 3;
/** Characters that are looked at: what is longer is no weaker, and the estimate takes longer than its length. */
const LOOKED_AT = 100;

const WORDS = ['Very easy to guess', 'Easy to guess', 'Could be guessed', 'Hard to guess', 'Very hard to guess'] as const;

/** Loads the lists of what people choose; they are needed only where a passphrase is chosen. */
export async function loadEstimate(): Promise<(passphrase: string) => Strength> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  return (passphrase) => strengthOf(passphrase, zxcvbn.check([...passphrase].slice(0, LOOKED_AT).join('')).score);
}

function strengthOf(passphrase: string, score: Score): Strength {
  const length = [...passphrase].length;
  const problem =
    length < MIN_LENGTH
      ? `A passphrase has at least ${MIN_LENGTH} characters; this one has ${length}.`
      : score < ENOUGH
        ? 'It can be guessed by trying what people often choose. A few words that do not belong together are harder to guess.'
        : null;
  return { score, words: WORDS[score], problem };
}

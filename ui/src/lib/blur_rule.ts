// Which values screen-share mode blurs, where not all of them: those under names that somebody listed.

/** Whether values under a name are blurred. */
export type BlurRule = (name: string) => boolean;

/** The longest name that is compared; a longer one is blurred. */
const MOST = 256;

/** The rule of a list of names with commas or spaces between; `*` is any characters. None where nothing is listed. */
export function blurRule(listed: string): BlurRule | null {
  const names = listed.split(/[\s,;]+/).filter((name) => name !== '');
  if (names.length === 0) {
    return null;
  }
  const patterns = names.map((name) => {
    const parts = name.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'isu');
  });
  return (name) => name.length > MOST || patterns.some((pattern) => pattern.test(name));
}

/** A name of a JSON object, which may stand in a string in it. */
const NAME = /"([^"\\]*(?:\\.[^"\\]*)*)"\s*:/g;

/** Whether a text, as of JSON that may be cut off, names something that the rule blurs. */
export function names(text: string, rule: BlurRule): boolean {
  const named = (of: string) => [...of.matchAll(NAME)].some(([, name]) => rule(unescaped(name ?? '')));
  return named(text) || (text.includes('\\') && named(text.replaceAll('\\', '')));
}

/** Whether the start of a value can be shown: an object that names nothing of the rule. What has no name could be anything. */
export function isShown(preview: string, rule: BlurRule): boolean {
  return preview.trimStart().startsWith('{') && !names(preview, rule);
}

/** What a JSON string between its quotes says, as far as it is letters. */
export function unescaped(text: string): string {
  return text.replace(/\\(?:u([\da-f]{4})|(.))/gis, (_, code: string | undefined, one: string) => (code === undefined ? one : String.fromCharCode(parseInt(code, 16))));
}

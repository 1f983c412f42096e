// What is said once keys were added, in whatever way: which ones, and whether one of them encodes from now on.
import type { KeysView } from '../bindings/KeysView';
import { keyName } from '../lib/key_names';
import { count } from '../lib/numbers';
import type { Keys } from './keys.svelte';
import type { Toasts } from './toasts.svelte';

/** What is said of the key of Temporal's samples, whichever way it comes. */
export const SAMPLE_KEY_ADDED = 'Sample key added';

interface Targets {
  readonly keys: Keys;
  readonly toasts: Toasts;
}

/** Adds keys and says so, in the words of `done` where it has any. */
export async function addingKeys<T>(app: Targets, add: () => Promise<T>, done?: () => string): Promise<T> {
  // The change may be heard of before it is answered.
  const before = app.keys.view;
  const answer = await add();
  sayAdded(app, before, done?.());
  return answer;
}

/** Says which keys were added since `before`, and which of them encodes from now on. */
export function sayAdded({ keys, toasts }: Targets, before: KeysView | null, done?: string): void {
  const had = (before?.keys ?? []).map(({ handle }) => handle);
  const added = keys.list.filter(({ handle }) => !had.includes(handle));
  const [one] = added;
  const words = done ?? (one !== undefined && added.length === 1 ? `Key ${keyName(one)} added` : `Added ${count(added.length, 'key')}`);
  const encodes = added.find(({ handle }) => handle === keys.view?.encode_key);
  toasts.done(encodes === undefined ? words : `${words}. ${added.length === 1 ? 'It' : keyName(encodes)} encodes from now on.`);
}

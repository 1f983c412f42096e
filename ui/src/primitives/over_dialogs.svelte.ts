// What stands over every dialog. A modal dialog takes the keyboard and screen readers from all that is outside of it, so it is in the
// dialog in front, and in the window where none is open.
import { getContext, setContext, type Component } from 'svelte';

const KEY = Symbol('over dialogs');

class OverDialogs {
  /** Where it can stand: the window, and each dialog that is open. The last one is in front. */
  #places = $state.raw<readonly symbol[]>([]);

  constructor(readonly what: Component) {}

  isAt(place: symbol): boolean {
    return this.#places.at(-1) === place;
  }

  /** A place that is in front from now on, until what is returned is called. */
  enter(place: symbol): () => void {
    this.#places = [...this.#places, place];
    return () => (this.#places = this.#places.filter((one) => one !== place));
  }
}

/** Says what stands over the dialogs of this window. */
export function setOverDialogs(what: Component): void {
  setContext(KEY, new OverDialogs(what));
}

/** What stands over dialogs here; nothing in a window that says none. */
export function getOverDialogs(): OverDialogs | undefined {
  return getContext<OverDialogs | undefined>(KEY);
}

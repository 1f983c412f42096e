// What opens in place comes into view: below the fold nobody sees that anything happened.
import { tick } from 'svelte';
import type { Attachment } from 'svelte/attachments';

const FIELDS = 'input:not([type=hidden]):not(:disabled), select:not(:disabled), textarea:not(:disabled)';

/** Scrolls as little as shows all of it, or its beginning where it is longer than the room that it is in. */
export function bringIntoView(element: HTMLElement): void {
  const long = element.clientHeight > window.innerHeight * 0.8;
  element.scrollIntoView?.({ block: long ? 'start' : 'nearest' });
}

/** Of what appears because somebody asked for it: it is scrolled to, and its first field, where it has one, has the focus. */
export const opensInPlace: Attachment<HTMLElement> = (element) => {
  void tick().then(() => {
    if (element.isConnected) {
      element.querySelector<HTMLElement>(FIELDS)?.focus({ preventScroll: true });
      bringIntoView(element);
    }
  });
};

/** Of an answer that appears below what was asked with: the focus stays there. */
export const answersInPlace: Attachment<HTMLElement> = (element) => {
  void tick().then(() => element.isConnected && bringIntoView(element));
};

/** The same for everything that unfolds. */
export function unfoldIntoView(): () => void {
  const shown = ({ target }: Event) => {
    if (target instanceof HTMLDetailsElement && target.open) {
      bringIntoView(target);
    }
  };
  // It does not bubble.
  document.addEventListener('toggle', shown, true);
  return () => document.removeEventListener('toggle', shown, true);
}

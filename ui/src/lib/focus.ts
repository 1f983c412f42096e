// The focus after what had it is gone: it must not fall back to the start of the page.
import { tick } from 'svelte';

/** Where nothing has the focus any more, gives it to the first of these that is there. */
export async function catchFocus(...selectors: string[]): Promise<void> {
  await tick();
  if (document.activeElement !== document.body && document.activeElement !== null) {
    return;
  }
  const found = selectors.map((one) => document.querySelector<HTMLElement>(one)).find((one) => one !== null);
  found?.focus();
}

/** Gives what is in the view the next Tab, where the sidebar had the focus, or nothing. */
export async function focusMain(): Promise<void> {
  await tick();
  const { activeElement } = document;
  const main = document.querySelector<HTMLElement>('main');
  if (main !== null && (activeElement === document.body || activeElement?.closest('aside'))) {
    // Only now: a click beside its controls is to leave the focus alone.
    main.tabIndex = -1;
    main.addEventListener('blur', () => main.removeAttribute('tabindex'), { once: true });
    main.focus({ preventScroll: true });
  }
}

/** What is to be changed in a part of a view, rather than what stands beside it. */
const CONTROLS = 'input, select, textarea';

/**
 * Gives the focus to a part of a view that somebody went to, and marks it until the focus is elsewhere. `inside`: to what is to be
 * changed there, which `data-lands` names where it is not the first control; on the part itself it names the part.
 */
export function land(part: HTMLElement, inside: boolean): void {
  const first = () => (part.hasAttribute('data-lands') ? null : (part.querySelector<HTMLElement>(CONTROLS) ?? part.querySelector('button')));
  const control = inside ? (part.querySelector<HTMLElement>('[data-lands]') ?? first()) : null;
  const landing = control ?? part;
  if (landing === part || !landing.matches('a[href], button, input, select, textarea')) {
    landing.tabIndex = -1;
  }
  landing.focus({ preventScroll: true });
  // Only now: what had the focus before may have been this part.
  part.dataset['landed'] = '';
  part.addEventListener('focusout', () => delete part.dataset['landed'], { once: true });
}

/** Goes on to what was not there yet when somebody landed on the part around `inner`, where the focus is still on that. */
export async function landAgain(inner: HTMLElement | undefined): Promise<void> {
  await tick();
  const part = inner?.closest<HTMLElement>('[data-landed]');
  if (part && document.activeElement === part) {
    land(part, true);
  }
}

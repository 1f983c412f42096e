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

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

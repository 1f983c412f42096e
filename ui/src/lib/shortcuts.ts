// Keyboard shortcuts: what counts as the command key, and when typing must be left alone.

/** Whether this is a Mac, where shortcuts are written with ⌘. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Ctrl, or ⌘ on a Mac, alone. */
export function hasCommandKey(event: KeyboardEvent): boolean {
  return isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Whether the event goes to something that people type into. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** `Ctrl+1` or `⌘1`. */
export function shortcutLabel(key: string): string {
  return isMac ? `⌘${key}` : `Ctrl+${key}`;
}

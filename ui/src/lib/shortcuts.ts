// Keyboard shortcuts: how they are written down (`Mod+Shift+C`), which keys they mean, and how people read them.

/** Whether this is a Mac, where shortcuts are written with ⌘. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Ctrl, or ⌘ on a Mac, alone. */
export function hasCommandKey(event: KeyboardEvent): boolean {
  return isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Whether these keys send what was written: Ctrl and Enter, or ⌘ and Enter on a Mac, and no dialog that takes them itself. */
export function isSend(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && hasCommandKey(event) && !event.shiftKey && !event.isComposing && document.querySelector('dialog[open]') === null;
}

/** Whether the event goes to something that people type into. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) {
    return !['button', 'checkbox', 'radio', 'range', 'submit'].includes(target.type);
  }
  return target instanceof HTMLElement && (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName));
}

/**
 * Whether these keys were pressed. `Mod` is Ctrl, or ⌘ on a Mac; `Ctrl` is Ctrl everywhere; `Plus` is the sign that stands
 * between them. Digits are found by their place too, and the Shift that a layout needs for a sign does not count.
 */
export function isPressed(keys: string, event: KeyboardEvent): boolean {
  const parts = keys.split('+');
  const key = parts.at(-1) === 'Plus' ? '+' : (parts.at(-1) ?? '');
  const has = (part: string) => parts.includes(part);
  const control = has('Ctrl') || (has('Mod') && !isMac);
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key);
  return (
    event.ctrlKey === control &&
    event.metaKey === (has('Mod') && isMac) &&
    event.altKey === has('Alt') &&
    (isSign || event.shiftKey === has('Shift')) &&
    (event.key.toLowerCase() === key.toLowerCase() || event.code === `Digit${key}`)
  );
}

/** `Mod+Shift+C` as people read it: `Ctrl+Shift+C`, or `⇧⌘C`. */
export function keysLabel(keys: string, mac = isMac): string {
  if (!mac) {
    return keys.replace('Mod', 'Ctrl').replace('Plus', '+');
  }
  const parts = keys.split('+');
  const signs = { Ctrl: '⌃', Alt: '⌥', Shift: '⇧', Mod: '⌘' };
  const held = Object.entries(signs).filter(([part]) => parts.slice(0, -1).includes(part));
  return held.map(([, sign]) => sign).join('') + (parts.at(-1) ?? '').replace('Plus', '+');
}

/** The same as `aria-keyshortcuts` wants it. */
export function ariaKeys(keys: string): string {
  return keys.replace('Ctrl', 'Control').replace('Mod', isMac ? 'Meta' : 'Control');
}

/** `Ctrl+1` or `⌘1`. */
export function shortcutLabel(key: string): string {
  return keysLabel(`Mod+${key}`);
}

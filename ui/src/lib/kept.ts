// What the window remembers of itself until its next start: how it is looked at, never what is in it.

/** What was kept under a name; nothing where this webview keeps nothing. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keeps a text under a name, where this webview can. */
export function keep(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    // It is forgotten at the end then.
  }
}

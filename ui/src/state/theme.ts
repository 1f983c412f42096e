// Puts the theme on the page: `data-theme` is always `light` or `dark`, so that styles have one switch.
import type { Theme } from '../bindings/Theme';

const systemDark = () => window.matchMedia('(prefers-color-scheme: dark)');
let chosen: Theme = 'system';

export function applyTheme(theme: Theme): void {
  chosen = theme;
  const dark = theme === 'dark' || (theme === 'system' && systemDark().matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

/** Follows the system while the theme says so. */
export function followSystem(): void {
  systemDark().addEventListener('change', () => applyTheme(chosen));
}

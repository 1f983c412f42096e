// Contrast as WCAG 2 measures it, and the tokens of a theme as the stylesheet says them.

/** Tokens of one theme by name, with `#rrggbb` values alone. */
export function colorsOf(css: string, theme: 'light' | 'dark'): Map<string, string> {
  const at = css.indexOf(`[data-theme='${theme}'] {`);
  const block = css.slice(at, css.indexOf('}', at));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

/** Relative luminance: <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// Characters that cannot be seen, and what they are called: text that carries them can read otherwise than it is.

/**
 * Those that CodeMirror does not mark by itself. A joiner before a pictograph is part of an emoji.
 */
export const INVISIBLE = /[\u115f\u1160\u180e\u200c\u202a-\u202e\u2060-\u206f\u3164\uffa0\u{e0000}-\u{e00ff}]|\u034f|[\ufe00-\ufe0e]|\u200d(?!\p{Extended_Pictographic})/gu;

const NAMES: Record<number, [short: string, full: string]> = {
  0x00: ['NUL', 'null'],
  0x07: ['BEL', 'bell'],
  0x08: ['BS', 'backspace'],
  0x0b: ['VT', 'vertical tab'],
  0x0c: ['FF', 'form feed'],
  0x0d: ['CR', 'carriage return'],
  0x1b: ['ESC', 'escape'],
  0x7f: ['DEL', 'delete'],
  0xad: ['SHY', 'soft hyphen'],
  0x061c: ['ALM', 'Arabic letter mark'],
  0x200b: ['ZWSP', 'zero-width space'],
  0x200c: ['ZWNJ', 'zero-width non-joiner'],
  0x200d: ['ZWJ', 'zero-width joiner'],
  0x200e: ['LRM', 'left-to-right mark'],
  0x200f: ['RLM', 'right-to-left mark'],
  0x2028: ['LS', 'line separator'],
  0x2029: ['PS', 'paragraph separator'],
  0x202a: ['LRE', 'left-to-right embedding'],
  0x202b: ['RLE', 'right-to-left embedding'],
  0x202c: ['PDF', 'pop directional formatting'],
  0x202d: ['LRO', 'left-to-right override'],
  0x202e: ['RLO', 'right-to-left override'],
  0x2060: ['WJ', 'word joiner'],
  0x2066: ['LRI', 'left-to-right isolate'],
  0x2067: ['RLI', 'right-to-left isolate'],
  0x2068: ['FSI', 'first strong isolate'],
  0x2069: ['PDI', 'pop directional isolate'],
  0xfeff: ['BOM', 'byte order mark'],
};

/** `RLO` and `U+202E right-to-left override`; the number alone where it has no name here. */
export function characterName(code: number): { short: string; full: string } {
  const number = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const [short, name] = NAMES[code] ?? [number, ''];
  return { short, full: `${number} ${name}`.trim() };
}

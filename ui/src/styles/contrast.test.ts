// Every text on every surface that it stands on reads well, in both themes; a new color must be listed here.
import { describe, expect, test } from 'vitest';
import { colorsOf, contrast } from '../testing/contrast';

const FILES: Record<string, string> = import.meta.glob(['../**/*.svelte', './*.css', '../primitives/code_editor.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const TOKENS = FILES['./tokens.css'] ?? '';
const ALL = Object.values(FILES).join('\n');
const SURFACES = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'pressed'];
/** Colors of text, and what each may stand on. */
const TEXTS: Record<string, string[]> = {
  text: [...SURFACES, 'accent-soft', 'ok-soft', 'warning-soft', 'danger-soft', 'selection', 'code-match', 'code-match-current'],
  'text-2': [...SURFACES, 'accent-soft', 'ok-soft', 'warning-soft', 'danger-soft'],
  muted: [...SURFACES, 'accent-soft', 'warning-soft', 'danger-soft'],
  'accent-text': [...SURFACES, 'accent-soft'],
  'ok-text': ['canvas', 'surface', 'raised', 'sunken', 'hover', 'ok-soft', 'accent-soft'],
  'warning-text': ['canvas', 'surface', 'raised', 'sunken', 'hover', 'warning-soft', 'accent-soft'],
  'danger-text': ['canvas', 'surface', 'raised', 'sunken', 'hover', 'danger-soft', 'accent-soft'],
  'on-accent': ['accent', 'accent-hover'],
  'on-danger': ['danger', 'danger-hover'],
  'code-key': ['surface', 'canvas', 'selection'],
  'code-string': ['surface', 'canvas', 'selection'],
  'code-number': ['surface', 'canvas', 'selection'],
  'code-atom': ['surface', 'canvas', 'selection'],
};
/** Edges and marks without which a control or its state would not be seen. */
const MARKS: Record<string, string[]> = {
  'border-strong': ['canvas', 'surface', 'raised'],
  accent: ['canvas', 'surface', 'raised', 'sunken'],
  focus: [...SURFACES, 'accent-soft', 'warning-soft', 'danger-soft', 'ok-soft'],
  'danger-text': ['surface', 'raised'],
  muted: SURFACES,
};

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  const colors = colorsOf(TOKENS, theme);
  const measure = (pairs: Record<string, string[]>, least: number) =>
    Object.entries(pairs).flatMap(([front, backs]) =>
      backs.flatMap((back) => {
        const [one, other] = [colors.get(front), colors.get(back)];
        const ratio = one && other ? contrast(one, other) : 0;
        return ratio >= least ? [] : [`${front} on ${back}: ${ratio.toFixed(2)}`];
      }),
    );

  test('text has at least 4.5 : 1', () => expect(measure(TEXTS, 4.5)).toEqual([]));
  test('edges of controls, icons and the focus have at least 3 : 1', () => expect(measure(MARKS, 3)).toEqual([]));
});

const gray = (level: string) => `#${level.repeat(3)}`;

test('the measure is that of WCAG', () => {
  expect(contrast(gray('00'), gray('ff'))).toBeCloseTo(21);
  expect(contrast(gray('77'), gray('ff'))).toBeCloseTo(4.48, 2);
});

test('every color that text has somewhere is measured', () => {
  const used = [...ALL.matchAll(/(?<![\w-])color: '?var\(--([\w-]+)\)/g)].map(([, name = '']) => name);
  expect(used.length).toBeGreaterThan(50);
  expect([...new Set(used)].filter((name) => !(name in TEXTS))).toEqual([]);
});

test('both themes have the same colors, and each is used', () => {
  const names = [...colorsOf(TOKENS, 'light').keys()];
  expect([...colorsOf(TOKENS, 'dark').keys()]).toEqual(names);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !ALL.includes(`var(--${name})`))).toEqual([]);
});

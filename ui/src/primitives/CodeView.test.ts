// Text that reads otherwise than it is shows why.
import { render } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { blurRule } from '../lib/blur_rule';
import CodeView from './CodeView.svelte';

test('characters that act without being seen are shown by their names', () => {
  const { container } = render(CodeView, { text: 'user\u202enimda\u200b \u2066x\u2069 👨\u200d👩 a\u200db', json: false, label: 'Value' });
  const marks = [...container.querySelectorAll('.cm-hidden')];
  expect(marks.map((mark) => mark.textContent)).toEqual(['RLO', 'ZWSP', 'LRI', 'PDI', 'ZWJ']);
  expect(marks[0]?.getAttribute('aria-label')).toBe('U+202E right-to-left override');
  expect(container.querySelector('.cm-line')?.textContent).not.toContain('\u202e');
});

test('of JSON the values are blurred that a rule names, those without a name, and what is no JSON', () => {
  const blurred = (text: string) => {
    const { container } = render(CodeView, { text, json: true, label: 'Value', blurs: blurRule('password') });
    return [...container.querySelectorAll('.cm-blurred')].map((mark) => mark.textContent).join('');
  };
  expect(blurred('{"order": 1, "password": "x", "of": {"Password": [1, {"a": 2}]}}')).toBe('"x"[1, {"a": 2}]');
  expect(blurred('{"body": "{\\"password\\": 1}", "note": "password"}')).toBe('"{\\"password\\": 1}"');
  expect(blurred('{"p\\u0061ssword": true}')).toBe('true');
  for (const text of ['"x"', '7', '["x", 7]']) {
    expect(blurred(text)).toBe(text.replace(/[[\], ]/g, ''));
  }
  expect(blurred('{"order": 1, "password": ')).toBe('{"order": 1, "password": ');
  expect(blurred('{"order": 1}')).toBe('');
});

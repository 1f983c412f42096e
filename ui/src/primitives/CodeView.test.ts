// Text that reads otherwise than it is shows why.
import { render } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import CodeView from './CodeView.svelte';

test('characters that act without being seen are shown by their names', () => {
  const { container } = render(CodeView, { text: 'user\u202enimda\u200b \u2066x\u2069 👨\u200d👩 a\u200db', json: false, label: 'Value' });
  const marks = [...container.querySelectorAll('.cm-hidden')];
  expect(marks.map((mark) => mark.textContent)).toEqual(['RLO', 'ZWSP', 'LRI', 'PDI', 'ZWJ']);
  expect(marks[0]?.getAttribute('aria-label')).toBe('U+202E right-to-left override');
  expect(container.querySelector('.cm-line')?.textContent).not.toContain('\u202e');
});

// The primitives that decide something: how room is divided, what a select tells, where a menu's focus goes.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import CodeView from './CodeView.svelte';
import Progress from './Progress.svelte';
import Select from './Select.svelte';
import { clampSize, REST, sizeAfterKey, within } from './split_pane';

afterEach(cleanup);
const range = { min: 10, max: 30, initial: 20 };

describe('the size of a pane', () => {
  test('stays in its range', () => {
    expect(clampSize(5, range)).toBe(10);
    expect(clampSize(50, range)).toBe(30);
    expect(clampSize(12.34, range)).toBe(12.3);
  });

  test('leaves the other pane its rest, unless there is not even room for the least', () => {
    expect(within(range, 40).max).toBe(40 - REST);
    expect(within(range, 100).max).toBe(30);
    expect(within(range, 15).max).toBe(10);
  });

  test('follows the keys', () => {
    const after = (key: string) => sizeAfterKey(key, 20, range, 'ArrowRight', 'ArrowLeft');
    expect(after('ArrowRight')).toBe(22);
    expect(after('ArrowLeft')).toBe(18);
    expect(after('Home')).toBe(10);
    expect(after('End')).toBe(30);
    expect(after('ArrowUp')).toBeNull();
    expect(after('a')).toBeNull();
  });
});

describe('a select', () => {
  const options = [
    { value: 'a', label: 'First' },
    { value: 'b', label: 'Second' },
  ];

  test('tells what is chosen, and shows what its owner has', async () => {
    const onchange = vi.fn();
    const { rerender } = render(Select, { label: 'Key', options, value: 'a', onchange });
    const select = screen.getByLabelText<HTMLSelectElement>('Key');
    await fireEvent.change(select, { target: { value: 'b' } });
    expect(onchange).toHaveBeenCalledExactlyOnceWith('b');
    expect(select.value, 'the owner did not take it').toBe('a');
    await rerender({ value: 'b' });
    expect(select.value).toBe('b');
  });

  test('is tied to its hint and its error', () => {
    render(Select, { label: 'Key', hint: 'For new Payloads.', error: 'It is retired.', options, value: 'a', onchange: () => undefined });
    const select = screen.getByLabelText('Key');
    expect(select.getAttribute('aria-invalid')).toBe('true');
    const described = (select.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);
    expect(described).toEqual(['For new Payloads.', 'It is retired.']);
  });
});

test('progress says how far it is, or that nobody knows', async () => {
  const { rerender } = render(Progress, { label: 'Reading', value: 0.4 });
  const bar = screen.getByRole('progressbar', { name: /Reading/ });
  expect(bar.getAttribute('aria-valuenow')).toBe('40');
  await rerender({ value: null });
  expect(bar.hasAttribute('aria-valuenow')).toBe(false);
});

test('characters that act without being seen are shown by their names', () => {
  const { container } = render(CodeView, { text: 'user\u202enimda\u200b \u2066x\u2069 👨\u200d👩 a\u200db', json: false, label: 'Value' });
  const marks = [...container.querySelectorAll('.cm-hidden')];
  expect(marks.map((mark) => mark.textContent)).toEqual(['RLO', 'ZWSP', 'LRI', 'PDI', 'ZWJ']);
  expect(marks[0]?.getAttribute('aria-label')).toBe('U+202E right-to-left override');
  expect(container.querySelector('.cm-line')?.textContent).not.toContain('\u202e');
});

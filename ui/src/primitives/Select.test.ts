// What a select tells its owner.
import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import Select from './Select.svelte';

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

// How far it is, for those who do not see it.
import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import Progress from './Progress.svelte';

test('progress says how far it is, or that nobody knows', async () => {
  const { rerender } = render(Progress, { label: 'Reading', value: 0.4 });
  const bar = screen.getByRole('progressbar', { name: /Reading/ });
  expect(bar.getAttribute('aria-valuenow')).toBe('40');
  await rerender({ value: null });
  expect(bar.hasAttribute('aria-valuenow')).toBe(false);
});

// What counts as good enough, and what is said about the rest.
import { expect, test } from 'vitest';
import { loadEstimate } from './passphrase_strength';

test('issue 12.15: what people choose is weak, however long; a few words are not', async () => {
  const estimate = await loadEstimate();
  expect(estimate('abc').problem).toContain('at least 10 characters; this one has 3');
  expect(estimate('').problem).toContain('this one has 0');
  for (const weak of ['password123', 'qwertyuiop', 'aaaaaaaaaaaaaaaa', '1234567890', 'P@ssw0rd1234', '😀😀😀😀😀😀😀😀😀😀']) {
    expect(estimate(weak).problem, weak).not.toBeNull();
  }
  for (const strong of ['correct horse battery', 'lamp otter ninety violin', 'Xk4!v9mQ2zLp']) {
    expect(estimate(strong), strong).toMatchObject({ problem: null });
  }
});

test('a passphrase of any length is estimated at once', async () => {
  const estimate = await loadEstimate();
  const start = performance.now();
  expect(estimate('lamp otter ninety violin '.repeat(4000)).problem).toBeNull();
  expect(performance.now() - start).toBeLessThan(2000);
});

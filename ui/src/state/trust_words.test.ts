// What is said of who trusts the authority is true of each of them.
import { expect, test } from 'vitest';
import { trustWords } from './trust_words';

const store = (name: string, state: 'trusted' | 'not_trusted' | 'older' | 'unknown') => ({ name, state });

test('nobody is said to trust it who does not', () => {
  const words = trustWords([store('Chrome', 'not_trusted'), store('Firefox', 'unknown')]);
  expect(words).toContain('Nothing that was looked at knows this authority yet');
  expect(words).not.toContain('Trusted by');
  expect(trustWords([])).toContain('import its certificate');
});

test('who trusts it is told apart from who does not, and from what could not be looked at', () => {
  const words = trustWords([store('Chrome, Chromium and Edge', 'trusted'), store('Firefox', 'not_trusted'), store('Firefox (work)', 'older'), store('This machine', 'unknown')]);
  expect(words).toContain('Trusted by Chrome, Chromium and Edge.');
  expect(words).toContain('Not by Firefox; Firefox (work): have it trusted below');
  expect(words).toContain('Not known of This machine.');
});

test('where all that was looked at trust it, nothing is asked for but of others', () => {
  expect(trustWords([store('Chrome', 'trusted')])).toBe('Trusted by Chrome. A browser that is not listed here needs its certificate, too.');
});

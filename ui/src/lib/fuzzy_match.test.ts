// What a few letters find, and in which order.
import { describe, expect, test } from 'vitest';
import { match } from './fuzzy_match';
import { ariaKeys, isPressed, keysLabel } from './shortcuts';

const score = (query: string, name: string, more = '') => match(query, name, more)?.score ?? null;

describe('matching', () => {
  test('every word of the query must be found, in any order', () => {
    expect(score('server start', 'Start the Codec Server')).not.toBeNull();
    expect(score('server stop', 'Start the Codec Server')).toBeNull();
  });

  test('where a word begins is worth more than inside of one, and that more than scattered letters', () => {
    const begins = score('key', 'Add a key') ?? 0;
    const inside = score('key', 'Add a monkey') ?? 0;
    const scattered = score('ser', 'Start every round') ?? 0;
    expect(begins).toBeGreaterThan(inside);
    expect(inside).toBeGreaterThan(scattered);
    expect(scattered).toBeGreaterThan(0);
  });

  test('scattered letters begin words or go on from the letter before', () => {
    expect(score('stser', 'Start the server')).not.toBeNull();
    expect(score('rte', 'Start the server')).toBeNull();
  });

  test('tells which letters were found', () => {
    expect([...(match('co se', 'Codec Server')?.letters ?? [])]).toEqual([0, 1, 6, 7]);
  });

  test('other words find too, and letters of other scripts, and nothing finds everything', () => {
    expect(score('preferences', 'Show Settings', 'preferences options')).not.toBeNull();
    expect(score('schlüssel', 'Der Schlüssel')).not.toBeNull();
    expect(score('', 'anything')).not.toBeNull();
    expect(score('(', 'anything')).toBeNull();
  });
});

const press = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...more });

describe('shortcuts', () => {
  test('the keys that are written down are those that are pressed', () => {
    expect(isPressed('Mod+K', press('k', { ctrlKey: true }))).toBe(true);
    expect(isPressed('Mod+K', press('K', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(isPressed('Mod+Shift+C', press('C', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(isPressed('Mod+K', press('k', { ctrlKey: true, altKey: true }))).toBe(false);
    expect(isPressed('Mod+K', press('k'))).toBe(false);
    expect(isPressed('F1', press('F1'))).toBe(true);
    expect(isPressed('Ctrl+Tab', press('Tab', { ctrlKey: true }))).toBe(true);
    expect(isPressed('Ctrl+Tab', press('Tab', { ctrlKey: true, shiftKey: true }))).toBe(false);
  });

  test('digits are found by their place, and signs whatever Shift they need', () => {
    expect(isPressed('Mod+1', press('&', { code: 'Digit1', ctrlKey: true }))).toBe(true);
    expect(isPressed('Mod+/', press('/', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(isPressed('Mod+,', press(',', { ctrlKey: true }))).toBe(true);
  });

  test('are written as the system writes them', () => {
    expect(keysLabel('Mod+Shift+C', false)).toBe('Ctrl+Shift+C');
    expect(keysLabel('Mod+Shift+C', true)).toBe('⇧⌘C');
    expect(keysLabel('Ctrl+Tab', true)).toBe('⌃Tab');
    expect(ariaKeys('Mod+K')).toBe('Control+K');
    expect(ariaKeys('Ctrl+Tab')).toBe('Control+Tab');
  });
});

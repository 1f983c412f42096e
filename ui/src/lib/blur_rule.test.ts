// Which values are blurred by which list of names.
import { expect, test } from 'vitest';
import { blurRule, isShown, names } from './blur_rule';

const rule = (listed: string) => blurRule(listed) ?? (() => false);

test('names are listed with commas or spaces, in any case, with stars', () => {
  expect(blurRule(' ,  ')).toBeNull();
  for (const name of ['password', 'Password', 'access_token', 'token', 'tokens.all', 'x'.repeat(300)]) {
    expect([name, rule('password, *token*')(name)]).toEqual([name, true]);
  }
  for (const name of ['', 'pass', 'passwords', 'to ken']) {
    expect([name, rule('password, *token*')(name)]).toEqual([name, false]);
  }
  // Nothing but the star means more than itself.
  expect([rule('a.b')('axb'), rule('a.b')('a.b'), rule('(')('(')]).toEqual([false, true, true]);
});

test('a value is shown where it is an object that names nothing of the rule', () => {
  const blurs = rule('password');
  expect(isShown('{"order":1,"note":"the password is"', blurs)).toBe(true);
  for (const preview of [
    '{"password":"x"}',
    '{"a":{"PASSWORD" : 1',
    '{"p\\u0061ssword":1}',
    // JSON in a string.
    '{"body":"{\\"password\\":\\"x\\"}"}',
    '{"body":"{\\\\\\"password\\\\\\":1}"}',
    // What has no name.
    '"secret"',
    '["secret"]',
    'secret',
    '',
  ]) {
    expect([preview, isShown(preview, blurs)]).toEqual([preview, false]);
  }
  expect(names('"password"', blurs)).toBe(false);
});

test('odd texts take no time', () => {
  const blurs = rule('*a*a*a*b');
  for (const text of ['"'.repeat(50_000), '\\'.repeat(50_000), '{"' + 'a'.repeat(50_000), '"\\"'.repeat(20_000)]) {
    isShown(text, blurs);
    isShown(`{${text}`, blurs);
  }
  expect(blurs('a'.repeat(256))).toBe(false);
});

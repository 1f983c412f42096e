// Commands of secret stores: what has to be replaced in each stands there, and is what is selected.
import { describe, expect, test } from 'vitest';
import { firstName, forAddress, TEMPLATES } from './command_templates';

describe('commands of secret stores', () => {
  test.each(TEMPLATES.filter(({ command }) => command !== ''))('$name', (template) => {
    const { command, names } = template;
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      expect(command.split(name)).toHaveLength(2);
    }
    expect(command.slice(...firstName(template))).toBe(names[0]);
    // No shell reads it.
    expect(command).not.toMatch(/[|><;&$`]/);
  });

  test('an address that was pasted as a key is put in its place', () => {
    expect(forAddress('op://Prod/codec/key')).toEqual({ place: 0, command: 'op read op://Prod/codec/key' });
    const arn = 'arn:aws:secretsmanager:eu-west-1:1:secret:codec-$&';
    expect(forAddress(arn)?.command).toBe(`aws secretsmanager get-secret-value --secret-id ${arn} --query SecretString --output text`);
    expect(forAddress('arn:aws-cn:secretsmanager:cn-north-1:1:secret:codec')?.place).toBe(1);
    for (const other of ['op://a b', 'vault://codec', 'c2VjcmV0', '']) {
      expect(forAddress(other)).toBeNull();
    }
  });

  test('the last one is for every other', () => {
    const last = TEMPLATES.at(-1);
    expect(last && firstName(last)).toEqual([0, 0]);
  });
});

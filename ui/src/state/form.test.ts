// A form is sent once at a time, and says why it was refused.
import { describe, expect, test } from 'vitest';
import type { AppError } from '../bindings/AppError';
import { Form } from './form.svelte';

const refused: AppError = { code: 'key_in_use', message: 'profile Default encodes with it', hint: 'Do this instead.' };

describe('a form', () => {
  test('is busy until the answer is there, and is not sent twice', async () => {
    const form = new Form();
    let n = 0;
    let answer: () => void = () => undefined;
    const work = () => new Promise<void>((done) => ((n += 1), (answer = done)));
    const first = form.send(work);
    expect(form.busy).toBe(true);
    expect(await form.send(work)).toBe(false);
    expect(n).toBe(1);
    answer();
    expect(await first).toBe(true);
    expect(form.busy).toBe(false);
  });

  test('keeps why it was refused until it is sent again', async () => {
    const form = new Form();
    expect(await form.send(() => Promise.reject(refused))).toBe(false);
    expect(form.error).toEqual(refused);
    expect(form.busy).toBe(false);
    expect(await form.send(() => Promise.resolve())).toBe(true);
    expect(form.error).toBeNull();
  });

  test('is sent when it is submitted, unless a check refuses, and what follows comes after it went well', async () => {
    const form = new Form();
    const seen: string[] = [];
    const submit = (good: boolean, work: () => Promise<unknown>) =>
      form.onsubmit(work, () => seen.push('done'), () => good)(new SubmitEvent('submit', { cancelable: true }));
    await submit(false, () => Promise.resolve(seen.push('sent')));
    expect(seen).toEqual([]);
    await submit(true, () => Promise.resolve(seen.push('sent')));
    expect(seen).toEqual(['sent', 'done']);
    await submit(true, () => Promise.reject(refused));
    expect(seen).toEqual(['sent', 'done']);
    expect(form.error).toEqual(refused);
  });

  test('leaves an error to the field that it is about', async () => {
    const seen: AppError[] = [];
    const form = new Form((error) => error.code === 'key_in_use' && seen.push(error) > 0);
    await form.send(() => Promise.reject(refused));
    expect(form.error).toBeNull();
    expect(seen).toEqual([refused]);
    await form.send(() => Promise.reject(new Error('gone')));
    expect(form.error).toMatchObject({ code: 'internal', message: 'gone' });
  });
});

// A form that needs a file asks for it when it is sent, and whoever chooses none is where they were.
import { describe, expect, test, vi } from 'vitest';
import { FakeHost } from '../testing/fake_host';
import { FileChoice } from './file_choice.svelte';
import { Form } from './form.svelte';

class DesktopHost extends FakeHost {
  override readonly hasFileDialog = true;
}

describe('a file', () => {
  test('that was not chosen is asked for once it is needed', async () => {
    const host = new DesktopHost();
    const asked = vi.spyOn(host, 'chooseFile').mockResolvedValue({ ticket: 't', path: '/a.json' });
    const file = new FileChoice(host, 'export_settings', 'a.json');
    expect(file.isReady).toBe(true);
    expect(await file.use((ticket) => Promise.resolve(ticket))).toBe('t');
    expect(asked).toHaveBeenCalledOnce();
    // The ticket is spent: the next time, it is asked for again.
    await file.use((ticket) => Promise.resolve(ticket));
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test('that nobody chooses ends the form without an error, and nothing is done', async () => {
    const host = new DesktopHost();
    vi.spyOn(host, 'chooseFile').mockResolvedValue(null);
    const file = new FileChoice(host, 'export_settings', 'a.json');
    const form = new Form();
    const work = vi.fn(() => Promise.resolve());
    const done = vi.fn();
    await form.onsubmit(() => file.use(work), done)(new SubmitEvent('submit', { cancelable: true }));
    expect(work).not.toHaveBeenCalled();
    expect(done).not.toHaveBeenCalled();
    expect(form.error).toBeNull();
  });

  test('has to be typed where there is no dialog', () => {
    const file = new FileChoice(new FakeHost(), 'export_settings', 'a.json');
    expect(file.isReady).toBe(false);
    file.path = '/a.json';
    expect(file.isReady).toBe(true);
  });
});

// A link that another program opened: it is only offered, and refused ones are said.
import { describe, expect, test } from 'vitest';
import { FakeHost } from '../testing/fake_host';
import { AppState } from './app.svelte';

const offered = { type: 'offered', source: '{"data":""}', bytes: 11, beginning: '{"data":""}', is_cut: false, replaced: false } as const;

describe('a link', () => {
  test('nothing is inspected before the user agrees', async () => {
    const host = new FakeHost();
    const app = new AppState(host);
    await app.start();
    expect(app.deepLink.offered).toBeNull();
    host.link = offered;
    host.emit({ type: 'link_opened' });
    await expect.poll(() => app.deepLink.offered?.source).toBe(offered.source);
    expect(host.requestsOf('inspect')).toEqual([]);
    expect(app.deepLink.agree()).toBe(offered.source);
    expect(app.deepLink.offered).toBeNull();
  });

  test('one that waits at start is offered, and ignoring it forgets it', async () => {
    const host = new FakeHost();
    host.link = offered;
    const app = new AppState(host);
    await app.start();
    expect(app.deepLink.offered?.replaced).toBe(false);
    // The next one takes its place, and that is said.
    await app.deepLink.take();
    expect(app.deepLink.offered?.replaced).toBe(true);
    app.deepLink.ignore();
    expect(app.deepLink.agree()).toBeNull();
  });

  test('one that is refused is said, and offers nothing', async () => {
    const host = new FakeHost();
    const app = new AppState(host);
    await app.start();
    host.link = { type: 'refused', error: { code: 'bad_link', message: 'the link carries more', hint: 'Do this instead.' } };
    host.emit({ type: 'link_opened' });
    await expect.poll(() => app.toasts.list[0]?.text).toBe('The link carries more.');
    expect(app.deepLink.offered).toBeNull();
  });
});

// Makes a page the same picture every time: whatever differs between two runs (times, ports, folders) is replaced in the
// core's answers, before the page sees them, and nothing arrives unasked. Everything else is the real core's.
import { readFileSync } from 'node:fs';
import { expect, type TestInfo } from '@playwright/test';
import type { Window } from './test';

/** The page's clock. */
const NOW = Date.parse('2026-01-15T12:00:00Z');
/** The port that most samples use, in place of the free one that the test took. */
const PORT = '8081';

export class Still {
  #replace: [string, string][] = [];
  readonly #opened = Date.now();

  constructor(
    readonly window: Window,
    readonly theme: string,
  ) {}

  /** Runs a command of the core, as the page would. */
  async call<T>(command: string, request: unknown = null): Promise<T> {
    const { url } = this.window.bridge;
    const answer = await fetch(`${url}/ipc/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify(request),
    });
    const json = (await answer.json()) as T;
    expect(answer.ok, `${command}: ${JSON.stringify(json)}`).toBe(true);
    return json;
  }

  /** Lets the Codec Server serve, or try to; says its endpoint. */
  async serve(port: number, can: 'can' | 'cannot' = 'can'): Promise<string> {
    await this.call('set_port', { port });
    this.#replace.push([String(port), PORT]);
    const starting = this.call<{ endpoint: string }>('start_server');
    return can === 'can' ? (await starting).endpoint : starting.then(() => '', () => '');
  }

  /** Replaces a text wherever the core says it. */
  replace(text: string, by: string): void {
    this.#replace.push([text, by]);
  }

  /** From here on nothing that the page hears differs between two runs. */
  async begin(): Promise<void> {
    const { page } = this.window;
    const { file } = await this.call<{ file: string }>('get_settings');
    this.#replace.push([file.replace(/\/config\/settings\.json$/, ''), '/home/dev/.local']);
    await page.clock.setFixedTime(NOW);
    await page.route('**/events', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: 'retry: 3600000\n\n' }),
    );
    await page.route('**/ipc/*', async (route) => {
      // The sidebar's look at connections comes when it comes; where it is the view itself, it is waited for.
      if (route.request().url().endsWith('/check_connections') && !page.url().endsWith('#/doctor')) {
        return route.abort();
      }
      const response = await route.fetch();
      let text = await response.text();
      for (const [real, shown] of this.#replace) {
        text = text.replaceAll(real, shown);
      }
      const json: unknown = text === '' ? null : JSON.parse(text, (name, value: unknown) => this.#still(name, value));
      await route.fulfill({ response, body: JSON.stringify(json) });
    });
  }

  #still(name: string, value: unknown): unknown {
    if (typeof value === 'number' && name.endsWith('_us')) {
      return name === 'duration_us' ? 640 : 200;
    }
    // Which program connected, by a number of its own, and not always found in time.
    if (name === 'process') {
      return null;
    }
    // Times of this run alone; those in a document belong to it.
    if (typeof value === 'string' && /^20\d\d-\d\d-\d\dT/.test(value) && Date.parse(value) > this.#opened - 60_000) {
      return new Date(NOW - 90_000).toISOString();
    }
    return name === 'version' && typeof value === 'string' ? '1.0.0' : value;
  }

  /** Compares with the committed picture of that name (`UPDATE=1` writes it), and asks axe. */
  async picture(name: string): Promise<void> {
    const { page } = this.window;
    await page.mouse.move(0, 0);
    // The fonts that the tests install, whatever else this system has.
    await page.evaluate(() => {
      const { style } = document.documentElement;
      style.setProperty('--font', "'DejaVu Sans'");
      style.setProperty('--mono', "'DejaVu Sans Mono'");
    });
    await this.window.accessible();
    await expect(page).toHaveScreenshot(`${name}-${this.theme}.png`, {
      animations: 'disabled',
      caret: 'hide',
      // Another build of the browser may draw the edges of letters differently; a word that changed is more than this.
      threshold: 0.2,
      maxDiffPixels: 300,
    });
  }
}

/** A recorded document. */
export function history(name: string): string {
  return readFileSync(new URL(`../../histories/${name}.json`, import.meta.url), 'utf8');
}

/**
 * Another run of the real history of an order that deviates: an Activity gets another input, and a Timer is started in place of the
 * Activity that charges. All times, ids and Workers are others.
 */
export function deviates(): string {
  const again = history('real-order-rich.decoded').replaceAll('2026-11-24T', '2026-12-01T').replaceAll('18267@vm', '7@other');
  const { events } = JSON.parse(again) as { events: Record<string, unknown>[] };
  const data = Buffer.from('250000').toString('base64');
  const input = { payloads: [{ metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data }] };
  const blob = events[33] as { activityTaskScheduledEventAttributes: { input: unknown } };
  blob.activityTaskScheduledEventAttributes.input = input;
  const timer = { eventId: '46', eventTime: events[45]?.['eventTime'], eventType: 'EVENT_TYPE_TIMER_STARTED', timerStartedEventAttributes: { timerId: '3', startToFireTimeout: '60s', workflowTaskCompletedEventId: '45' } };
  events.splice(45, 3, timer);
  return JSON.stringify({ events });
}

export function still(window: Window, info: TestInfo): Still {
  return new Still(window, info.project.name);
}

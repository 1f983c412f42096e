// The test function of this suite: a page on a bridge of its own, and the few steps that many tests share.
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test as base, expect, type Page } from '@playwright/test';
import { startBridge, type Bridge } from './bridge';

export { expect };

/** The desktop's window, as the shell makes it: what breaks under its policy must break here. */
const DESKTOP = JSON.parse(readFileSync(new URL('../../../src-tauri/tauri.conf.json', import.meta.url), 'utf8')) as {
  app: { security: { csp: string; freezePrototype: boolean } };
};
const { csp: CSP, freezePrototype: FREEZE } = DESKTOP.app.security;

export type View = 'inspector' | 'server' | 'keys' | 'requests' | 'settings';

export class Window {
  /** What a test provokes on purpose. */
  expectedProblems: RegExp | null = null;

  constructor(
    readonly page: Page,
    readonly bridge: Bridge,
  ) {}

  /** What has this `data-testid`. */
  get(testid: string) {
    return this.page.getByTestId(testid);
  }

  async open(view: View): Promise<void> {
    await this.page.goto(`${this.bridge.url}/#/${view}`);
    await expect(this.get(`view-${view}`)).toHaveAttribute('data-ready', 'true');
  }

  async go(view: View): Promise<void> {
    await this.get(`nav-${view}`).click();
    await expect(this.get(`view-${view}`)).toBeVisible();
  }

  /** Pastes into the window, where no field has the focus. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }

  /** Imports a key by its text, for this session. */
  async importKey(id: string, material: string): Promise<void> {
    await this.go('keys');
    await this.get('import-key').click();
    await this.get('key-id').fill(id);
    await this.get('key-material').fill(material);
    await this.get('keep-session').check();
    await this.get('import-submit').click();
    await expect(this.get('import-dialog')).toBeHidden();
  }

  async addSampleKey(): Promise<void> {
    await this.go('keys');
    await this.get('add-sample-key').click();
    await expect(this.get('key')).toHaveCount(1);
  }

  /** Starts the Codec Server on a port that is free, and says its URL. */
  async serve(): Promise<string> {
    await this.go('server');
    await this.get('port-input').fill(String(await freePort()));
    await this.get('port-save').click();
    await this.get('server-start').click();
    await expect(this.get('server-state')).toHaveText('Serving');
    return (await this.get('endpoint').innerText()).trim();
  }

  /** What a client does: a POST to the Codec Server, outside of the browser. */
  async post(endpoint: string, operation: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${endpoint}/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  }
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export const test = base.extend<{ window: Window }>({
  window: async ({ page }, use) => {
    const bridge = await startBridge();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) {
        problems.push(message.text());
      }
    });
    if (FREEZE) {
      await page.addInitScript(() => Object.freeze(Object.prototype));
    }
    await page.route(`${bridge.url}/`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': CSP } });
    });
    const window = new Window(page, bridge);
    await use(window);
    await page.close();
    await bridge.stop();
    const unexpected = problems.filter((problem) => !window.expectedProblems?.test(problem));
    expect(unexpected, 'errors that the page did not catch').toEqual([]);
  },
});

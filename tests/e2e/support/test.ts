// The test function of this suite: a page on a bridge of its own, and the few steps that many tests share.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { test as base, expect, type Page } from '@playwright/test';
import { startBridge, type Bridge } from './bridge';

export { expect };

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The desktop's window, as the shell makes it: what breaks under its policy must break here. */
const DESKTOP = JSON.parse(readFileSync(new URL('../../../src-tauri/tauri.conf.json', import.meta.url), 'utf8')) as {
  app: { security: { csp: string; freezePrototype: boolean } };
};
const { csp: CSP, freezePrototype: FREEZE } = DESKTOP.app.security;

export type View = 'inspector' | 'server' | 'keys' | 'requests' | 'settings' | 'formats' | 'namespaces' | 'access' | 'doctor';

export class Window {
  /** What a test provokes on purpose. */
  expectedProblems: RegExp | null = null;
  #folder: string | null = null;

  constructor(
    readonly page: Page,
    readonly bridge: Bridge,
  ) {}

  /** A picture to look at, of what it looks like once it stands still. */
  async shot(name: string): Promise<void> {
    // A blinking cursor never ends.
    await this.page.evaluate(() => {
      const ends = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
      return Promise.all(ends.map((animation) => animation.finished.catch(() => null)));
    });
    const theme = await this.page.locator('html').getAttribute('data-theme');
    await this.page.screenshot({ path: fileURLToPath(new URL(`../test-results/shots/${name}-${theme ?? 'none'}.png`, import.meta.url)) });
  }

  /** What axe finds is an error. */
  async accessible(): Promise<void> {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
      const { violations } = await axe.run();
      return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.map((node) => node.html.slice(0, 160)) }));
    });
    expect(found, 'what axe finds').toEqual([]);
  }

  /** Both. */
  async look(name: string): Promise<void> {
    await this.shot(name);
    await this.accessible();
  }

  /** A path in a folder of this test alone. */
  temporary(name: string): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'window-'));
    return join(this.#folder, name);
  }

  cleanUp(): void {
    if (this.#folder !== null) {
      rmSync(this.#folder, { recursive: true });
    }
  }

  /** What has this `data-testid`. */
  get(testid: string) {
    return this.page.getByTestId(testid);
  }

  async open(view: View): Promise<void> {
    await this.page.goto(`${this.bridge.url}/#/${view}`);
    await expect(this.get(`view-${view}`)).toHaveAttribute('data-ready', 'true');
  }

  async go(view: View): Promise<void> {
    if (view === 'doctor') {
      // It is not in the navigation.
      await this.page.keyboard.press('Control+9');
    } else {
      await this.get(`nav-${view}`).click();
    }
    await expect(this.get(`view-${view}`)).toBeVisible();
  }

  /** Pastes into the window, where no field has the focus, once no dialog is in the way: what one saved is seen before it closes. */
  async paste(text: string): Promise<void> {
    await expect(this.page.locator('dialog[open]')).toHaveCount(0);
    await this.page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }

  /** Pastes a text, and waits for the document that it makes beside those that are open: until then theirs is shown. */
  async pasteDocument(text: string): Promise<void> {
    const tabs = this.get('document-tab');
    const n_open = await tabs.count();
    await this.paste(text);
    await expect(tabs).toHaveCount(n_open + 1);
    await expect(tabs.nth(n_open)).toHaveAttribute('aria-selected', 'true');
  }

  /** Of an Event History the plain list of Payloads. */
  async listPayloads(): Promise<void> {
    await this.get('reading-payloads').check({ force: true });
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

  /** The row of the key with this id. */
  key(id: string) {
    return this.page.locator(`[data-testid=key][data-key-id="${id}"]`);
  }

  /** Chooses from the menu of a key. */
  async keyMenu(id: string, item: string): Promise<void> {
    await this.key(id).getByTestId('key-menu').click();
    await this.get(item).click();
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

  /** What the user says to the system's questions from now on. */
  async agree(yes: boolean): Promise<void> {
    await fetch(`${this.bridge.url}/desktop/agree`, { method: 'POST', body: yes ? 'yes' : 'no' });
  }

  /** What the desktop was asked for. */
  async told(): Promise<{ asked: [string, string][]; quit: boolean }> {
    const told = await fetch(`${this.bridge.url}/desktop`);
    return (await told.json()) as { asked: [string, string][]; quit: boolean };
  }

  /** The dialogs of the system that were shown: title and text. */
  async asked(): Promise<[string, string][]> {
    return (await this.told()).asked;
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

export const test = base.extend<{ window: Window; bridgeArguments: string[] }>({
  bridgeArguments: [[], { option: true }],
  window: async ({ page, bridgeArguments }, use) => {
    const bridge = await startBridge(bridgeArguments);
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
    window.cleanUp();
    const unexpected = problems.filter((problem) => !window.expectedProblems?.test(problem));
    expect(unexpected, 'errors that the page did not catch').toEqual([]);
  },
});

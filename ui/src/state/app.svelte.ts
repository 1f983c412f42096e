// The whole state, wired to one host: what `main.ts` makes once and components take from the context.
import { createContext } from 'svelte';
import type { AppEvent } from '../bindings/AppEvent';
import type { KeyLifetime } from '../bindings/KeyLifetime';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';
import { Inspector } from './inspector.svelte';
import { Keys } from './keys.svelte';
import { Navigation } from './navigation.svelte';
import { Requests } from './requests.svelte';
import { Server } from './server.svelte';
import { Settings } from './settings.svelte';
import { Toasts } from './toasts.svelte';

export class AppState {
  readonly host: Host;
  readonly toasts = new Toasts();
  readonly navigation = new Navigation();
  readonly server: Server;
  readonly keys: Keys;
  readonly inspector: Inspector;
  readonly requests: Requests;
  readonly settings: Settings;
  /** Whether the first answers are here; nothing is drawn before, so that nothing jumps. */
  ready = $state(false);
  /** The three steps of a first run, until they are done or left. */
  welcome = $state(false);

  constructor(host: Host) {
    this.host = host;
    this.server = new Server(host);
    this.keys = new Keys(host);
    this.inspector = new Inspector(host);
    this.requests = new Requests(host);
    this.settings = new Settings(host);
    this.keys.onchange = () => void this.toasts.attempt(() => this.inspector.refresh());
    this.toasts.leadOn = (error) => {
      switch (error.code) {
        case 'keychain_unavailable':
          return { label: 'Open Keys', run: () => this.navigation.go('keys') };
        case 'port_in_use':
          return { label: 'Open Server', run: () => this.navigation.go('server') };
        default:
          return null;
      }
    };
  }

  /** Loads everything and listens. Returns how to stop listening. */
  async start(): Promise<() => void> {
    const stop = this.host.listen((event) => this.#hear(event));
    await this.toasts.attempt(async () => {
      const { server, keys, requests, settings } = this;
      await Promise.all([server.load(), keys.load(), requests.load(), settings.load()]);
    });
    this.welcome = this.keys.list.length === 0;
    this.ready = true;
    return stop;
  }

  /**
   * Adds the key of Temporal's samples. Where the keychain cannot be used, keeping it for this session is offered, and only
   * done when that is chosen. Says whether the key is here.
   */
  async addSampleKey(lifetime: KeyLifetime = 'keychain'): Promise<boolean> {
    try {
      await this.keys.addSample(lifetime);
      this.toasts.done('The key of Temporal’s samples is added');
      return true;
    } catch (thrown) {
      const locked = asAppError(thrown).code === 'keychain_unavailable';
      const action = { label: 'Keep it for this session only', run: () => void this.addSampleKey('session') };
      this.toasts.failed(thrown, locked ? action : null);
      return false;
    }
  }

  /**
   * Locks the app, or unlocks it. Keys that are kept for this session only would be lost by locking: that is told, and only
   * done when it is chosen.
   */
  async toggleLock(forgetSessionKeys = false): Promise<void> {
    try {
      if (this.keys.view?.locked) {
        await this.keys.unlock();
      } else {
        await this.keys.lock(forgetSessionKeys);
        this.toasts.done('Locked: nothing is decoded until you unlock');
      }
    } catch (thrown) {
      const loses = asAppError(thrown).code === 'session_keys';
      const action = { label: 'Lock and forget them', run: () => void this.toggleLock(true) };
      this.toasts.failed(thrown, loses ? action : null);
    }
  }

  /** Opens the encrypted sample; its key is added first where it is missing. */
  async openSample(): Promise<void> {
    if (this.keys.view?.has_sample_key || (await this.addSampleKey())) {
      await this.open(() => this.inspector.openSample());
    }
  }

  /** Opens a document that was pasted, dropped or chosen; a failure is shown where documents are opened. */
  async open(open: () => Promise<boolean>): Promise<void> {
    this.navigation.go('inspector');
    if (await open()) {
      this.welcome = false;
    }
  }

  #hear(event: AppEvent): void {
    switch (event.type) {
      case 'server_changed':
        return this.server.take(event.server);
      case 'requests_recorded':
        this.server.count(event.counts);
        return this.requests.record(event.requests);
      case 'keys_changed':
        return this.keys.take(event.keys);
      case 'settings_changed':
        return this.settings.take(event.settings);
    }
  }
}

export const [getApp, setApp] = createContext<AppState>();

// The whole state, wired to one host: what `main.ts` makes once and components take from the context.
import { createContext, tick } from 'svelte';
import type { AppEvent } from '../bindings/AppEvent';
import type { ExportForm } from '../bindings/ExportForm';
import type { KeyLifetime } from '../bindings/KeyLifetime';
import type { KeyPlace } from '../bindings/KeyPlace';
import type { KeyView } from '../bindings/KeyView';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';
import { Access } from './access.svelte';
import { keyName } from '../lib/key_names';
import { mayBeKeys } from '../lib/keys_text';
import { count } from '../lib/numbers';
import { Consent } from './consent.svelte';
import { Actions } from './actions.svelte';
import { addingKeys, SAMPLE_KEY_ADDED } from './added_keys';
import { DeepLink } from './deep_link.svelte';
import { Diagnosis } from './diagnosis.svelte';
import { Doctor } from './doctor.svelte';
import type { OpenDocument } from './documents.svelte';
import { Exporting } from './exporting.svelte';
import { Formats } from './formats.svelte';
import { Inspector, MOST_OPEN } from './inspector.svelte';
import { KeySources } from './key_sources.svelte';
import { Keys } from './keys.svelte';
import { Navigation } from './navigation.svelte';
import { Playground } from './playground.svelte';
import { Profiles } from './profiles.svelte';
import { ProtobufTypes } from './protobuf_types.svelte';
import { Requests } from './requests.svelte';
import { Saving } from './saving.svelte';
import { ScreenShare } from './screen_share.svelte';
import { Server } from './server.svelte';
import { Settings, type Change } from './settings.svelte';
import { Toasts, UNDO } from './toasts.svelte';
import { draftFor } from './trial_start';
import { WrappedKeys } from './wrapped_keys.svelte';
import { Zoom } from './zoom.svelte';

/** Why some origins are of no use though they are allowed, and the way out. */
export const INSECURE_ORIGIN =
  'where the page comes from another machine, Chrome and Edge block it on plain http: serve it over https, or forward its port and open it as http://localhost.';

export class AppState {
  readonly host: Host;
  readonly toasts = new Toasts();
  readonly navigation = new Navigation();
  readonly server: Server;
  readonly keys: Keys;
  readonly keySources: KeySources;
  readonly wrappedKeys: WrappedKeys;
  readonly formats: Formats;
  readonly profiles: Profiles;
  readonly protobufTypes: ProtobufTypes;
  readonly access: Access;
  readonly consent: Consent;
  readonly inspector: Inspector;
  readonly diagnosis: Diagnosis;
  readonly doctor: Doctor;
  readonly playground: Playground;
  readonly requests: Requests;
  readonly settings: Settings;
  readonly saving: Saving;
  readonly exporting: Exporting;
  readonly zoom: Zoom;
  readonly screenShare = new ScreenShare();
  readonly deepLink: DeepLink;
  /** What can be done from anywhere; made last, since it takes what it needs from the rest. */
  readonly actions: Actions;
  /** Whether the first answers are here; nothing is drawn before, so that nothing jumps. */
  ready = $state(false);
  /** The three steps of a first run, until they are done or left. */
  welcome = $state(false);

  constructor(host: Host) {
    this.host = host;
    this.server = new Server(host);
    this.keys = new Keys(host);
    this.keySources = new KeySources(host);
    this.wrappedKeys = new WrappedKeys(host);
    this.formats = new Formats(host);
    this.profiles = new Profiles(host);
    this.protobufTypes = new ProtobufTypes(host);
    this.access = new Access(host);
    this.consent = new Consent(host);
    this.inspector = new Inspector(host);
    this.diagnosis = new Diagnosis(host);
    this.doctor = new Doctor(host);
    this.playground = new Playground(host);
    this.requests = new Requests(host);
    this.requests.oncleared = (undo) => this.toasts.done('Requests cleared', { label: 'Undo', run: () => void this.toasts.attempt(undo) });
    this.settings = new Settings(host);
    this.saving = new Saving(host);
    this.exporting = new Exporting(host);
    this.zoom = new Zoom(host);
    this.deepLink = new DeepLink(host);
    this.actions = new Actions(this);
    this.inspector.onclosed = ({ name, tooMany, undo }) =>
      this.toasts.done(tooMany ? `Closed ${name} to keep ${MOST_OPEN} documents open` : `Closed ${name}`, { label: UNDO, run: undo });
    this.inspector.ondecoded = ({ number }) => this.diagnosis.outdate(number);
    this.keys.onchange = () => void this.toasts.attempt(() => this.#followKeys());
    this.toasts.leadOn = (error) => {
      switch (error.code) {
        case 'key_in_use':
          return { label: 'Open Namespaces', run: () => this.navigation.go('namespaces') };
        case 'keychain_unavailable':
          if (this.keys.vaultClosed) {
            return { label: 'Open the encrypted file…', run: () => this.navigation.openVault() };
          }
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
    await this.toasts.attempt(() => this.zoom.start());
    await this.toasts.attempt(async () => {
      const { server, keys, wrappedKeys, formats, profiles, access, consent, requests, settings } = this;
      const parts = [server, keys, wrappedKeys, formats, profiles, access, consent, requests, settings];
      await Promise.all(parts.map((part) => part.load()));
      await this.inspector.loadRecent();
    });
    this.welcome = this.keys.list.length === 0;
    this.ready = true;
    this.doctor.glance();
    if (this.settings.view?.has_news) {
      this.navigation.showWhatsNew();
    }
    if (this.keys.vaultClosed && !this.keys.view?.locked) {
      // Asked for after each start, so that nobody takes it for one that decodes.
      this.navigation.openVault();
    }
    // The app may have been started by one.
    await this.toasts.attempt(() => this.deepLink.take());
    return stop;
  }

  /**
   * Adds the key of Temporal's samples. Where the keychain cannot be used, keeping it for this session is offered, and only
   * done when that is chosen. Says whether the key is here.
   */
  addSampleKey(): Promise<boolean> {
    const add = (kept: KeyLifetime) => this.keys.addSample(kept);
    return this.#addPublicKey(add, this.keys.lifetime, SAMPLE_KEY_ADDED);
  }

  /** Adds the key that a format's project publishes. */
  addDemoKey(format: string): Promise<boolean> {
    const add = (kept: KeyLifetime) => this.keys.addDemo(format, kept);
    return this.#addPublicKey(add, this.keys.lifetime, 'Public key added');
  }

  async #addPublicKey(add: (lifetime: KeyLifetime) => Promise<void>, lifetime: KeyLifetime, done: string): Promise<boolean> {
    try {
      await addingKeys(this, () => add(lifetime), () => done);
      return true;
    } catch (thrown) {
      const locked = asAppError(thrown).code === 'keychain_unavailable';
      const session = { label: 'Keep for this session', run: () => void this.#addPublicKey(add, 'session', done) };
      this.toasts.failed(thrown, locked ? session : null);
      return false;
    }
  }

  /**
   * Locks the app, or unlocks it. Keys that are kept for this session only would be lost by locking: that is told, and only
   * done when it is chosen.
   */
  async toggleLock(forgetSessionKeys = false): Promise<void> {
    try {
      if (this.keys.shut) {
        if (this.keys.view?.locked) {
          await this.keys.unlock();
        }
        if (this.keys.vaultClosed) {
          this.navigation.openVault();
        } else {
          this.toasts.done('Unlocked');
        }
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

  /** Refuses everybody and forgets every key, at once and without a question. */
  async setPanicLock(): Promise<void> {
    await this.server.setPanicLock();
    await this.keys.load();
    this.toasts.done('Panic lock: every request is refused, and no key is in memory. Lift it in Server.');
  }

  /** Lifts the panic lock. The keys stay locked until that is taken back as well. */
  async liftPanicLock(): Promise<void> {
    await this.server.liftPanicLock();
    this.toasts.done('Panic lock lifted; the keys are still locked', { label: 'Unlock', run: () => void this.toggleLock() });
  }

  /** Opens the encrypted sample; its key is added first where it is missing. */
  async openSample(): Promise<void> {
    if (this.keys.view?.has_sample_key || (await this.addSampleKey())) {
      await this.open(() => this.inspector.openSample());
    }
  }

  /** Opens what is on the clipboard, when that is asked for. */
  async openClipboard(): Promise<void> {
    const text = await this.host.readClipboard();
    if (text.trim() === '') {
      this.navigation.inspect('decode');
      const hint = 'Copy a Payload or an Event History, then try again.';
      return this.toasts.failed({ code: 'not_recognized', message: 'the clipboard has no text', hint });
    }
    await this.openText(text);
  }

  /**
   * Opens a text that was pasted or dropped. Keys are no document, and do not stand in its field where everybody sees them: they go
   * where keys are added, and only what is chosen there is kept.
   */
  async openText(text: string, from: { elsewhere?: boolean; name?: string } = {}): Promise<void> {
    let opened = true;
    await this.open(async () => (opened = await this.inspector.openText(text, from)));
    if (!opened && this.inspector.error !== null && mayBeKeys(text) && (await this.keySources.recognizes(text))) {
      await this.inspector.show(null);
      this.inspector.draft = '';
      this.keys.drop(text);
      this.navigation.addKeys('list');
    }
  }

  /** Asks for a file and opens it. */
  async pickDocument(): Promise<void> {
    const chosen = await this.host.chooseFile({ purpose: 'inspect' });
    if (chosen !== null) {
      await this.open(() => this.inspector.openFile(chosen));
    }
  }

  /** Puts the Codec Server's endpoint on the clipboard. */
  async copyEndpoint(): Promise<void> {
    await this.copyNamed('Endpoint', this.server.view?.endpoint ?? '');
  }

  /** Shows the Connection Doctor and has it go the way of a request. */
  async testConnections(): Promise<void> {
    this.navigation.revealPart('doctor', 'self-test');
    await this.doctor.test('');
  }

  /** Puts what the Connection Doctor found on the clipboard. */
  async copyReport(): Promise<void> {
    await this.copyNamed('Connection report', await this.doctor.report());
  }

  /** Puts a text on the clipboard, and says what it is. */
  async copyNamed(what: string, text: string): Promise<void> {
    await this.host.copy(text);
    this.toasts.done(`${what} copied`);
  }

  /** Asks what a document is exported as. */
  exportDocument(document: OpenDocument | null, form: ExportForm): void {
    if (document !== null) {
      this.navigation.inspect('decode');
      this.exporting.begin(document, form);
    }
  }

  /** Asks which type the Payload that is looked at is read as. */
  askDecodeAs(document: OpenDocument | null): void {
    if (document !== null && document.selected !== null) {
      this.navigation.inspect('decode');
      this.navigation.begin({ view: 'inspector', name: 'decode_as', document, index: document.selected });
    }
  }

  /** Writes the value that is looked at to a file. */
  async save(document: OpenDocument | null): Promise<void> {
    this.navigation.inspect('decode');
    await this.toasts.attempt(async () => {
      const done = await this.saving.begin(document);
      if (done !== null) {
        this.toasts.done(done);
      }
    });
  }

  /** Asks which key opens the Payload that is looked at. */
  async diagnose(): Promise<void> {
    const { inspection, selected } = this.inspector;
    if (inspection !== null && selected !== null) {
      this.navigation.inspect('decode');
      await this.diagnosis.ask(inspection.document, selected);
    }
  }

  /**
   * Tries the Payload that is looked at in Formats: a format of one's own that starts from what the diagnosis tried last, or from
   * the format of the key that the Payload names, or of the first key; with that key.
   */
  tryInFormats(): void {
    const { payload, inspection, selected } = this.inspector;
    const isDiagnosed = inspection !== null && selected !== null && this.diagnosis.isAbout(inspection.document, selected);
    const nearest = isDiagnosed ? (this.diagnosis.view?.nearest ?? null) : null;
    const draft = payload === null ? null : draftFor(payload, nearest, this.keys.list, this.formats);
    if (draft !== null) {
      this.navigation.go('formats');
      void draft.ask();
    }
  }

  /** Makes a key the one that encodes; none for `null`. */
  async encodeWith(key: KeyView | null): Promise<void> {
    const change = await this.keys.encodeWith(key?.handle ?? null);
    this.changed(key ? `Now encoding with ${keyName(key)}` : 'No key encodes now: /encode is refused', change);
  }

  /** Serves the origins of a fresh installation again, with a way back. */
  async switchAccess(on: boolean): Promise<void> {
    const change = await this.access.switch(on);
    this.changed(on ? 'Access rules are in force' : 'Access rules are off', change);
  }

  /** Asks before somebody is served for the first time, or no longer, with a way back. */
  async switchConsent(on: boolean): Promise<void> {
    const change = await this.consent.switch(on, this.consent.view?.unlisted_pages ?? false);
    this.changed(on ? 'You are asked before somebody new is served' : 'Nobody is asked about any more', change);
  }

  /** Goes to a value that is to be encoded, ready to be typed. */
  async encodeValue(): Promise<void> {
    this.navigation.inspect('encode');
    await tick();
    document.querySelector<HTMLElement>('[data-testid=encode-input] [contenteditable=true]')?.focus();
  }

  /** Gives the keyboard to the question that waits. */
  async answerConsent(): Promise<void> {
    await tick();
    document.querySelector<HTMLElement>('[data-testid=consent-question] button.primary')?.focus();
  }

  async resetOrigins(): Promise<void> {
    const change = await this.settings.resetOrigins();
    this.changed('Allowed origins reset to defaults', change);
  }

  /** Opens a document that was pasted, dropped or chosen; a failure is shown where documents are opened. */
  async open(open: () => Promise<boolean>): Promise<void> {
    this.navigation.inspect('decode');
    const opened = await open();
    // What was not recognized is in the field where documents come from.
    if (opened || this.inspector.draft !== '') {
      this.welcome = false;
    }
  }

  /** Says what was done to the settings, with the way back from that very change, and what is said once that was gone. */
  changed(what: string, change: Change, undone?: string): void {
    this.settings.named(change, what, undone);
    const undo = change === undefined ? null : { label: UNDO, run: () => void this.undoSettings(change) };
    this.toasts.done(what, undo);
  }

  /** Takes back a change of settings, the last one where none is named; the ones before it can be taken back after it. */
  async undoSettings(change?: number): Promise<void> {
    if (change === undefined && (this.settings.view?.undoable ?? undefined) === undefined) {
      return;
    }
    const gone = !(await this.toasts.attempt(async () => {
      const undone = await this.settings.undo(change);
      const { server, profiles, access, consent, formats, keys, wrappedKeys, protobufTypes } = this;
      const parts = [server, profiles, access, consent, formats, keys, wrappedKeys, protobufTypes];
      await Promise.all(parts.map((part) => part.load()));
      await this.inspector.refresh();
      this.toasts.done(undone);
    }));
    if (gone) {
      await this.settings.load();
    }
  }

  /** Lets the pages of an origin ask the Codec Server, with a way back. */
  async allowOrigin(origin: string): Promise<void> {
    const added = await this.settings.addOrigin(origin);
    if (added === null) {
      return this.toasts.done('This origin is allowed already');
    }
    const { origin: allowed, change } = added;
    const insecure = this.settings.view?.insecure_origins.includes(allowed) ?? false;
    this.changed(insecure ? `${allowed} is allowed, but ${INSECURE_ORIGIN}` : `${allowed} is now allowed. Reload the Web UI.`, change);
  }

  /** Lets programs ask for one more host, with a way back. */
  async allowProgramHost(host: string): Promise<void> {
    const added = await this.settings.addProgramHost(host);
    if (added === null) {
      return this.toasts.done('This host is allowed for programs already');
    }
    this.changed(`${added.host} is now allowed for programs. Ask again from yours.`, added.change);
  }

  /** Opens the body of a captured request, and asks which key opens one of its Payloads. */
  async diagnoseRequest(id: number, payload: number): Promise<void> {
    const source = await this.requests.body(id);
    await this.open(() => this.inspector.openText(source, { name: `Request ${id}` }));
    const { inspection } = this.inspector;
    if (inspection !== null) {
      await this.inspector.select(payload);
      await this.diagnosis.ask(inspection.document, payload);
    }
  }

  /** Keeps keys elsewhere, with a way back. */
  async moveKeys(handles: string[], to: KeyPlace): Promise<void> {
    await this.keys.move(handles, to);
    const undo = { label: 'Undo', run: () => void this.toasts.attempt(() => this.keys.move(handles, to === 'vault' ? 'keychain' : 'vault')) };
    const where = to === 'vault' ? 'the encrypted file: unlocking asks for its passphrase' : `the ${this.keys.view?.keychain.name ?? 'keychain'}`;
    this.toasts.done(`Moved ${count(handles.length, 'key')} to ${where}`, undo);
  }

  /** Retires a key, with a way back. */
  async retire(handle: string, name: string): Promise<void> {
    await this.toasts.attempt(async () => {
      await this.keys.retire(handle);
      const undo = { label: 'Undo', run: () => void this.toasts.attempt(() => this.keys.restore(handle)) };
      this.toasts.done(`Retired key ${name}: it no longer decodes or encodes`, undo);
    });
  }

  /** Uses what a diagnosis found from now on, and decodes the document again. */
  async adopt(finding: number): Promise<void> {
    const keys = await this.diagnosis.adopt(finding);
    if (keys) {
      this.keys.take(keys);
      await this.toasts.attempt(() => this.inspector.refresh());
      this.changed('Change applied', keys.change);
    }
  }

  /** Formats and profiles name keys, and the open document is decoded with them. */
  async #followKeys(): Promise<void> {
    await Promise.all([this.inspector.refresh(), this.formats.load(), this.profiles.load()]);
  }

  #hear(event: AppEvent): void {
    this.doctor.hear(event);
    switch (event.type) {
      case 'server_changed':
        if (event.server.state === 'serving') {
          this.toasts.settled(['port_in_use', 'not_serving']);
        }
        return this.server.take(event.server);
      case 'requests_recorded':
        this.server.count(event.counts);
        return this.requests.record(event.requests);
      case 'capture_changed':
        return void this.requests.takeCapture(event.capture);
      case 'consent_changed':
        return this.consent.take(event.consent);
      case 'inspection_progress':
        this.exporting.progress.take(event.ticket, event);
        for (const { filtering, comparing } of this.inspector.documents) {
          filtering.progress.take(event.ticket, event);
          comparing.progress.take(event.ticket, event);
        }
        return this.inspector.progress.take(event.ticket, event);
      case 'keys_changed':
        if (!event.keys.locked) {
          this.toasts.settled(event.keys.keychain.problem === null ? ['locked', 'keychain_unavailable'] : ['locked']);
        }
        if (event.keys.locked) {
          this.toasts.settled(['session_keys']);
        }
        return this.keys.take(event.keys);
      case 'wrapped_keys_changed':
        return this.wrappedKeys.take(event.wrapped_keys);
      case 'settings_changed':
        return this.settings.take(event.settings);
      case 'action_chosen':
        return void this.actions.run(event.action);
      case 'link_opened':
        return void this.toasts.attempt(() => this.deepLink.take());
    }
  }
}

export const [getApp, setApp] = createContext<AppState>();

// Everything that can be done from anywhere, as one list: shortcuts, their sheet, the command palette and the native menu
// all take what they know from here.
import type { ExportForm } from '../bindings/ExportForm';
import type { Theme } from '../bindings/Theme';
import type { Host } from '../host/types';
import type { Access } from './access.svelte';
import type { Consent } from './consent.svelte';
import type { OpenDocument, Pane } from './documents.svelte';
import type { Formats } from './formats.svelte';
import type { Inspector } from './inspector.svelte';
import type { Keys } from './keys.svelte';
import { focusMain } from '../lib/focus';
import { VIEWS, VIEW_TITLES, type Navigation } from './navigation.svelte';
import type { Requests } from './requests.svelte';
import type { Server } from './server.svelte';
import type { Settings } from './settings.svelte';
import type { Toasts } from './toasts.svelte';
import type { ScreenShare } from './screen_share.svelte';
import type { Zoom } from './zoom.svelte';

export const GROUPS = ['Views', 'Inspector', 'Keys', 'Server', 'Requests', 'Formats', 'Namespaces', 'Access', 'App'] as const;
export type ActionGroup = (typeof GROUPS)[number];

export interface Action {
  id: string;
  /** What it does, as the sheet and menus say it. */
  name: string;
  group: ActionGroup;
  /** As `lib/shortcuts` reads them. */
  keys?: string;
  /** Other keys that do the same. */
  alsoKeys?: string;
  /** The browser hears these keys itself, as with paste. */
  heardElsewhere?: boolean;
  /** Not while something is typed, where the keys mean the text. */
  notWhileTyping?: boolean;
  /** Also while a dialog is open: it is never in the way. */
  overDialogs?: boolean;
  /** What it does now, where that differs. */
  now?(): string;
  /** Other words for it, found but not shown. */
  words?: string;
  run(): void;
  /** Whether it can be done now; what cannot is not offered. */
  enabled?(): boolean;
}

/** What the actions work on: the parts of the state, and what takes more than one of them. */
export interface ActionTargets {
  readonly host: Host;
  readonly toasts: Toasts;
  readonly navigation: Navigation;
  readonly server: Server;
  readonly keys: Keys;
  readonly inspector: Inspector;
  readonly requests: Requests;
  readonly settings: Settings;
  readonly formats: Formats;
  readonly zoom: Zoom;
  readonly screenShare: ScreenShare;
  welcome: boolean;
  readonly access: Access;
  save(document: OpenDocument | null): Promise<void>;
  exportDocument(document: OpenDocument | null, form: ExportForm): void;
  askDecodeAs(document: OpenDocument | null): void;
  readonly consent: Consent;
  copyNamed(what: string, text: string): Promise<void>;
  diagnose(): Promise<void>;
  tryInFormats(): void;
  undoSettings(): Promise<void>;
  resetOrigins(): Promise<void>;
  switchAccess(on: boolean): Promise<void>;
  switchConsent(on: boolean): Promise<void>;
  answerConsent(): Promise<void>;
  encodeValue(): Promise<void>;
  openClipboard(): Promise<void>;
  pickDocument(): Promise<void>;
  openSample(): Promise<void>;
  toggleLock(): Promise<void>;
  setPanicLock(): Promise<void>;
  liftPanicLock(): Promise<void>;
  copyEndpoint(): Promise<void>;
  testConnections(): Promise<void>;
  copyReport(): Promise<void>;
}

export class Actions {
  readonly list: readonly Action[];
  /** What was chosen in the palette since the app started, newest first. */
  recent = $state.raw<string[]>([]);

  constructor(app: ActionTargets) {
    this.list = actionsOf(app);
  }

  /** Runs an action. Says whether there is one of that id that can be run now. */
  run(id: string): boolean {
    const action = this.list.find((one) => one.id === id);
    if (action === undefined || action.enabled?.() === false) {
      return false;
    }
    action.run();
    return true;
  }

  /** Remembers what was chosen; it is offered first next time. */
  remember(id: string): void {
    this.recent = [id, ...this.recent.filter((one) => one !== id)].slice(0, 5);
  }
}

function actionsOf(app: ActionTargets): Action[] {
  const { navigation, keys, server, requests, settings, inspector, formats, access, consent, zoom, toasts, host } = app;
  const attempt = (work: () => Promise<void>) => void toasts.attempt(work);
  const serving = () => server.listens;
  const paused = () => server.view?.state === 'paused';
  const locked = () => keys.view?.locked === true;
  const theme = (value: Theme) => () => attempt(() => settings.update({ theme: value }));
  const payload = () => inspector.payload;
  /** Whether documents are out of sight, behind a value that is encoded. */
  const encoding = () => navigation.view === 'inspector' && navigation.mode === 'encode';
  const keychain = () => keys.view?.keychain;
  const hasProblem = () => Boolean(keychain()?.problem);
  const lookAt = (pane: Pane) => {
    navigation.inspect('decode');
    inspector.look(pane);
  };
  const inHistory = (work: () => Promise<void>) => {
    navigation.inspect('decode');
    attempt(work);
  };
  const renameDocument = () => {
    if (inspector.current !== null) {
      navigation.inspect('decode');
      navigation.begin({ view: 'inspector', name: 'rename', document: inspector.current });
    }
  };
  const newFormat = () => {
    if (formats.current !== null) {
      navigation.go('formats');
      void formats.startFrom(formats.current, null).ask();
    }
  };
  const firstSteps = () => {
    app.welcome = true;
    navigation.inspect('decode');
    attempt(() => inspector.show(null));
  };
  const inTheme = (value: Theme) => settings.view?.theme === value;
  return [
    ...VIEWS.map(
      (view, at): Action => ({
        id: `view.${view}`,
        name: `Show ${VIEW_TITLES[view]}`,
        group: 'Views',
        keys: `Mod+${at + 1}`,
        ...(view === 'settings' ? { alsoKeys: 'Mod+,', words: 'preferences options' } : {}),
        ...(view === 'access' ? { words: 'tokens jwt oidc rules permissions programs who' } : {}),
        ...(view === 'doctor' ? { words: 'why not decoded diagnose troubleshoot help check cors browser prompt problem' } : {}),
        run: () => (navigation.go(view), void focusMain()),
      }),
    ),
    { id: 'inspector.paste', name: 'Inspect clipboard', group: 'Inspector', keys: 'Mod+V', heardElsewhere: true, words: 'paste decode open text', run: () => attempt(() => app.openClipboard()) },
    { id: 'inspector.open_file', name: 'Open file…', group: 'Inspector', keys: 'Mod+O', run: () => attempt(() => app.pickDocument()), enabled: () => host.hasFileDialog },
    { id: 'inspector.sample', name: 'Open encrypted sample', group: 'Inspector', words: 'try demo example', run: () => void app.openSample() },
    { id: 'inspector.encode', name: 'Encode value', group: 'Inspector', keys: 'Mod+E', words: 'playground encrypt', run: () => attempt(() => app.encodeValue()) },
    { id: 'inspector.diagnose', name: 'Which key opens this?', group: 'Inspector', words: 'find key wrong try diagnose', run: () => attempt(() => app.diagnose()), enabled: () => Boolean(payload()?.error ?? payload()?.mark) },
    { id: 'inspector.try_format', name: 'Try the Payload in Formats', group: 'Inspector', words: 'spec layout custom own format trial', run: () => app.tryInFormats(), enabled: () => Boolean(payload()?.error ?? payload()?.mark) },
    { id: 'inspector.refresh', name: 'Decode again', group: 'Inspector', words: 'refresh reload retry', run: () => attempt(() => inspector.refresh()), enabled: () => inspector.inspection !== null },
    { id: 'inspector.reading', name: 'Show events or Payloads', group: 'Inspector', keys: 'Mod+J', words: 'history list flat plain', now: () => (inspector.current?.history?.reading === 'payloads' ? 'Show events' : 'Show Payloads'), run: () => inHistory(() => inspector.readOtherwise()), enabled: () => Boolean(inspector.current?.history) },
    { id: 'inspector.timeline', name: 'Show timeline', group: 'Inspector', words: 'history gantt duration time scale', run: () => inHistory(() => inspector.read('timeline')), enabled: () => Boolean(inspector.current?.history) },
    { id: 'inspector.find_in_history', name: 'Search document', group: 'Inspector', keys: 'Mod+Shift+F', alsoKeys: 'Mod+F', words: 'find text history event payload value', run: () => (navigation.inspect('decode'), inspector.search()), enabled: () => inspector.current?.searchable === true },
    { id: 'inspector.filter', name: 'Filter with jq', group: 'Inspector', keys: 'Mod+Shift+J', words: 'jaq query select expression grep where json path', run: () => inHistory(() => inspector.current?.filter() ?? Promise.resolve()), enabled: () => inspector.current !== null },
    { id: 'inspector.compare', name: 'Compare with…', group: 'Inspector', keys: 'Mod+D', words: 'diff difference two executions payloads side by side non-determinism nondeterminism replay deviate', run: () => inHistory(() => inspector.current?.compare() ?? Promise.resolve()), enabled: () => inspector.current !== null },
    { id: 'inspector.bytes', name: 'Show bytes', group: 'Inspector', words: 'hex dump raw nonce ciphertext tag', run: () => lookAt('bytes'), enabled: () => payload() !== null },
    { id: 'inspector.copy_value', name: 'Copy value', group: 'Inspector', words: 'clipboard decoded', run: () => attempt(() => app.copyNamed('Value', payload()?.content.raw ?? payload()?.content.text ?? '')), enabled: () => payload()?.error === null },
    { id: 'inspector.save_value', name: 'Save value…', group: 'Inspector', words: 'export download file', run: () => void app.save(inspector.current), enabled: () => payload() !== null },
    { id: 'inspector.decode_as', name: 'Decode as…', group: 'Inspector', keys: 'Mod+Shift+D', words: 'protobuf message type messageType read as choose rule schema', run: () => app.askDecodeAs(inspector.current), enabled: () => Boolean(payload()?.message) },
    { id: 'inspector.export', name: 'Export document…', group: 'Inspector', keys: 'Mod+Shift+E', words: 'save decoded download file history replay', run: () => app.exportDocument(inspector.current, 'decoded'), enabled: () => inspector.current !== null },
    { id: 'inspector.export_redacted', name: 'Export redacted document…', group: 'Inspector', words: 'save redact anonymize mask hide share hand out', run: () => app.exportDocument(inspector.current, 'redacted'), enabled: () => inspector.current !== null },
    { id: 'inspector.export_encoded', name: 'Encode document under another key…', group: 'Inspector', words: 'export save reencrypt rekey share colleague', run: () => app.exportDocument(inspector.current, 'encoded'), enabled: () => inspector.current !== null },
    { id: 'inspector.copy_pretty', name: 'Copy value, pretty-printed', group: 'Inspector', words: 'clipboard format indent', run: () => attempt(() => app.copyNamed('Value', payload()?.content.text ?? '')), enabled: () => payload()?.error === null && payload()?.content.raw !== null },
    { id: 'inspector.export_readable', name: 'Export readable document…', group: 'Inspector', words: 'save download file history json', run: () => app.exportDocument(inspector.current, 'readable'), enabled: () => inspector.current !== null },
    { id: 'inspector.forget_recent', name: 'Forget recent files', group: 'Inspector', words: 'clear history', run: () => attempt(() => inspector.forgetRecent(null)), enabled: () => inspector.recent.length > 0 },
    { id: 'inspector.close_tab', name: 'Close document', group: 'Inspector', keys: 'Mod+W', words: 'tab', run: () => (encoding() ? navigation.inspect('decode') : attempt(() => inspector.clear())), enabled: () => encoding() || inspector.inspection !== null },
    { id: 'inspector.close_all', name: 'Close all documents', group: 'Inspector', words: 'tabs', run: () => attempt(() => inspector.closeAll()), enabled: () => inspector.documents.length > 0 },
    { id: 'inspector.reopen', name: 'Reopen closed document', group: 'Inspector', keys: 'Mod+Shift+T', words: 'undo close tab restore', run: () => attempt(() => inspector.reopen()), enabled: () => inspector.closed.length > 0 },
    { id: 'inspector.rename', name: 'Rename document…', group: 'Inspector', keys: 'F2', notWhileTyping: true, words: 'tab name title', run: () => renameDocument(), enabled: () => inspector.current !== null },
    { id: 'inspector.next_tab', name: 'Next document', group: 'Inspector', keys: 'Ctrl+Tab', alsoKeys: 'Ctrl+PageDown', words: 'tab', run: () => attempt(() => inspector.step(1)), enabled: () => inspector.documents.length > 0 },
    { id: 'inspector.previous_tab', name: 'Previous document', group: 'Inspector', keys: 'Ctrl+Shift+Tab', alsoKeys: 'Ctrl+PageUp', words: 'tab', run: () => attempt(() => inspector.step(-1)), enabled: () => inspector.documents.length > 0 },
    { id: 'keys.add', name: 'Add keys…', group: 'Keys', keys: 'Mod+N', words: 'import new', run: () => navigation.importKey() },
    { id: 'keys.generate', name: 'Generate key…', group: 'Keys', keys: 'Mod+Shift+N', words: 'new create', run: () => navigation.addKeys('generate') },
    { id: 'keys.add_file', name: 'Add key from a file…', group: 'Keys', words: 'import raw bytes', run: () => navigation.addKeys('file') },
    { id: 'keys.add_list', name: 'Add keys from a list, .env or bundle…', group: 'Keys', words: 'import json yaml age', run: () => navigation.addKeys('list') },
    { id: 'keys.add_command', name: 'Add keys from a command…', group: 'Keys', words: 'import 1password op vault aws run', run: () => navigation.addKeys('command') },
    { id: 'keys.add_sample', name: 'Add Temporal’s sample key…', group: 'Keys', words: 'demo example try', run: () => navigation.addKeys('sample'), enabled: () => keys.view?.has_sample_key !== true },
    { id: 'keys.wrapped', name: 'Unwrap data keys…', group: 'Keys', words: 'kms aws gcp azure vault envelope wrapped dek command extension server grpc temporal proxy', run: () => navigation.wrapKeys() },
    { id: 'keys.export', name: 'Export bundle…', group: 'Keys', words: 'keys share backup age save', run: () => navigation.exportKeys(), enabled: () => keys.list.length > 0 },
    { id: 'keys.vault', name: 'Open the encrypted file…', group: 'Keys', words: 'vault passphrase password keychain', now: () => (keychain()?.vault ? 'Open the encrypted file…' : 'Use an encrypted file…'), run: () => navigation.openVault(), enabled: () => (keychain()?.vault ? keychain()?.vault?.open === false : hasProblem()) },
    { id: 'keys.ask_passphrase', name: 'Ask for a passphrase to unlock', group: 'Keys', words: 'vault password encrypted file lock move keychain', run: () => navigation.revealPart('settings', 'unlocking') },
    { id: 'keys.retry', name: 'Try the keychain again', group: 'Keys', words: 'retry unlock keyring', run: () => attempt(() => keys.retryKeychain()), enabled: hasProblem },
    { id: 'lock.toggle', name: 'Lock or unlock', group: 'Keys', keys: 'Mod+L', overDialogs: true, now: () => (locked() ? 'Unlock' : 'Lock'), run: () => void app.toggleLock() },
    { id: 'lock.panic', name: 'Panic lock', group: 'Keys', keys: 'Mod+Shift+L', overDialogs: true, words: 'emergency refuse everything lock all stop', run: () => attempt(() => app.setPanicLock()), enabled: () => server.view?.panic_locked !== true },
    { id: 'lock.lift', name: 'Lift panic lock', group: 'Keys', words: 'emergency refuse end unlock', run: () => attempt(() => app.liftPanicLock()), enabled: () => server.view?.panic_locked === true },
    { id: 'server.toggle', name: 'Start or stop the Codec Server', group: 'Server', keys: 'Mod+Shift+S', now: () => (serving() ? 'Stop the Codec Server' : 'Start the Codec Server'), run: () => attempt(() => (serving() ? server.stop() : server.start())) },
    { id: 'server.pause', name: 'Pause or resume the Codec Server', group: 'Server', keys: 'Mod+.', words: 'stop decoding', now: () => (paused() ? 'Resume the Codec Server' : 'Pause the Codec Server'), run: () => attempt(() => (paused() ? server.resume() : server.pause())), enabled: serving },
    { id: 'server.copy_endpoint', name: 'Copy endpoint', group: 'Server', keys: 'Mod+Shift+C', words: 'address url', run: () => attempt(() => app.copyEndpoint()), enabled: serving },
    { id: 'server.connect_cli', name: 'Connect the Temporal CLI', group: 'Server', words: 'temporal.toml profile disconnect undo', run: () => navigation.revealPart('server', 'card-cli') },
    { id: 'server.https', name: 'HTTPS', group: 'Server', words: 'tls ssl secure certificate authority export trust 8443', run: () => navigation.revealPart('server', 'https') },
    { id: 'doctor.self_test', name: 'Run self-test', group: 'Server', words: 'doctor try connection preflight check', run: () => attempt(() => app.testConnections()), enabled: serving },
    { id: 'doctor.copy_report', name: 'Copy connection report', group: 'Server', words: 'doctor issue support bug clipboard', run: () => attempt(() => app.copyReport()) },
    { id: 'server.add_origin', name: 'Allow an origin', group: 'Server', words: 'cors add web ui address browser', run: () => navigation.revealPart('server', 'origins') },
    { id: 'server.add_program_host', name: 'Allow a host for programs', group: 'Server', words: 'docker container podman internal add name address', run: () => navigation.revealPart('server', 'program-hosts') },
    { id: 'server.reset_origins', name: 'Reset allowed origins', group: 'Server', words: 'defaults cors', run: () => attempt(() => app.resetOrigins()) },
    { id: 'requests.pause', name: 'Pause request list', group: 'Requests', keys: 'Mod+P', words: 'freeze resume', now: () => (requests.paused ? 'Resume request list' : 'Pause request list'), run: () => requests.togglePause() },
    { id: 'requests.capture', name: 'Capture request bodies', group: 'Requests', keys: 'Mod+Shift+B', words: 'record replay', now: () => (requests.capture.on ? 'Stop capturing and erase bodies' : 'Capture request bodies'), run: () => attempt(() => requests.setCapture(!requests.capture.on)) },
    { id: 'requests.clear', name: 'Clear requests', group: 'Requests', keys: 'Mod+Shift+K', words: 'forget empty', run: () => attempt(() => requests.clear()), enabled: () => requests.all.length > 0 },
    { id: 'requests.export', name: 'Export access log…', group: 'Requests', words: 'csv json audit who save download', run: () => navigation.begin({ view: 'requests', name: 'export' }), enabled: () => requests.all.length > 0 },
    { id: 'requests.replay', name: 'Replay the selected request', group: 'Requests', words: 'again repeat', run: () => attempt(() => requests.replay(requests.selected ?? 0)), enabled: () => requests.detail?.no_replay === null },
    { id: 'formats.new', name: 'New format from the selected one', group: 'Formats', words: 'custom own spec codec layout', run: () => newFormat(), enabled: () => formats.current !== null },
    { id: 'namespaces.new', name: 'New profile…', group: 'Namespaces', words: 'add rules keys', run: () => navigation.begin({ view: 'namespaces', name: 'new' }) },
    { id: 'access.switch', name: 'Turn access rules on or off', group: 'Access', words: 'token jwt oidc consent guard', now: () => (access.view?.on ? 'Turn access rules off' : 'Turn access rules on'), run: () => attempt(() => app.switchAccess(access.view?.on !== true)), enabled: () => access.view !== null },
    { id: 'access.new_rule', name: 'New rule…', group: 'Access', words: 'add access rule decode original refuse claim email token', run: () => navigation.begin({ view: 'access', name: 'new-rule' }), enabled: () => access.view !== null },
    { id: 'access.rules', name: 'Access rules', group: 'Access', words: 'rule decode original refuse claim email order', run: () => navigation.revealPart('access', 'rules') },
    { id: 'access.providers', name: 'Providers of access tokens', group: 'Access', words: 'add oidc jwks temporal cloud issuer audience', run: () => navigation.revealPart('access', 'providers') },
    { id: 'access.programs', name: 'Tokens of programs', group: 'Access', words: 'make rotate revoke bearer cli worker require', run: () => navigation.revealPart('access', 'programs') },
    { id: 'access.test_token', name: 'Test a token', group: 'Access', words: 'jwt check paste why refused', run: () => navigation.revealPart('access', 'test') },
    { id: 'consent.answer', name: 'Answer the question about consent', group: 'Access', keys: 'Mod+Shift+A', overDialogs: true, words: 'allow deny waiting request ask', run: () => attempt(() => app.answerConsent()), enabled: () => consent.question !== null },
    { id: 'consent.switch', name: 'Ask before somebody new is served, or not', group: 'Access', words: 'consent permission prompt ask me first', now: () => (consent.view?.on ? 'Stop asking before somebody new is served' : 'Ask before somebody new is served'), run: () => attempt(() => app.switchConsent(consent.view?.on !== true)), enabled: () => consent.view !== null },
    { id: 'access.consent', name: 'Consent: whom you allowed and denied', group: 'Access', words: 'answers remembered permission ask me first origin program', run: () => navigation.revealPart('access', 'consent') },
    { id: 'access.copy_file', name: 'Access file for another machine', group: 'Access', words: 'copy export serve headless team', run: () => navigation.revealPart('access', 'file') },

    { id: 'namespaces.test', name: 'Which profile does a Namespace use?', group: 'Namespaces', words: 'test match tester', run: () => navigation.revealPart('namespaces', 'tester') },
    { id: 'namespaces.unlisted', name: 'Namespaces without a profile', group: 'Namespaces', words: 'unlisted refuse default unknown', run: () => navigation.revealPart('namespaces', 'unlisted') },
    { id: 'app.palette', name: 'Search or run a command', group: 'App', keys: 'Mod+K', alsoKeys: 'Mod+Shift+P', run: () => navigation.showPalette() },
    { id: 'app.undo', name: 'Undo', group: 'App', keys: 'Mod+Z', notWhileTyping: true, words: 'take back reopen restore', run: () => (toasts.undo ? toasts.act(toasts.undo) : void app.undoSettings()), enabled: () => toasts.undo !== undefined || (settings.view?.undoable ?? null) !== null },
    { id: 'help.shortcuts', name: 'Show shortcuts', group: 'App', keys: 'Mod+/', alsoKeys: 'F1', words: 'help keyboard', run: () => navigation.showShortcuts() },
    { id: 'help.first_steps', name: 'Show the first steps', group: 'App', words: 'setup guide welcome onboarding tutorial begin connect', run: firstSteps },
    { id: 'help.whats_new', name: 'Show what’s new', group: 'App', words: 'changelog version release', run: () => navigation.showWhatsNew() },
    { id: 'settings.protobuf', name: 'Protobuf types', group: 'App', words: 'proto messageType schema descriptor buf binary/protobuf add folder', run: () => navigation.revealPart('settings', 'protobuf') },
    { id: 'settings.show_file', name: 'Show settings file', group: 'App', words: 'reveal folder', run: () => attempt(() => settings.showFile()) },
    { id: 'settings.export', name: 'Export settings…', group: 'App', words: 'save backup share transfer preferences', run: () => navigation.begin({ view: 'settings', name: 'export' }) },
    { id: 'settings.import', name: 'Import settings…', group: 'App', words: 'load restore transfer preferences', run: () => navigation.begin({ view: 'settings', name: 'import' }) },
    { id: 'settings.reset', name: 'Reset all settings…', group: 'App', words: 'defaults factory preferences', run: () => navigation.begin({ view: 'settings', name: 'reset' }), enabled: () => (settings.view?.changed.length ?? 0) > 0 },
    { id: 'zoom.in', name: 'Zoom in', group: 'App', keys: 'Mod+Plus', alsoKeys: 'Mod+=', overDialogs: true, words: 'larger bigger text size font scale', run: () => attempt(() => zoom.step(1)), enabled: () => zoom.canGrow },
    { id: 'zoom.out', name: 'Zoom out', group: 'App', keys: 'Mod+-', overDialogs: true, words: 'smaller text size font scale', run: () => attempt(() => zoom.step(-1)), enabled: () => zoom.canShrink },
    { id: 'app.screen_share', name: 'Screen-share mode', group: 'App', now: () => (app.screenShare.on ? 'Turn screen-share mode off' : 'Screen-share mode: blur values'), keys: 'Mod+Shift+H', overDialogs: true, words: 'hide blur present demo meeting privacy redact', run: () => app.screenShare.toggle() },
    { id: 'app.screen_share_names', name: 'Screen-share mode: choose what is blurred', group: 'App', overDialogs: true, words: 'hide blur present only some names fields rule privacy', run: () => app.screenShare.choose() },
    { id: 'zoom.reset', name: 'Zoom: actual size', group: 'App', keys: 'Mod+0', overDialogs: true, words: '100 reset text size font scale normal', run: () => attempt(() => zoom.reset()) },
    { id: 'app.quit', name: 'Quit', group: 'App', keys: 'Mod+Q', overDialogs: true, words: 'exit end stop close leave', run: () => (navigation.quitting = true) },
    { id: 'theme.system', name: 'Theme: system', group: 'App', words: 'colors appearance', run: theme('system'), enabled: () => !inTheme('system') },
    { id: 'theme.light', name: 'Theme: light', group: 'App', words: 'colors appearance', run: theme('light'), enabled: () => !inTheme('light') },
    { id: 'theme.dark', name: 'Theme: dark', group: 'App', words: 'colors appearance night', run: theme('dark'), enabled: () => !inTheme('dark') },
  ];
}

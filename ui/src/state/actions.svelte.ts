// Everything that can be done from anywhere, as one list: shortcuts, their sheet, the command palette and the native menu
// all take what they know from here.
import type { Theme } from '../bindings/Theme';
import type { Host } from '../host/types';
import type { Inspector } from './inspector.svelte';
import type { Keys } from './keys.svelte';
import { VIEWS, VIEW_TITLES, type Navigation } from './navigation.svelte';
import type { Requests } from './requests.svelte';
import type { Server } from './server.svelte';
import type { Settings } from './settings.svelte';
import type { Toasts } from './toasts.svelte';

export const GROUPS = ['Views', 'Inspector', 'Keys', 'Server', 'Requests', 'App'] as const;
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
  openClipboard(): Promise<void>;
  pickDocument(): Promise<void>;
  openSample(): Promise<void>;
  toggleLock(): Promise<void>;
  copyEndpoint(): Promise<void>;
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
  const { navigation, keys, server, requests, settings, inspector, toasts, host } = app;
  const attempt = (work: () => Promise<void>) => void toasts.attempt(work);
  const serving = () => server.listens;
  const paused = () => server.view?.state === 'paused';
  const locked = () => keys.view?.locked === true;
  const theme = (value: Theme) => () => attempt(() => settings.update({ theme: value }));
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
        run: () => navigation.go(view),
      }),
    ),
    { id: 'inspector.paste', name: 'Inspect clipboard', group: 'Inspector', keys: 'Mod+V', heardElsewhere: true, words: 'paste decode', run: () => attempt(() => app.openClipboard()) },
    { id: 'inspector.open_file', name: 'Open file…', group: 'Inspector', keys: 'Mod+O', run: () => attempt(() => app.pickDocument()), enabled: () => host.hasFileDialog },
    { id: 'inspector.sample', name: 'Open encrypted sample', group: 'Inspector', words: 'try demo example', run: () => void app.openSample() },
    { id: 'inspector.encode', name: 'Encode value', group: 'Inspector', keys: 'Mod+E', words: 'playground', run: () => navigation.inspect('encode') },
    { id: 'inspector.close_tab', name: 'Close document', group: 'Inspector', keys: 'Mod+W', run: () => attempt(() => inspector.clear()), enabled: () => inspector.inspection !== null },
    { id: 'inspector.close_all', name: 'Close all documents', group: 'Inspector', words: 'tabs', run: () => attempt(() => inspector.closeAll()), enabled: () => inspector.documents.length > 0 },
    { id: 'inspector.reopen', name: 'Reopen closed document', group: 'Inspector', keys: 'Mod+Shift+T', words: 'undo close tab restore', run: () => attempt(() => inspector.reopen()), enabled: () => inspector.closed.length > 0 },
    { id: 'inspector.next_tab', name: 'Next document', group: 'Inspector', keys: 'Ctrl+Tab', alsoKeys: 'Ctrl+PageDown', words: 'tab', run: () => attempt(() => inspector.step(1)), enabled: () => inspector.documents.length > 0 },
    { id: 'inspector.previous_tab', name: 'Previous document', group: 'Inspector', keys: 'Ctrl+Shift+Tab', alsoKeys: 'Ctrl+PageUp', words: 'tab', run: () => attempt(() => inspector.step(-1)), enabled: () => inspector.documents.length > 0 },
    { id: 'keys.add', name: 'Add keys…', group: 'Keys', keys: 'Mod+N', words: 'import new', run: () => navigation.importKey() },
    { id: 'keys.generate', name: 'Generate key…', group: 'Keys', keys: 'Mod+Shift+N', words: 'new create', run: () => navigation.addKeys('generate') },
    { id: 'lock.toggle', name: 'Lock or unlock', group: 'Keys', keys: 'Mod+L', overDialogs: true, now: () => (locked() ? 'Unlock' : 'Lock'), run: () => void app.toggleLock() },
    { id: 'server.toggle', name: 'Start or stop the Codec Server', group: 'Server', keys: 'Mod+Shift+S', now: () => (serving() ? 'Stop the Codec Server' : 'Start the Codec Server'), run: () => attempt(() => (serving() ? server.stop() : server.start())) },
    { id: 'server.pause', name: 'Pause or resume the Codec Server', group: 'Server', keys: 'Mod+.', words: 'stop decoding', now: () => (paused() ? 'Resume the Codec Server' : 'Pause the Codec Server'), run: () => attempt(() => (paused() ? server.resume() : server.pause())), enabled: serving },
    { id: 'server.copy_endpoint', name: 'Copy endpoint', group: 'Server', keys: 'Mod+Shift+C', words: 'address url', run: () => attempt(() => app.copyEndpoint()), enabled: serving },
    { id: 'requests.pause', name: 'Pause request list', group: 'Requests', keys: 'Mod+P', words: 'freeze resume', now: () => (requests.paused ? 'Resume request list' : 'Pause request list'), run: () => requests.togglePause() },
    { id: 'requests.capture', name: 'Capture request bodies', group: 'Requests', keys: 'Mod+Shift+B', words: 'record replay', now: () => (requests.capture.on ? 'Stop capturing and erase bodies' : 'Capture request bodies'), run: () => attempt(() => requests.setCapture(!requests.capture.on)) },
    { id: 'requests.clear', name: 'Clear requests', group: 'Requests', keys: 'Mod+Shift+K', words: 'forget empty', run: () => attempt(() => requests.clear()), enabled: () => requests.all.length > 0 },
    { id: 'app.palette', name: 'Search or run a command', group: 'App', keys: 'Mod+K', alsoKeys: 'Mod+Shift+P', run: () => navigation.showPalette() },
    { id: 'app.undo', name: 'Undo', group: 'App', keys: 'Mod+Z', notWhileTyping: true, words: 'take back reopen restore', run: () => toasts.undo && toasts.act(toasts.undo), enabled: () => toasts.undo !== undefined },
    { id: 'help.shortcuts', name: 'Show shortcuts', group: 'App', keys: 'Mod+/', alsoKeys: 'F1', words: 'help keyboard', run: () => navigation.showShortcuts() },
    { id: 'help.whats_new', name: 'Show what’s new', group: 'App', words: 'changelog version release', run: () => navigation.showWhatsNew() },
    { id: 'settings.show_file', name: 'Show settings file', group: 'App', words: 'reveal folder', run: () => attempt(() => settings.showFile()) },
    { id: 'app.quit', name: 'Quit', group: 'App', keys: 'Mod+Q', overDialogs: true, words: 'exit end stop close leave', run: () => attempt(async () => void (await host.call('quit'))) },
    { id: 'theme.system', name: 'Theme: system', group: 'App', words: 'colors appearance', run: theme('system'), enabled: () => !inTheme('system') },
    { id: 'theme.light', name: 'Theme: light', group: 'App', words: 'colors appearance', run: theme('light'), enabled: () => !inTheme('light') },
    { id: 'theme.dark', name: 'Theme: dark', group: 'App', words: 'colors appearance night', run: theme('dark'), enabled: () => !inTheme('dark') },
  ];
}

// Which view is shown, kept in the address so that it survives a reload, and which dialog is open over it.

export const VIEWS = ['inspector', 'server', 'keys', 'requests', 'settings', 'formats', 'namespaces', 'access'] as const;
export type ViewName = (typeof VIEWS)[number];

export const VIEW_TITLES = {
  inspector: 'Inspector',
  server: 'Server',
  keys: 'Keys',
  requests: 'Requests',
  settings: 'Settings',
  formats: 'Formats',
  namespaces: 'Namespaces',
  access: 'Access',
} as const satisfies Record<ViewName, string>;

/** The ways to a key. */
export type AddTab = 'paste' | 'file' | 'list' | 'command' | 'generate' | 'sample';

export type DialogName = { name: 'add'; tab: AddTab; id: string } | { name: 'shortcuts' } | { name: 'palette' } | { name: 'whats_new' };

/** A row of a view that is looked for: a key's id, a profile's name, an origin. */
export type RevealTarget = { view: 'keys' | 'namespaces' | 'server'; row: string };

export class Navigation {
  view = $state<ViewName>('inspector');
  /** What the Inspector does: read Payloads, or make one. */
  mode = $state<'decode' | 'encode'>('decode');
  /** The key dialogs can be opened from every view. */
  dialog = $state.raw<DialogName | null>(null);
  /** The file vault's dialog may stand over another one, whose text must not be lost. */
  vault = $state(false);
  /** The keys of the bundle that is being exported; all of them where none is named. None while its dialog is closed. */
  exporting = $state.raw<readonly string[] | 'all' | null>(null);
  /** What a view that comes up is to show first; whoever finds it there clears it. */
  reveal = $state.raw<RevealTarget | null>(null);

  constructor() {
    this.#read();
    window.addEventListener('hashchange', () => this.#read());
  }

  go(view: ViewName): void {
    this.view = view;
    history.replaceState(null, '', `#/${view}`);
  }

  importKey(id = ''): void {
    this.addKeys('paste', id);
  }

  addKeys(tab: AddTab, id = ''): void {
    this.dialog = { name: 'add', tab, id };
  }

  /** Opens the export of a bundle with one key. */
  exportKey(handle: string): void {
    this.go('keys');
    this.exporting = [handle];
  }

  openVault(): void {
    this.vault = true;
  }

  closeVault(): void {
    this.vault = false;
  }

  showShortcuts(): void {
    this.dialog = { name: 'shortcuts' };
  }

  showPalette(): void {
    this.dialog = { name: 'palette' };
  }

  showWhatsNew(): void {
    this.dialog = { name: 'whats_new' };
  }

  /** Goes to a row of a view. */
  revealRow(target: RevealTarget): void {
    this.go(target.view);
    this.reveal = target;
  }

  /** Opens the Inspector to read, or to write. */
  inspect(mode: 'decode' | 'encode'): void {
    this.mode = mode;
    this.go('inspector');
  }

  closeDialog(): void {
    this.dialog = null;
  }

  #read(): void {
    const named = location.hash.replace(/^#\/?/, '');
    this.view = VIEWS.find((view) => view === named) ?? 'inspector';
  }
}

// Which view is shown, kept in the address so that it survives a reload, and which dialog is open over it.

export const VIEWS = ['inspector', 'server', 'keys', 'requests', 'settings', 'formats', 'namespaces'] as const;
export type ViewName = (typeof VIEWS)[number];

/** The ways to a key. */
export type AddTab = 'paste' | 'file' | 'list' | 'command' | 'generate' | 'sample';

export type DialogName = { name: 'add'; tab: AddTab; id: string } | { name: 'shortcuts' };

export class Navigation {
  view = $state<ViewName>('inspector');
  /** What the Inspector does: read Payloads, or make one. */
  mode = $state<'decode' | 'encode'>('decode');
  /** The key dialogs can be opened from every view. */
  dialog = $state.raw<DialogName | null>(null);
  /** The file vault's dialog may stand over another one, whose text must not be lost. */
  vault = $state(false);

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

  openVault(): void {
    this.vault = true;
  }

  closeVault(): void {
    this.vault = false;
  }

  showShortcuts(): void {
    this.dialog = { name: 'shortcuts' };
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

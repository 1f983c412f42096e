// Which view is shown, kept in the address so that it survives a reload, and which dialog is open over it.

export const VIEWS = ['inspector', 'server', 'keys', 'requests', 'settings'] as const;
export type ViewName = (typeof VIEWS)[number];

export type DialogName = { name: 'import'; id: string } | { name: 'generate' };

export class Navigation {
  view = $state<ViewName>('inspector');
  /** The key dialogs can be opened from every view. */
  dialog = $state.raw<DialogName | null>(null);

  constructor() {
    this.#read();
    window.addEventListener('hashchange', () => this.#read());
  }

  go(view: ViewName): void {
    this.view = view;
    history.replaceState(null, '', `#/${view}`);
  }

  importKey(id = ''): void {
    this.dialog = { name: 'import', id };
  }

  generateKey(): void {
    this.dialog = { name: 'generate' };
  }

  closeDialog(): void {
    this.dialog = null;
  }

  #read(): void {
    const named = location.hash.replace(/^#\/?/, '');
    this.view = VIEWS.find((view) => view === named) ?? 'inspector';
  }
}

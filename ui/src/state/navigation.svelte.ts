// Which view is shown, kept in the address and for the next start, and which dialog is open over it.
import type { KeyView } from '../bindings/KeyView';
import type { ProfileView } from '../bindings/ProfileView';
import type { OpenDocument } from './documents.svelte';
import { keep, kept } from '../lib/kept';

export const VIEWS = ['inspector', 'server', 'keys', 'requests', 'settings', 'formats', 'namespaces', 'access', 'doctor'] as const;
export type ViewName = (typeof VIEWS)[number];

const LAST_VIEW = 'view';

export const VIEW_TITLES = {
  inspector: 'Inspector',
  server: 'Server',
  keys: 'Keys',
  requests: 'Requests',
  settings: 'Settings',
  formats: 'Formats',
  namespaces: 'Namespaces',
  access: 'Access',
  doctor: 'Connection Doctor',
} as const satisfies Record<ViewName, string>;

/** The ways to a key. */
export type AddTab = 'paste' | 'file' | 'list' | 'command' | 'generate' | 'sample';

export type DialogName = { name: 'add'; tab: AddTab; id: string | null } | { name: 'shortcuts' } | { name: 'palette' } | { name: 'whats_new' };

/** A row of a view that is looked for: a key's handle, a profile's name, an origin, a setting, a format's name. */
export type RevealRow = { view: 'keys' | 'namespaces' | 'server' | 'settings' | 'formats'; row: string };
/** A row, or a part of a view that its markup names by `data-part`. */
export type RevealTarget = RevealRow | { view: ViewName; part: string };

/** What is done with one key in a dialog. */
export type KeyTask = 'rename' | 'replace' | 'usage' | 'encode' | 'remove';

/** What is done in a dialog of a view; it can be begun from anywhere. */
export type ViewTask =
  | { view: 'inspector'; name: 'rename'; document: OpenDocument }
  | { view: 'inspector'; name: 'decode_as'; document: OpenDocument; index: number }
  /** Begun from another view, it leads back there. */
  | { view: 'keys'; name: KeyTask; key: KeyView; back?: ViewName }
  | { view: 'namespaces'; name: 'new' }
  | { view: 'access'; name: 'new-rule' }
  | { view: 'requests'; name: 'export' }
  | { view: 'namespaces'; name: 'edit' | 'remove'; profile: ProfileView }
  | { view: 'settings'; name: 'export' | 'import' | 'reset' };

export class Navigation {
  view = $state<ViewName>('inspector');
  /** What the Inspector does: read Payloads, or make one. */
  mode = $state<'decode' | 'encode'>('decode');
  /** The key dialogs can be opened from every view. */
  dialog = $state.raw<DialogName | null>(null);
  /** The file vault's dialog may stand over another one, whose text must not be lost. */
  vault = $state(false);
  /** Whether the user is asked if the app is to end; over every other dialog. */
  quitting = $state(false);
  /** The keys of the bundle that is being exported; those in use where none is named. None while its dialog is closed. */
  exporting = $state.raw<readonly string[] | 'in_use' | null>(null);
  /** The command that unwraps data keys which is being written: its place in the list, or a new one. None while its dialog is closed. */
  wrapping = $state.raw<number | 'new' | null>(null);
  /** The id of the wrapping key that it was opened for; empty for none. */
  wrappedBy = $state.raw('');
  /** What a view that comes up is to show first; whoever finds it there clears it. */
  reveal = $state.raw<RevealTarget | null>(null);
  /** The dialog that is open in the view that is shown. */
  task = $state.raw<ViewTask | null>(null);

  constructor() {
    this.#read();
    window.addEventListener('hashchange', () => this.#read());
  }

  go(view: ViewName): void {
    if (view !== this.view) {
      this.task = null;
    }
    this.view = view;
    keep(LAST_VIEW, view);
    history.replaceState(null, '', `#/${view}`);
  }

  /** Opens the form for a key, of this id where a Payload names one, which may be empty. */
  importKey(id: string | null = null): void {
    this.addKeys('paste', id);
  }

  addKeys(tab: AddTab, id: string | null = null): void {
    this.dialog = { name: 'add', tab, id };
  }

  /** Opens the export of a bundle with one key. */
  exportKey(handle: string): void {
    this.go('keys');
    this.exporting = [handle];
  }

  /** Opens the export of a bundle with the keys in use. */
  exportKeys(): void {
    this.go('keys');
    this.exporting = 'in_use';
  }

  /** Opens the dialog for a command that unwraps data keys. */
  /** Opens who unwraps data keys: that of a place, or a new one, for the wrapping key of this id where it is known. */
  wrapKeys(place: number | 'new' = 'new', wrappedBy = ''): void {
    this.go('keys');
    this.wrapping = place;
    this.wrappedBy = wrappedBy;
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
  revealRow(target: RevealRow): void {
    this.go(target.view);
    this.reveal = target;
  }

  /** Goes to a part of a view. */
  revealPart(view: ViewName, part: string): void {
    this.go(view);
    this.reveal = { view, part };
  }

  /** Goes to a view and opens one of its dialogs. */
  begin(task: ViewTask): void {
    this.go(task.view);
    this.task = task;
  }

  endTask(): void {
    this.task = null;
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
    // A window that starts names none: it is the one that was looked at last.
    const named = location.hash.replace(/^#\/?/, '') || kept(LAST_VIEW);
    this.view = VIEWS.find((view) => view === named) ?? 'inspector';
  }
}

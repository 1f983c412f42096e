// All settings, saved at once when one changes, and the theme that follows them.
import { SvelteMap } from 'svelte/reactivity';
import type { FileTicket } from '../bindings/FileTicket';
import type { SettingName } from '../bindings/SettingName';
import type { SettingsPreview } from '../bindings/SettingsPreview';
import type { SettingsView } from '../bindings/SettingsView';
import type { UpdateSettingsRequest } from '../bindings/UpdateSettingsRequest';
import type { Host } from '../host/types';
import { isStale } from '../lib/revision';
import { SETTINGS } from './setting_names';
import { applyTheme } from './theme';

/** The number of the change that a command made; none where it changed nothing. */
export type Change = number | undefined;

export class Settings {
  view = $state.raw<SettingsView | null>(null);
  /** What the changes that can be taken back were, by their numbers. */
  readonly #changes = new SvelteMap<number, string>();
  #host: Host;
  /** The last change that was asked for. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    this.take(await this.#host.call('get_settings'));
  }

  take(view: SettingsView): void {
    if (!isStale(this.view, view)) {
      this.view = view;
      applyTheme(view.theme);
    }
  }

  /** One change after the other, as they were made: the host would run them side by side, and the first might win. */
  #change(change: () => Promise<SettingsView>): Promise<Change> {
    const changing = this.#changing.then(async () => {
      const view = await change();
      this.take(view);
      return view.change;
    });
    this.#changing = changing.catch(() => undefined);
    return changing;
  }

  async update(change: UpdateSettingsRequest): Promise<void> {
    const made = await this.#change(() => this.#host.call('update_settings', change));
    const names = Object.keys(SETTINGS).filter((name): name is SettingName => name in change);
    this.named(made, names.map((name) => SETTINGS[name].label).join(', '));
  }

  /** Says what was added: of a whole address, its origin; nothing where it is allowed already. */
  async addOrigin(origin: string): Promise<{ origin: string; change: Change } | null> {
    let added: string | undefined;
    const change = await this.#change(async () => {
      const view = await this.#host.call('add_origin', { origin });
      added = view.origins.at(-1);
      return view;
    });
    return change === undefined || added === undefined ? null : { origin: added, change };
  }

  /** Says what was added: of an endpoint, its host; nothing where it is allowed already. */
  async addProgramHost(host: string): Promise<{ host: string; change: Change } | null> {
    let added: string | undefined;
    const change = await this.#change(async () => {
      const view = await this.#host.call('add_program_host', { host });
      added = view.program_hosts.at(-1);
      return view;
    });
    return change === undefined || added === undefined ? null : { host: added, change };
  }

  removeProgramHost(host: string): Promise<Change> {
    return this.#change(() => this.#host.call('remove_program_host', { host }));
  }

  removeOrigin(origin: string): Promise<Change> {
    return this.#change(() => this.#host.call('remove_origin', { origin }));
  }

  /** Makes settings what they are in a fresh installation. */
  reset(names: readonly SettingName[]): Promise<Change> {
    return this.#change(() => this.#host.call('reset_settings', { names: [...names] }));
  }

  /** What a change was, and what is said where it is taken back. */
  named(change: Change, what: string, undone = `Undone: ${what}`): void {
    if (change !== undefined) {
      this.#changes.set(change, undone);
    }
  }

  /** Takes back a change and what is to be said of it: the last one where none is named, as it is when the changes before are done. */
  async undo(named?: number): Promise<string> {
    let change = named;
    await this.#change(() => {
      change ??= this.view?.undoable ?? 0;
      return this.#host.call('undo_settings', { change });
    });
    const what = change === undefined ? undefined : this.#changes.get(change);
    if (change !== undefined) {
      this.#changes.delete(change);
    }
    return what ?? 'Undone: the last change of settings';
  }

  async export(file: FileTicket): Promise<void> {
    await this.#host.call('export_settings', { file });
  }

  /** What a file of exported settings would change. */
  preview(file: FileTicket): Promise<SettingsPreview> {
    return this.#host.call('preview_settings', { file });
  }

  import(seen: string): Promise<Change> {
    return this.#change(() => this.#host.call('import_settings', { seen }));
  }

  async showFile(): Promise<void> {
    await this.#host.call('show_settings_file');
  }

  async sawNews(): Promise<void> {
    await this.#change(() => this.#host.call('seen_whats_new'));
  }

  resetOrigins(): Promise<Change> {
    return this.#change(() => this.#host.call('reset_origins'));
  }
}

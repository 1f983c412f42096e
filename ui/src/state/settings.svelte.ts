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

export class Settings {
  view = $state.raw<SettingsView | null>(null);
  /** What the changes that can be taken back were, by their numbers. */
  readonly #changes = new SvelteMap<number, string>();
  #host: Host;
  /** The last change that was asked for. */
  #changing: Promise<void> = Promise.resolve();

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
  #change(change: () => Promise<SettingsView>): Promise<void> {
    const changing = this.#changing.then(async () => this.take(await change()));
    this.#changing = changing.catch(() => undefined);
    return changing;
  }

  async update(change: UpdateSettingsRequest): Promise<void> {
    await this.#change(() => this.#host.call('update_settings', change));
    const names = Object.keys(SETTINGS).filter((name): name is SettingName => name in change);
    this.#named(names.map((name) => SETTINGS[name].label).join(', '));
  }

  /** Says what was added: of a whole address, its origin; nothing where it is allowed already. */
  async addOrigin(origin: string): Promise<string | null> {
    let added: string | null = null;
    await this.#change(async () => {
      const before = this.view?.origins ?? [];
      const view = await this.#host.call('add_origin', { origin });
      added = view.origins.find((one) => !before.includes(one)) ?? null;
      return view;
    });
    return added;
  }

  removeOrigin(origin: string): Promise<void> {
    return this.#change(() => this.#host.call('remove_origin', { origin }));
  }

  /** Makes settings what they are in a fresh installation. */
  reset(names: readonly SettingName[]): Promise<void> {
    return this.#change(() => this.#host.call('reset_settings', { names: [...names] }));
  }

  /** What was changed last, for whoever takes it back. */
  async name(what: string): Promise<void> {
    await this.load();
    this.#named(what);
  }

  #named(what: string): void {
    const number = this.view?.undoable ?? null;
    // Where nothing was changed, the last change is another one, which has its name.
    if (number !== null && !this.#changes.has(number)) {
      this.#changes.set(number, what);
    }
  }

  /** Takes back the last change that can be, and says which one it was. */
  async undo(): Promise<string> {
    const number = this.view?.undoable ?? null;
    await this.#change(() => this.#host.call('undo_settings'));
    const what = number === null ? undefined : this.#changes.get(number);
    if (number !== null) {
      this.#changes.delete(number);
    }
    return what ?? 'the last change of settings';
  }

  async export(file: FileTicket): Promise<void> {
    await this.#host.call('export_settings', { file });
  }

  /** What a file of exported settings would change. */
  preview(file: FileTicket): Promise<SettingsPreview> {
    return this.#host.call('preview_settings', { file });
  }

  import(seen: string): Promise<void> {
    return this.#change(() => this.#host.call('import_settings', { seen }));
  }

  async showFile(): Promise<void> {
    await this.#host.call('show_settings_file');
  }

  sawNews(): Promise<void> {
    return this.#change(() => this.#host.call('seen_whats_new'));
  }

  resetOrigins(): Promise<void> {
    return this.#change(() => this.#host.call('reset_origins'));
  }
}

// All settings, saved at once when one changes, and the theme that follows them.
import type { SettingName } from '../bindings/SettingName';
import type { SettingsPreview } from '../bindings/SettingsPreview';
import type { SettingsView } from '../bindings/SettingsView';
import type { UpdateSettingsRequest } from '../bindings/UpdateSettingsRequest';
import type { Host } from '../host/types';
import { applyTheme } from './theme';

export class Settings {
  view = $state.raw<SettingsView | null>(null);
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    this.take(await this.#host.call('get_settings'));
  }

  take(view: SettingsView): void {
    this.view = view;
    applyTheme(view.theme);
  }

  async update(change: UpdateSettingsRequest): Promise<void> {
    this.take(await this.#host.call('update_settings', change));
  }

  async addOrigin(origin: string): Promise<void> {
    this.take(await this.#host.call('add_origin', { origin }));
  }

  async removeOrigin(origin: string): Promise<void> {
    this.take(await this.#host.call('remove_origin', { origin }));
  }

  /** Makes settings what they are in a fresh installation. */
  async reset(names: readonly SettingName[]): Promise<void> {
    this.take(await this.#host.call('reset_settings', { names: [...names] }));
  }

  /** Takes back the last reset or import. */
  async undo(): Promise<void> {
    this.take(await this.#host.call('undo_settings'));
  }

  async export(path: string, replace: boolean): Promise<void> {
    await this.#host.call('export_settings', { path, replace });
  }

  /** What a file of exported settings would change. */
  preview(path: string): Promise<SettingsPreview> {
    return this.#host.call('preview_settings', { path });
  }

  async import(seen: string): Promise<void> {
    this.take(await this.#host.call('import_settings', { seen }));
  }

  async showFile(): Promise<void> {
    await this.#host.call('show_settings_file');
  }

  async sawNews(): Promise<void> {
    this.take(await this.#host.call('seen_whats_new'));
  }

  async resetOrigins(): Promise<void> {
    this.take(await this.#host.call('reset_origins'));
  }
}

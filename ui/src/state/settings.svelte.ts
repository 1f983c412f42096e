// All settings, saved at once when one changes, and the theme that follows them.
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

  async resetOrigins(): Promise<void> {
    this.take(await this.#host.call('reset_origins'));
  }
}

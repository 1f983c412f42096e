// What each setting is called: in Settings, and in the command palette with the other words that people type for it.
import type { SettingName } from '../bindings/SettingName';
import type { SettingsView } from '../bindings/SettingsView';
import { isMac } from '../lib/shortcuts';

interface NamedSetting {
  label: string;
  /** Other words for it, found but not shown. */
  words: string;
  /** Whether this host has it; every host where absent. */
  isHere?(view: SettingsView): boolean;
}

export const SETTINGS: Readonly<Record<SettingName, NamedSetting>> = {
  theme: { label: 'Theme', words: 'dark light night colors appearance' },
  start_server_on_launch: { label: 'Start the Codec Server with the app', words: 'launch automatic autostart' },
  start_at_login: { label: 'Start at login', words: 'autostart boot launch', isHere: (view) => view.start_at_login !== null },
  menu_bar: { label: 'Menu bar', words: 'menubar file edit', isHere: (view) => view.has_tray !== null && !isMac },
  close_to_tray: { label: 'Keep running when the window is closed', words: 'tray background quit exit minimize' },
  notify_undecodable: { label: 'Notify when a Payload cannot be decoded', words: 'notification alert message' },
  lock_when_idle: { label: 'Lock when idle', words: 'timeout automatic minutes' },
  lock_with_screen: { label: 'Lock when the screen locks', words: 'sleep suspend automatic' },
  port: { label: 'Port', words: '8081 endpoint address listen number change' },
  max_body_mib: { label: 'Largest request', words: 'size limit body memory' },
  max_work_mib: { label: 'Work per request', words: 'limit memory decompress bomb' },
  cache: { label: 'Answer repeated requests from memory', words: 'cache caching repeat again faster speed' },
  undecodable: { label: 'Payloads that cannot be decoded', words: 'policy explain fail pass through error' },
  compression: { label: 'Compression when encoding', words: 'compress zlib gzip snappy zstd' },
  program_hosts: { label: 'Hosts for programs', words: 'docker container podman name dns rebinding allow address' },
  origins: { label: 'Allowed origins', words: 'cors browser web ui allow domain address' },
};

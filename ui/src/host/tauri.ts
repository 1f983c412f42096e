// The desktop shell as host: Tauri's IPC.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { readText, writeText } from '@tauri-apps/plugin-clipboard-manager';
import type { AppEvent } from '../bindings/AppEvent';
import type { Host } from './types';

/** The event that carries every `AppEvent`. */
const APP_EVENT = 'app-event';

export function tauriHost(): Host {
  return {
    // Every command takes one argument, also those that ask for nothing.
    call: (command, ...request) => invoke(command, { request: request[0] ?? null }),
    listen(handler) {
      const stop = listen<AppEvent>(APP_EVENT, (event) => handler(event.payload));
      return () => void stop.then((unlisten) => unlisten());
    },
    // The core opens the dialog: a path from the page would count for nothing.
    chooseFile: (request) => invoke('choose_file', { request }),
    hasFileDialog: true,
    zoom: (factor) => getCurrentWebview().setZoom(factor),
    copy: (text) => writeText(text),
    readClipboard: () => readText(),
  };
}

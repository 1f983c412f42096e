// Chooses the host that this page runs in.
import { bridgeHost } from './bridge';
import { tauriHost } from './tauri';
import type { Host } from './types';

export type { Command, Host, Request, Response } from './types';

export function chooseHost(): Host {
  return '__TAURI_INTERNALS__' in window ? tauriHost() : bridgeHost();
}

// Views as the core would send them, for unit tests.
import type { KeysView } from '../bindings/KeysView';
import type { PayloadRow } from '../bindings/PayloadRow';
import type { PayloadView } from '../bindings/PayloadView';
import type { RequestView } from '../bindings/RequestView';
import type { ServerView } from '../bindings/ServerView';
import type { SettingsView } from '../bindings/SettingsView';

export function serverView(): ServerView {
  return {
    state: 'serving',
    port: 8081,
    endpoint: 'http://127.0.0.1:8081',
    listening: ['http://127.0.0.1:8081', 'http://[::1]:8081'],
    started: '2026-01-02T03:04:05Z',
    error: null,
    free_port: null,
    counts: { requests: 0, errors: 0, payloads: 0, undecodable: 0 },
  };
}

export function keysView(): KeysView {
  return { keys: [], keychain: { name: 'Secret Service', problem: null }, encode_key: null, locked: false, has_sample_key: false };
}

export function encryptedRow(index: number): PayloadRow {
  return {
    index,
    pointer: `/payloads/${index}`,
    place: `payloads[${index}]`,
    event: null,
    outcome: 'decoded',
    layers: ['encrypted · prod-2026', 'json/plain'],
    preview: '9007199254740993',
    bytes: 44,
  };
}

export function payloadView(): PayloadView {
  return {
    row: encryptedRow(0),
    verdict: 'Decrypted with key prod-2026.',
    error: null,
    missing_key: null,
    steps: [{ codec: 'AES-GCM', key_id: 'prod-2026', key_label: null, bytes_in: 44, bytes_out: 16 }],
    encoded_metadata: [
      { name: 'encoding', value: 'binary/encrypted', hex: false },
      { name: 'encryption-key-id', value: 'prod-2026', hex: false },
    ],
    metadata: [{ name: 'encoding', value: 'json/plain', hex: false }],
    // Over 2^53: it must reach the screen digit by digit.
    content: { kind: 'json', text: '9007199254740993', raw: null, truncated: false, label: 'JSON' },
    decoded_bytes: 16,
    payload_json: '{}',
  };
}

export function requestView(id: number, different: Partial<RequestView> = {}): RequestView {
  return {
    id,
    time: '2026-01-02T03:04:05.678Z',
    operation: 'decode',
    namespace: 'default',
    origin: 'http://localhost:8233',
    client: 'Browser',
    n_payloads: 1,
    n_changed: 1,
    n_failed: 0,
    status: 200,
    result: 'Decoded',
    tone: 'ok',
    reasons: [],
    keys: ['prod-2026'],
    bytes_in: 200,
    bytes_out: 100,
    duration_us: 420,
    ...different,
  };
}

export function settingsView(): SettingsView {
  return {
    port: 8081,
    max_body_mib: 64,
    origins: ['http://localhost:8233'],
    default_origins: ['http://localhost:8233'],
    undecodable: 'explain',
    compression: 'none',
    theme: 'system',
    close_to_tray: true,
    start_server_on_launch: true,
    notify_undecodable: true,
    file: 'settings.json',
    notice: null,
    version: '0.1.0',
  };
}

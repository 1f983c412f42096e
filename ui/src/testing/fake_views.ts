// Views as the core would send them, for unit tests.
import type { ComparedEvent } from '../bindings/ComparedEvent';
import type { DifferencesView } from '../bindings/DifferencesView';
import type { ExecutionComparison } from '../bindings/ExecutionComparison';
import type { HistoryEventView } from '../bindings/HistoryEventView';
import type { HistoryRow } from '../bindings/HistoryRow';
import type { ConsentQuestion } from '../bindings/ConsentQuestion';
import type { ConsentView } from '../bindings/ConsentView';
import type { TrustView } from '../bindings/TrustView';
import type { AccessView } from '../bindings/AccessView';
import type { AppError } from '../bindings/AppError';
import type { CliChangeView } from '../bindings/CliChangeView';
import type { CliProfilesView } from '../bindings/CliProfilesView';
import type { DiagnosisView } from '../bindings/DiagnosisView';
import type { DoctorView } from '../bindings/DoctorView';
import type { FormatView } from '../bindings/FormatView';
import type { FormatsView } from '../bindings/FormatsView';
import type { KeyView } from '../bindings/KeyView';
import type { KeysPreview } from '../bindings/KeysPreview';
import type { KeysView } from '../bindings/KeysView';
import type { PayloadRow } from '../bindings/PayloadRow';
import type { PayloadView } from '../bindings/PayloadView';
import type { ProfilesView } from '../bindings/ProfilesView';
import type { RequestDetailView } from '../bindings/RequestDetailView';
import type { RequestView } from '../bindings/RequestView';
import type { ServerView } from '../bindings/ServerView';
import type { SettingsView } from '../bindings/SettingsView';
import type { TrialView } from '../bindings/TrialView';

export function serverView(): ServerView {
  return {
    revision: 0,
    state: 'serving',
    panic_locked: false,
    port: 8081,
    endpoint: 'http://127.0.0.1:8081',
    listening: ['http://127.0.0.1:8081', 'http://[::1]:8081'],
    https: { on: false, port: 8443, endpoint: null, problem: null },
    started: '2026-01-02T03:04:05Z',
    error: null,
    counts: { requests: 0, errors: 0, payloads: 0, undecodable: 0 },
  };
}

export function doctorView(): DoctorView {
  const line = { when: null, actions: [], steps: [] };
  return {
    revision: 0,
    findings: [
      { ...line, id: 'server', group: 'server', title: 'Codec Server', state: 'good', why: 'It listens; its endpoint is http://127.0.0.1:8081.', fix: '' },
      {
        ...line,
        id: 'origin https://temporal.corp',
        group: 'pages',
        title: 'https://temporal.corp',
        state: 'bad',
        why: 'It is not in the list of allowed origins, so its requests are refused.',
        fix: 'Allow it, if this is the address of your Web UI.',
        when: '2026-01-02T03:04:05.678Z',
        actions: [{ type: 'allow_origin', origin: 'https://temporal.corp' }],
      },
    ],
  };
}

export function keysView(): KeysView {
  const keychain = { name: 'Secret Service', problem: null, vault: null };
  return { revision: 0, keys: [], keychain, encode_key: null, locked: false, has_sample_key: false, proposed_id: 'codec-2026-11' };
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
    jq: '.payloads[0]',
    json_path: '$.payloads[0]',
    verdict: 'Decrypted with key prod-2026.',
    error: null,
    missing_key: null,
    wrapped_by: null,
    context: [],
    mark: null,
    unread: null,
    steps: [{ codec: 'AES-GCM', format: 'sdk-samples', key_id: 'prod-2026', key_label: null, bytes_in: 44, bytes_out: 16 }],
    encoded_metadata: [
      { name: 'encoding', value: 'binary/encrypted', hex: false },
      { name: 'encryption-key-id', value: 'prod-2026', hex: false },
    ],
    metadata: [{ name: 'encoding', value: 'json/plain', hex: false }],
    // Over 2^53: it must reach the screen digit by digit.
    content: { kind: 'json', text: '9007199254740993', raw: null, lines: null, truncated: false, label: 'JSON' },
    decoded_bytes: 16,
    message: null,
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
    process: null,
    who: null,
    access_rule: null,
    n_payloads: 1,
    status: 200,
    result: 'Decoded',
    searched: '',
    tone: 'ok',
    keys: ['prod-2026'],
    duration_us: 420,
    replay_of: null,
    from_cache: false,
    ...different,
  };
}

export function requestDetailView(request: RequestView, different: Partial<RequestDetailView> = {}): RequestDetailView {
  return {
    request,
    method: 'POST',
    profile: null,
    n_changed: 1,
    n_as_json: 0,
    n_failed: 0,
    reasons: [],
    allow_host: null,
    encodings: ['binary/encrypted'],
    layers: [{ layers: ['encrypted · prod-2026', 'json/plain'], count: 1, stopped: false }],
    headers: [{ name: 'authorization', value: 'Bearer ••••', masked: true }],
    timing: [{ name: 'Answered', took_us: 420 }],
    bytes_in: 200,
    bytes_out: 100,
    curl: 'curl',
    capture: null,
    no_replay: { code: 'not_captured', message: 'The request’s body was not captured.', hint: 'Turn on “Capture bodies”.' },
    comparison: null,
    ...different,
  };
}

export function settingsView(): SettingsView {
  return {
    revision: 0,
    undoable: null,
    port: 8081,
    max_body_mib: 64,
    max_work_mib: 128,
    cache: true,
    origins: ['http://localhost:8233'],
    insecure_origins: [],
    program_hosts: [],
    default_origins: ['http://localhost:8233'],
    undecodable: 'explain',
    compression: 'none',
    theme: 'system',
    close_to_tray: true,
    start_server_on_launch: true,
    start_at_login: null,
    has_tray: null,
    menu_bar: false,
    notify_undecodable: true,
    lock_when_idle: 0,
    lock_with_screen: false,
    changed: [],
    has_news: false,
    file: 'settings.json',
    notice: null,
    version: '0.1.0',
  };
}

export function keychainProblem(): AppError {
  return { code: 'keychain_unavailable', message: 'the keychain is locked', hint: 'Unlock it.' };
}

export function formatsView(): FormatsView {
  const preset = { custom: false, needs_key: true, encodes: true, keys: [], demo_key: null };
  const sample = {
    ...preset,
    name: 'sdk-samples',
    title: 'Temporal SDK samples',
    written_by: 'samples-go, samples-python',
    summary: 'AES-GCM · nonce 12 · whole Payload',
    spec: '{"encoding":"binary/encrypted"}',
  };
  const fernet = { ...sample, name: 'posthog-fernet', title: 'PostHog', written_by: 'PostHog', summary: 'Fernet', spec: '{"cipher":"fernet"}' };
  return { formats: [sample, fernet] };
}

export function profilesView(): ProfilesView {
  const rules = { undecodable: 'explain', compression: 'none', encode_key: null, decode_keys: null, no_codec: false, messages_as_json: false } as const;
  return { default: { name: 'Default', namespaces: [], ...rules }, profiles: [], unlisted: 'default' };
}

export function accessView(): AccessView {
  const open = { default: 'decode', decodes_without_token: true } as const;
  return { revision: 0, on: false, programs_need_token: false, providers: [], programs: [], rules: [], ...open };
}

export function consentView(): ConsentView {
  return { revision: 0, on: false, unlisted_pages: false, questions: [], answers: [] };
}

export function trustView(): TrustView {
  return { authority: 'Temporal Codec Desktop, this machine only (0a1b2c3d)', stores: [], problem: null, by_hand: [] };
}

export function consentQuestion(number: number): ConsentQuestion {
  const who = { kind: 'page', name: 'http://localhost:8233', client: 'Browser', process: null, who: null, namespace: 'orders' } as const;
  return { number, ...who, operation: 'decode', n_payloads: 3, n_requests: 1, n_waiting: 1, since: '2026-01-02T03:04:05Z' };
}

export function trialView(): TrialView {
  return {
    stages: [
      { name: 'Match', outcome: 'ok', value: 'binary/encrypted' },
      { name: 'Open', outcome: 'failed', value: 'the tag does not fit' },
      { name: 'Body', outcome: 'skipped', value: '' },
    ],
    verdict: 'the key does not open it',
    opened: false,
    context: [],
    content: null,
  };
}

export function diagnosisView(): DiagnosisView {
  const finding = { key_label: 'Orders', key_id: 'prod-2024', fingerprint: '0011223344556677', format: 'posthog-fernet' };
  return {
    verdict: 'key Orders opens it',
    kind: 'opens',
    explanation: 'It is a Fernet token.',
    findings: [{ ...finding, format_title: 'PostHog', change: 'key Orders gets the format PostHog', preview: '{"a":1}' }],
    nearest: null,
    missing_key: null,
    n_trials: 12,
    stopped: false,
  };
}

export function keysPreview(): KeysPreview {
  const entry = { label: '', bits: 256, fingerprint: '0011223344556677', formats: [], new_formats: [], retired: false, namespaces: [], replaces: null };
  const twice = { code: 'duplicate_key', message: 'key "b" is here already', hint: 'Do this instead.' } as const;
  return {
    token: 'preview-1',
    kind: 'JSON key list',
    entries: [
      { ...entry, id: 'a', problem: null },
      { ...entry, id: 'b', problem: twice },
      { ...entry, id: 'c', problem: null },
    ],
    has_profiles: false,
    are_variables: false,
    needs_passphrase: false,
    warning: null,
  };
}

export function cliProfilesView(): CliProfilesView {
  const profile = { name: 'default', endpoint: null, is_this: false, can_undo: false };
  return { file: '/home/ada/.config/temporalio/temporal.toml', exists: true, profiles: [profile], problem: null };
}

export function cliChange(): CliChangeView {
  const lines = [{ number: 3, added: true, text: 'endpoint = "http://127.0.0.1:8081"' }];
  return { file: '/home/ada/.config/temporalio/temporal.toml', creates_file: false, lines, seen: 'a' };
}

export function customFormat(name: string, spec: string): FormatView {
  const marks = { custom: true, needs_key: true, encodes: true };
  return { name, title: name, written_by: 'You', summary: 'AES-GCM', ...marks, spec, keys: [], demo_key: null };
}

export function exampleKey(handle: string): KeyView {
  return {
    handle,
    id: 'prod-2026',
    also_opens: [],
    label: '',
    bits: 256,
    created: '2026-01-02T03:04:05Z',
    fingerprint: '0011223344556677',
    lifetime: 'keychain',
    unavailable: null,
    formats: [],
    namespaces: [],
    retired: false,
    used_by: [],
    last_used: null,
    n_uses: 0,
  };
}

/** A group of one event. */
export function historyRow(row = 0): HistoryRow {
  const event = { event: row, id: String(row + 1), event_type: 'ActivityTaskScheduled', time: 0, failed: false, n_payloads: 0, n_not_decoded: 0 };
  return {
    row, group: row, kind: 'activity', state: 'completed', name: 'charge', id: '1', attempts: 1, start: 0, end: 1000,
    preview: '', n_payloads: 0, n_not_decoded: 0, opens: row, n_events: 1, events: [event],
  };
}

export function historyEvent(): HistoryEventView {
  const attributes = { kind: 'json' as const, text: '{}', raw: null, lines: null, truncated: false, label: 'Attributes' };
  return { event: 0, group: historyRow(), time: '', attributes, failures: [], failed_before: false, payloads: [], links: [] };
}

/** Two executions of which the second event differs. */
export function executionComparison(more: Partial<ExecutionComparison> = {}): ExecutionComparison {
  const side = (event: number, does: string): ComparedEvent => ({ event, id: String(event + 1), event_type: 'TimerStarted', name: '', does });
  const row = { kind: 'other' as const, same_before: 1, left: side(1, 'schedules Activity charge'), right: side(1, 'starts a Timer') };
  return { n_left: 3, n_right: 3, n_same: 2, n_changed: 0, n_unknown: 0, n_only_left: 1, n_only_right: 1, same_until: '1', fork: row, n_rows: 1, rows: [row], same_after: 1, said: 'Same up to event 1.', ...more };
}

/** Two values of which one place differs. */
export function differencesView(more: Partial<DifferencesView> = {}): DifferencesView {
  const side = (text: string) => ({ text, not_decoded: false });
  return { n: 1, n_unknown: 0, differences: [{ path: '.total', kind: 'changed', left: side('1'), right: side('2') }], about: [], left_problem: null, right_problem: null, said: '1 place differs.', ...more };
}

// A host without a core, for unit tests and `npm run dev` at /?fake: it answers from plain data that tests may change.
import type { WrappedKeysView } from '../bindings/WrappedKeysView';
import type { AccessView } from '../bindings/AccessView';
import type { AppError } from '../bindings/AppError';
import type { AppEvent } from '../bindings/AppEvent';
import type { ChooseFileRequest } from '../bindings/ChooseFileRequest';
import type { ChosenFile } from '../bindings/ChosenFile';
import type { FormatsView } from '../bindings/FormatsView';
import type { KeyView } from '../bindings/KeyView';
import type { KeysView } from '../bindings/KeysView';
import type { KeysPreview } from '../bindings/KeysPreview';
import type { LinkView } from '../bindings/LinkView';
import type { PayloadView } from '../bindings/PayloadView';
import type { DiagnosisView } from '../bindings/DiagnosisView';
import type { RecentFile } from '../bindings/RecentFile';
import type { ProfilesView } from '../bindings/ProfilesView';
import type { ProtobufTypesView } from '../bindings/ProtobufTypesView';
import type { RequestView } from '../bindings/RequestView';
import type { WorkflowView } from '../bindings/WorkflowView';
import type { Command, Host, Request, Response } from '../host/types';
import {
  accessView,
  consentView,
  trustView,
  cliChange,
  cliProfilesView,
  customFormat,
  diagnosisView,
  differencesView,
  doctorView,
  encryptedRow,
  exampleKey,
  executionComparison,
  formatsView,
  keysPreview,
  keysView,
  payloadView,
  profilesView,
  requestDetailView,
  requestView,
  historyEvent,
  historyRow,
  serverView,
  settingsView,
  trialView,
} from './fake_views';

type Answers = { [C in Command]: (request: Request<C>) => Response<C> };

export class FakeHost implements Host {
  readonly hasFileDialog: boolean = false;
  server = serverView();
  keys: KeysView = keysView();
  settings = settingsView();
  wrapped: WrappedKeysView = { sources: [], waiting_for: null, n_waiting: 0, n_held: 0 };
  capture = { on: false, most: 200, most_mib: 32 };
  requests = [requestView(2, { tone: 'error', status: 403, result: 'Origin not allowed' }), requestView(1)];
  payload: PayloadView = payloadView();
  nPayloads = 1;
  /** How many of them are left for later when a document is opened. */
  nPending = 0;
  /** Whether what is opened is an Event History. */
  isHistory = false;
  workflow: WorkflowView | null = null;
  formats: FormatsView = formatsView();
  protobuf: ProtobufTypesView = { places: [], rules: [] };
  profiles: ProfilesView = profilesView();
  diagnosis: DiagnosisView = diagnosisView();
  preview: KeysPreview = keysPreview();
  cliProfiles = cliProfilesView();
  recent: RecentFile[] = [];
  /** Every call, in order. */
  calls: [Command, unknown][] = [];
  /** What a command rejects with instead of answering. */
  failures: Partial<Record<Command, AppError>> = {};
  copied: string[] = [];
  /** Sizes that were asked for. */
  zoomed: number[] = [];
  /** The link that waits. */
  link: LinkView | null = null;
  access = accessView();
  consent = consentView();
  doctor = doctorView();
  /** What the clipboard holds. */
  clipboard = '';
  #handlers = new Set<(event: AppEvent) => void>();
  #documents = 0;

  call<C extends Command>(command: C, ...request: Request<C> extends null ? [] : [Request<C>]): Promise<Response<C>> {
    this.calls.push([command, request[0] ?? null]);
    const failure = this.failures[command];
    if (failure) {
      // Tauri rejects with the plain object, not with an Error.
      return Promise.reject(failure);
    }
    return Promise.resolve(this.answers[command]((request[0] ?? null) as Request<C>));
  }

  listen(handler: (event: AppEvent) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  emit(event: AppEvent): void {
    this.#handlers.forEach((handler) => handler(event));
  }

  chooseFile(_request: ChooseFileRequest, typed?: string): Promise<ChosenFile | null> {
    return Promise.resolve(typed === undefined ? null : { ticket: `ticket of ${typed}`, path: typed });
  }

  zoom(factor: number): Promise<void> {
    this.zoomed.push(factor);
    return Promise.resolve();
  }

  copy(text: string): Promise<void> {
    this.copied.push(text);
    return Promise.resolve();
  }

  readClipboard(): Promise<string> {
    return Promise.resolve(this.clipboard);
  }

  /** Every call of one command. */
  requestsOf(command: Command): unknown[] {
    return this.calls.filter(([called]) => called === command).map(([, request]) => request);
  }

  #addKey(key: Partial<KeyView>): KeysView {
    const handle = `key-${this.keys.keys.length + 1}`;
    const added = { ...keysView().keys[0], ...exampleKey(handle), ...key };
    this.keys = { ...this.keys, keys: [...this.keys.keys, added], encode_key: this.keys.encode_key ?? handle };
    return this.keys;
  }

  #rows(offset: number, limit: number) {
    const length = Math.max(0, Math.min(limit, this.nPayloads - offset));
    return Array.from({ length }, (_, at) => encryptedRow(offset + at));
  }

  #inspection(document: number) {
    const n = this.nPayloads;
    const kind = n === 1 ? 'Payload' : 'Payloads';
    return { document, kind, is_history: this.isHistory, from_message: null, workflow: this.workflow, around: null, name: null, others: [], bytes: 512, n_payloads: n, n_pending: 0, n_decoded: n, n_failed: 0, first_failed: null, rows: this.#rows(0, 200) };
  }

  #inspect() {
    this.#documents += 1;
    return { ...this.#inspection(this.#documents), n_pending: this.nPending, n_decoded: this.nPayloads - this.nPending };
  }

  answers: Answers = {
    server_status: () => this.server,
    lock: () => (this.keys = { ...this.keys, locked: true }),
    unlock: () => (this.keys = { ...this.keys, locked: false }),
    start_server: () => (this.server = serverView()),
    stop_server: () => (this.server = { ...this.server, state: 'stopped', started: null, listening: [] }),
    pause_server: () => (this.server = { ...this.server, state: 'paused' }),
    resume_server: () => (this.server = { ...this.server, state: 'serving' }),
    set_port: ({ port }) => (this.server = { ...serverView(), port, endpoint: `http://127.0.0.1:${port}` }),
    switch_https: ({ on, port }) => {
      const endpoint = on ? `https://127.0.0.1:${port}` : null;
      return (this.server = { ...this.server, https: { on, port, endpoint, problem: null } });
    },
    export_authority: () => null,
    cli_profiles: () => this.cliProfiles,
    plan_cli: () => cliChange(),
    connect_cli: () => ({ profiles: this.cliProfiles, proof: 'A Payload came back in 2 ms.', problem: null }),
    plan_cli_undo: () => cliChange(),
    undo_cli: () => this.cliProfiles,
    connect_cards: () => [
      { id: 'cli', title: 'Temporal CLI', explanation: 'Decodes.', steps: [{ text: 'Run:', copy: 'temporal' }] },
    ],
    check_connections: () => this.doctor,
    self_test: () => ({ steps: [{ name: 'Connect over http', state: 'good', took_us: 420, why: 'The Codec Server answered.' }] }),
    doctor_report: () => ({ text: '[ok] Codec Server: It listens.' }),
    list_keys: () => this.keys,
    generate_key: ({ id, label, bits, lifetime }) => {
      const keys = this.#addKey({ id, label, bits, lifetime });
      return { keys, handle: keys.keys.at(-1)?.handle ?? '' };
    },
    copy_generated_key: () => ({ seconds: 60 }),
    forget_generated_key: () => null,
    worker_snippets: ({ id }) => [{ sdk: 'Go', text: `keyID := "${id}"` }],
    import_key: ({ id, label, lifetime }) => this.#addKey({ id, label, lifetime }),
    replace_key: ({ handle }) => this.#change(handle, { fingerprint: 'ffeeddccbbaa9988' }),
    import_key_file: ({ id, label, lifetime }) => this.#addKey({ id, label, lifetime }),
    guess_key_format: ({ material }) => ({
      readings: [
        material.length === 32
          ? { format: 'utf8', bytes: 32, bits: 256, problem: null }
          : { format: 'utf8', bytes: material.length, bits: null, problem: `${material.length} bytes: an AES key has 16, 24 or 32.` },
      ],
      other: null,
    }),
    add_sample_key: ({ lifetime }) => {
      this.#addKey({ id: 'test-key-id', label: 'Temporal samples', lifetime });
      return (this.keys = { ...this.keys, has_sample_key: true });
    },
    rename_key: ({ handle, id, label }) => this.#change(handle, { id, label }),
    add_demo_key: ({ format, lifetime }) => this.#addKey({ id: format, lifetime, formats: [format] }),
    remove_key: ({ handle }) => {
      const keys = this.keys.keys.filter((key) => key.handle !== handle);
      return (this.keys = { ...this.keys, keys, encode_key: null });
    },
    set_encode_key: ({ handle }) => (this.keys = { ...this.keys, encode_key: handle }),
    set_key_usage: ({ handle, formats, namespaces }) => this.#change(handle, { formats, namespaces }),
    retire_key: ({ handle }) => this.#change(handle, { retired: true }),
    restore_key: ({ handle }) => this.#change(handle, { retired: false }),
    preview_keys: () => this.preview,
    import_keys: ({ choose, ids = [], lifetime }) => {
      const idOf = (at: number) => ids.find(({ entry }) => entry === at)?.id ?? this.preview.entries[at]?.id ?? '';
      choose.forEach((at) => this.#addKey({ id: idOf(at), lifetime }));
      return this.keys;
    },
    discard_keys_preview: () => null,
    cancel_keys_command: () => null,
    command_words: ({ command }) => ({ words: command.split(' '), confirmed: false, error: null }),
    forget_command: ({ command }) => ({ words: command.split(' '), confirmed: false, error: null }),
    list_wrapped_keys: () => this.wrapped,
    save_wrapped_keys: ({ wrapped_by, command }) =>
      (this.wrapped = {
        ...this.wrapped,
        sources: [...this.wrapped.sources, { wrapped_by, command, words: command.split(' '), seconds: null, confirmed: false }],
      }),
    remove_wrapped_keys: ({ place }) => (this.wrapped = { ...this.wrapped, sources: this.wrapped.sources.filter((_, at) => at !== place) }),
    confirm_wrapped_keys: () =>
      (this.wrapped = { ...this.wrapped, sources: this.wrapped.sources.map((source) => ({ ...source, confirmed: true })) }),
    test_wrapped_keys: () => ({ bits: 256, opens: true }),
    cancel_unwrapping: () => this.wrapped,
    export_bundle: () => null,
    move_keys: ({ handles, to }) => {
      handles.forEach((handle) => this.#change(handle, { lifetime: to }));
      return this.keys;
    },
    create_vault: () => this.#vault(),
    open_vault: () => this.#vault(),
    list_formats: () => this.formats,
    save_format: ({ name, previous, spec }) => {
      const saved = { ...formatsView().formats[0], ...customFormat(name, spec) };
      const others = this.formats.formats.filter((format) => format.name !== (previous ?? name));
      return (this.formats = { formats: [...others, saved] });
    },
    remove_format: ({ name }) => (this.formats = { formats: this.formats.formats.filter((format) => format.name !== name) }),
    check_format: ({ spec }) =>
      spec.startsWith('{')
        ? { error: null, more: [] }
        : { error: { code: 'invalid_format', message: 'expected an object', hint: 'Do this instead.', place: { line: 1, column: 1 } }, more: [] },
    try_format: () => trialView(),
    diagnose_payload: () => this.diagnosis,
    adopt_finding: () => this.keys,
    list_profiles: () => this.profiles,
    save_profile: ({ previous, profile }) => {
      const others = this.profiles.profiles.filter(({ name }) => name !== previous);
      return (this.profiles = { ...this.profiles, profiles: [...others, profile] });
    },
    remove_profile: ({ name }) =>
      (this.profiles = { ...this.profiles, profiles: this.profiles.profiles.filter((profile) => profile.name !== name) }),
    set_unlisted: ({ unlisted }) => (this.profiles = { ...this.profiles, unlisted }),
    match_profile: ({ namespace }) => ({ profile: 'Default', reason: `no profile names ${namespace}`, keys: ['prod-2026'] }),
    list_trust: () => trustView(),
    trust_authority: () => trustView(),
    untrust_authority: () => trustView(),
    list_consent: () => this.consent,
    switch_consent: ({ on, unlisted_pages }) => (this.consent = { ...this.consent, on, unlisted_pages }),
    answer_consent: ({ number }) => (this.consent = { ...this.consent, questions: this.consent.questions.filter((one) => one.number !== number) }),
    forget_consent: ({ name }) => (this.consent = { ...this.consent, answers: this.consent.answers.filter((one) => one.name !== name) }),
    list_access: () => this.access,
    switch_access: ({ on }) => (this.access = { ...this.access, on }),
    require_program_tokens: ({ on }) => (this.access = { ...this.access, programs_need_token: on }),
    save_provider: () => this.access,
    remove_provider: () => this.access,
    check_providers: () => [],
    save_rule: ({ place, rule }) => {
      const rules = place === null || place === undefined ? [...this.access.rules, rule] : this.access.rules.map((one, at) => (at === place ? rule : one));
      return (this.access = { ...this.access, rules });
    },
    remove_rule: ({ place }) => (this.access = { ...this.access, rules: this.access.rules.filter((_, at) => at !== place) }),
    move_rule: ({ place, to }) => {
      const rules = [...this.access.rules];
      rules.splice(to, 0, ...rules.splice(place, 1));
      return (this.access = { ...this.access, rules });
    },
    set_access_default: ({ then }) => (this.access = { ...this.access, default: then }),
    make_program_token: ({ name }) => this.#programs([...this.access.programs, { name, is_new: true, last_used: null, n_uses: 0 }]),
    rotate_program_token: ({ name }) => this.#programs(this.access.programs.map((one) => ({ ...one, is_new: one.name === name }))),
    revoke_program_token: ({ name }) => this.#programs(this.access.programs.filter((one) => one.name !== name)),
    copy_program_token: () => {
      this.#programs(this.access.programs.map((one) => ({ ...one, is_new: false })));
      return { seconds: 60 };
    },
    forget_program_token: () => null,
    test_token: () => ({ checks: [], who: null, rule: 'default', verdict: 'decode', message: 'Payloads are decoded.', hint: '' }),
    access_file: () => ({ text: '{}' }),
    encode_json: ({ text }) => ({ payload_json: `{"data":"${text.length}"}`, layers: ['encrypted · prod-2026', 'json/plain'] }),
    retry_keychain: () => (this.keys = { ...this.keys, keychain: { ...this.keys.keychain, problem: null } }),
    inspect: () => this.#inspect(),
    inspect_file: () => this.#inspect(),
    inspect_recent_file: () => this.#inspect(),
    inspection_rows: ({ offset, limit }) => this.#rows(offset, limit),
    inspect_payload: ({ index }) => ({ ...this.payload, row: { ...this.payload.row, index } }),
    inspect_payload_as: ({ index, message_type }) => ({ ...this.payload, row: { ...this.payload.row, index }, message: { message_type, chosen_now: true, is_likely: true } }),
    message_types: () => ({ types: [{ name: 'acme.Order', from: 'built in', fits: true, n_unknown: 0 }], n_types: 1, place: null }),
    history_overview: () => ({ n_events: 1, n_failures: 0, n_not_decoded: 0, kinds: [{ kind: 'activity', n: 1 }], start: 0, end: 1000, density: [], opens: 0 }),
    history_rows: () => ({ n_rows: 1, found: 0, rows: [historyRow()] }),
    history_event: ({ event }) => ({ ...historyEvent(), event }),
    filter: () => ({ text: '"ada"', n_shown: 1, is_cut: false, n: 1, may_be_more: false, problem: null }),
    compare_executions: () => executionComparison(),
    compare_events: () => differencesView(),
    compare_payloads: () => differencesView(),
    search_payloads: () => ({ n: 1, matches: [0], incomplete: false }),
    search_history: () => ({ n: 1, matches: [{ row: 0, event: 0 }], incomplete: false }),
    refresh_document: ({ document }) => this.#inspection(document),
    close_document: () => null,
    cancel_inspection: () => null,
    payload_bytes: () => ({
      data_bytes: 28, bytes: 28, format: 'sdk-samples', formats: [], opened: true, notation: null, text_form: null,
      parts: [{ name: 'nonce', start: 0, len: 12 }, { name: 'tag', start: 12, len: 16 }], problem: null, chunks: [{ start: 0, hex: '00'.repeat(28) }],
    }),
    choose_file: () => null,
    save_value: ({ file }) => ({ path: file, bytes: 16, n_decoded: 1, n_failed: 0, n_values: 0, n_left_out: 0 }),
    save_document: ({ file }) => ({ path: file, bytes: 16, n_decoded: 1, n_failed: 0, n_values: 0, n_left_out: 0 }),
    preview_export: () => ({ start: '{}', bytes: 2, is_whole: true, n_changed: 1, n_failed: 0, n_values: 0, n_left_out: 0, left_out: [], kept: [] }),
    recent_files: () => this.recent,
    forget_recent_files: ({ id, all }) => (this.recent = this.recent.filter((file) => !all && file.id !== id)),
    sample_payload: () => ({ source: '{"metadata":{}}' }),
    list_requests: ({ before }) => this.#requestsView(this.requests.filter((request) => request.id < (before ?? Infinity))),
    request_detail: ({ id }) => this.detail(id),
    clear_requests: () => this.#requestsView([]),
    restore_requests: () => this.#requestsView(this.requests),
    export_access_log: () => null,
    set_capture: ({ on }) => (this.capture = { ...this.capture, on }),
    captured_body: () => ({ source: '{"payloads":[]}' }),
    replay_request: ({ id }) => ({ id: id + 100, comparison: { same: true, words: `Same answer as request ${id}.` } }),
    get_settings: () => this.settings,
    list_protobuf_types: () => this.protobuf,
    read_protobuf_types_again: () => this.protobuf,
    add_protobuf_file: ({ file }) => this.#addProtobuf(file),
    add_protobuf_folder: ({ folder }) => this.#addProtobuf(folder),
    remove_protobuf_place: ({ path }) => (this.protobuf = { ...this.protobuf, places: this.protobuf.places.filter((place) => place.path !== path) }),
    save_message_rule: (rule) => (this.protobuf = { ...this.protobuf, rules: [{ rule, words: `${rule.name}, ${rule.position}`, is_known: true }], change: 1 }),
    remove_message_rule: () => (this.protobuf = { ...this.protobuf, rules: [] }),
    update_settings: (change) => (this.settings = { ...this.settings, ...change }),
    add_origin: ({ origin }) => (this.settings = { ...this.settings, origins: [...this.settings.origins, origin] }),
    add_program_host: ({ host }) => (this.settings = { ...this.settings, program_hosts: [...this.settings.program_hosts, host] }),
    remove_program_host: ({ host }) => (this.settings = { ...this.settings, program_hosts: this.settings.program_hosts.filter((one) => one !== host) }),
    remove_origin: ({ origin }) => {
      const origins = this.settings.origins.filter((one) => one !== origin);
      return (this.settings = { ...this.settings, origins });
    },
    show_settings_file: () => null,
    judge_passphrase: () => ({ score: 4, words: 'Very hard to guess', problem: null }),
    hold_documents: () => null,
    answer_quit: () => null,
    set_panic_lock: () => {
      this.keys = { ...this.keys, locked: true };
      return (this.server = { ...this.server, panic_locked: true });
    },
    lift_panic_lock: () => (this.server = { ...this.server, panic_locked: false }),
    take_link: () => this.link,
    reset_settings: ({ names }) => {
      const changed = this.settings.changed.filter((name) => !names.includes(name));
      return (this.settings = { ...this.settings, changed });
    },
    undo_settings: () => this.settings,
    export_settings: () => null,
    preview_settings: () => ({ seen: 'shown', differences: [{ name: 'Theme', from: 'system', to: 'dark', opens: false }] }),
    import_settings: () => (this.settings = { ...this.settings, theme: 'dark' }),
    whats_new: () => ({ version: this.settings.version, releases: [] }),
    seen_whats_new: () => (this.settings = { ...this.settings, has_news: false }),
    reset_origins: () => (this.settings = { ...this.settings, origins: this.settings.default_origins }),
  };

  #addProtobuf(path: string): ProtobufTypesView {
    const place = { path, n_types: 2, n_files: 1, examples: ['acme.Money', 'acme.Order'], problems: [] };
    return (this.protobuf = { ...this.protobuf, places: [...this.protobuf.places, place], change: 1 });
  }

  #programs(programs: AccessView['programs']): AccessView {
    return (this.access = { ...this.access, programs });
  }

  detail(id: number) {
    return requestDetailView(this.requests.find((request) => request.id === id) ?? requestView(id));
  }

  #requestsView(requests: RequestView[]) {
    return { requests, capacity: 5, capture: this.capture };
  }

  #vault(): KeysView {
    const keychain = { ...this.keys.keychain, vault: { path: 'keys.age', open: true } };
    return (this.keys = { ...this.keys, keychain });
  }

  #change(handle: string, names: Partial<KeyView>): KeysView {
    const keys = this.keys.keys.map((key) => (key.handle === handle ? { ...key, ...names } : key));
    return (this.keys = { ...this.keys, keys });
  }
}

// Nothing is missing from the command palette: what must be in it is read from the command table, the settings and the views.
import { beforeEach, describe, expect, test } from 'vitest';
import commandTable from '../bindings/Commands.ts?raw';
import settingNames from '../bindings/SettingName.ts?raw';
import type { Command } from '../host/types';
import { consentQuestion, consentView, exampleKey, keychainProblem, profilesView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';
import { search } from './command_palette';
import { VIEWS, VIEW_TITLES } from './navigation.svelte';

const COMMANDS = [...commandTable.matchAll(/^(\w+): \[/gm)].map(([, name]) => name as Command);
const SETTING_NAMES = [...settingNames.matchAll(/"(\w+)"/g)].map(([, name]) => name ?? '');

/** What there is no entry for, and why. */
const ASKS = 'asks for what a view shows';
const INSIDE = 'is a step of what another entry begins';
const NONE: Partial<Record<Command, string>> = {
  server_status: ASKS,
  check_connections: 'asks for what its view shows, which has the entry view.doctor',
  cli_profiles: ASKS,
  list_keys: ASKS,
  list_wrapped_keys: ASKS,
  cancel_unwrapping: INSIDE,
  list_formats: ASKS,
  list_profiles: ASKS,
  inspection_rows: ASKS,
  history_overview: ASKS,
  history_rows: ASKS,
  history_event: ASKS,
  compare_events: 'is a step of inspector.compare',
  recent_files: ASKS,
  list_access: ASKS,
  list_consent: ASKS,
  list_trust: ASKS,
  list_requests: ASKS,
  request_detail: ASKS,
  list_protobuf_types: ASKS,
  get_settings: ASKS,
  hold_documents: 'says what would be lost; nobody asks for it',
  take_link: 'takes a link that waits; nobody asks for it',
  choose_file: INSIDE,
  seen_whats_new: INSIDE,
  guess_key_format: INSIDE,
  copy_generated_key: INSIDE,
  forget_generated_key: INSIDE,
  worker_snippets: INSIDE,
  cancel_keys_command: INSIDE,
  discard_keys_preview: INSIDE,
  judge_passphrase: INSIDE,
  command_words: INSIDE,
  forget_command: INSIDE,
  check_format: INSIDE,
  cancel_inspection: 'stops what is waited for: Esc, beside its progress',
  search_history: 'is offered while a history is open, as inspector.find_in_history',
  search_payloads: 'is offered while a document is open, as inspector.find_in_history',
  adopt_finding: INSIDE,
  lift_panic_lock: 'is offered while the panic lock is set, as lock.lift',
  copy_program_token: INSIDE,
  forget_program_token: INSIDE,
  captured_body: 'belongs to one request, in whose details it is asked for',
};

/** The entry that runs a command or leads to where it is given what it needs. */
const ENTRIES: Partial<Record<Command, string>> = {
  start_server: 'server.toggle',
  stop_server: 'server.toggle',
  pause_server: 'server.pause',
  resume_server: 'server.pause',
  set_port: 'setting:port',
  switch_https: 'server.https',
  export_authority: 'server.https',
  trust_authority: 'server.https',
  untrust_authority: 'server.https',
  connect_cards: 'card:cli',
  plan_cli: 'server.connect_cli',
  connect_cli: 'server.connect_cli',
  plan_cli_undo: 'server.connect_cli',
  undo_cli: 'server.connect_cli',
  set_panic_lock: 'lock.panic',
  self_test: 'doctor.self_test',
  doctor_report: 'doctor.copy_report',
  rename_key: 'key_task:rename:a',
  remove_key: 'key_task:remove:a',
  replace_key: 'key_task:replace:a',
  set_encode_key: 'key_task:encode:a',
  set_key_usage: 'key_task:usage:a',
  retire_key: 'key_task:retire:a',
  restore_key: 'key_task:restore:old',
  lock: 'lock.toggle',
  unlock: 'lock.toggle',
  retry_keychain: 'keys.retry',
  generate_key: 'keys.generate',
  import_key: 'keys.add',
  import_key_file: 'keys.add_file',
  add_sample_key: 'keys.add_sample',
  add_demo_key: 'format:sdk-samples',
  preview_keys: 'keys.add_list',
  import_keys: 'keys.add_command',
  export_bundle: 'keys.export',
  save_wrapped_keys: 'keys.wrapped',
  remove_wrapped_keys: 'keys.wrapped',
  confirm_wrapped_keys: 'keys.wrapped',
  test_wrapped_keys: 'keys.wrapped',
  move_keys: 'keys.ask_passphrase',
  create_vault: 'keys.vault',
  open_vault: 'keys.vault',
  save_format: 'formats.new',
  try_format: 'inspector.try_format',
  remove_format: 'format:sdk-samples',
  save_profile: 'namespaces.new',
  remove_profile: 'profile_task:remove:Production',
  set_unlisted: 'namespaces.unlisted',
  match_profile: 'namespaces.test',
  inspect: 'inspector.paste',
  inspect_file: 'recent:1',
  inspect_recent_file: 'recent:1',
  inspect_payload: 'document:1',
  refresh_document: 'inspector.refresh',
  payload_bytes: 'inspector.bytes',
  filter: 'inspector.filter',
  compare_executions: 'inspector.compare',
  compare_payloads: 'inspector.compare',
  save_value: 'inspector.save_value',
  save_document: 'inspector.export',
  preview_export: 'inspector.export',
  forget_recent_files: 'inspector.forget_recent',
  close_document: 'inspector.close_tab',
  diagnose_payload: 'inspector.diagnose',
  encode_json: 'inspector.encode',
  sample_payload: 'inspector.sample',
  clear_requests: 'requests.clear',
  restore_requests: 'app.undo',
  export_access_log: 'requests.export',
  set_capture: 'requests.capture',
  replay_request: 'requests.replay',
  update_settings: 'theme.dark',
  add_origin: 'server.add_origin',
  remove_origin: 'origin:http://localhost:8233',
  add_program_host: 'server.add_program_host',
  remove_program_host: 'server.add_program_host',
  reset_origins: 'server.reset_origins',
  switch_access: 'access.switch',
  require_program_tokens: 'access.programs',
  save_provider: 'access.providers',
  remove_provider: 'access.providers',
  check_providers: 'access.providers',
  save_rule: 'access.new_rule',
  remove_rule: 'access.rules',
  move_rule: 'access.rules',
  set_access_default: 'access.rules',
  make_program_token: 'access.programs',
  rotate_program_token: 'access.programs',
  revoke_program_token: 'access.programs',
  test_token: 'access.test_token',
  access_file: 'access.copy_file',
  switch_consent: 'consent.switch',
  answer_consent: 'consent.answer',
  forget_consent: 'access.consent',
  add_protobuf_file: 'settings.protobuf',
  add_protobuf_folder: 'settings.protobuf',
  remove_protobuf_place: 'settings.protobuf',
  read_protobuf_types_again: 'settings.protobuf',
  remove_message_rule: 'settings.protobuf',
  save_message_rule: 'inspector.decode_as',
  inspect_payload_as: 'inspector.decode_as',
  message_types: 'inspector.decode_as',
  reset_settings: 'settings.reset',
  undo_settings: 'app.undo',
  export_settings: 'settings.export',
  preview_settings: 'settings.import',
  import_settings: 'settings.import',
  whats_new: 'help.whats_new',
  show_settings_file: 'settings.show_file',
  answer_quit: 'app.quit',
};

/** What people type, and what they mean by it. */
const TYPED: readonly (readonly [string, string])[] = [
  ['quit', 'app.quit'],
  ['exit', 'app.quit'],
  ['dark', 'theme.dark'],
  ['theme', 'setting:theme'],
  ['night', 'theme.dark'],
  ['export', 'settings.export'],
  ['export', 'keys.export'],
  ['export', 'inspector.export'],
  ['export', 'inspector.export_readable'],
  ['redact', 'inspector.export_redacted'],
  ['anonymize', 'inspector.export_redacted'],
  ['audit', 'requests.export'],
  ['csv', 'requests.export'],
  ['download', 'inspector.save_value'],
  ['backup', 'keys.export'],
  ['undo', 'app.undo'],
  ['zoom', 'zoom.in'],
  ['bigger', 'zoom.in'],
  ['font', 'zoom.out'],
  ['close all', 'inspector.close_all'],
  ['port', 'setting:port'],
  ['8081', 'setting:port'],
  ['cors', 'setting:origins'],
  ['cors', 'server.add_origin'],
  ['certificate', 'server.https'],
  ['autostart', 'setting:start_at_login'],
  ['tray', 'setting:close_to_tray'],
  ['timeout', 'setting:lock_when_idle'],
  ['hex', 'inspector.bytes'],
  ['refresh', 'inspector.refresh'],
  ['reopen', 'inspector.reopen'],
  ['rename tab', 'inspector.rename'],
  ['rotate', 'key_task:replace:a'],
  ['delete key', 'key_task:remove:a'],
  ['defaults', 'settings.reset'],
  ['preferences', 'view.settings'],
  ['vault', 'keys.vault'],
  ['help', 'help.shortcuts'],
  ['proto', 'settings.protobuf'],
  ['message type', 'inspector.decode_as'],
  ['changelog', 'help.whats_new'],
  ['setup', 'help.first_steps'],
  ['onboarding', 'help.first_steps'],
  ['terminal', 'card:cli'],
  ['jwt', 'access.test_token'],
  ['oidc', 'access.providers'],
  ['why', 'view.doctor'],
  ['prompt', 'view.doctor'],
];

let app: AppState;

/** A window in which everything can be done: something is open, failed, closed, captured, can be undone. */
beforeEach(async () => {
  ({ app } = await startApp((host) => {
    const key = { ...exampleKey('a'), id: 'prod-2026' };
    host.keys = { ...host.keys, keys: [key, { ...exampleKey('old'), retired: true }], has_sample_key: false };
    host.keys = { ...host.keys, keychain: { ...host.keys.keychain, problem: keychainProblem() } };
    host.profiles = { ...profilesView(), profiles: [{ ...profilesView().default, name: 'Production', namespaces: ['prod-*'] }] };
    host.consent = { ...consentView(), on: true, questions: [consentQuestion(1)] };
    host.settings = { ...host.settings, start_at_login: false, has_tray: true, changed: ['theme'] };
    host.recent = [{ id: '1', path: '/home/ada/order.json', name: 'order.json', folder: '/home/ada', is_here: true }];
    host.payload = { ...host.payload, message: { message_type: null, chosen_now: false, is_likely: true }, error: { code: 'key_not_found', message: 'key "a" is not here', hint: 'Add it.' } };
    host.answers.request_detail = ({ id }) => ({ ...host.detail(id), no_replay: null });
  }));
  await app.inspector.openText('{}');
  await app.inspector.openText('{}');
  await app.inspector.clear();
  await app.requests.select(1);
});

const ids = (query: string) => search(app, query).flatMap(({ list }) => list.map(({ id }) => id));
/** Everything that can be found by something. */
const all = () => new Set(['', ...'abcdefghijklmnopqrstuvwxyz0123456789'].flatMap((letter) => ids(letter)));

describe('the palette has', () => {
  test('every command of the table', () => {
    expect(COMMANDS.length).toBeGreaterThan(80);
    const found = all();
    const missing = COMMANDS.filter((name) => NONE[name] === undefined && !found.has(ENTRIES[name] ?? ''));
    expect(missing).toEqual([]);
    // Each is here once, and nothing is here that the table has not.
    expect(Object.keys(NONE).filter((name) => name in ENTRIES)).toEqual([]);
    expect([...Object.keys(NONE), ...Object.keys(ENTRIES)].filter((name) => !COMMANDS.includes(name as Command))).toEqual([]);
  });

  test('every setting, which it opens', () => {
    expect(SETTING_NAMES.length).toBeGreaterThan(10);
    const choices = search(app, 'setting').flatMap(({ list }) => list);
    for (const name of SETTING_NAMES) {
      const choice = choices.find(({ id }) => id === `setting:${name}`);
      expect(choice, name).toBeDefined();
      choice?.run();
      expect(app.navigation.reveal).toEqual(name === 'origins' ? { view: 'server', part: 'origins' } : { view: 'settings', row: name });
    }
  });

  test('every view, by its name', () => {
    for (const view of VIEWS) {
      expect(ids(VIEW_TITLES[view])).toContain(`view.${view}`);
    }
  });

  test.each(TYPED)('for “%s” %s', (query, id) => {
    expect(ids(query)).toContain(id);
  });

  test('for what can be typed only what is there: no setting that this host has not', async () => {
    ({ app } = await startApp());
    expect(ids('login')).not.toContain('setting:start_at_login');
  });
});

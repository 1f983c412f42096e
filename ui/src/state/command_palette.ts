// The command palette: what can be done and where one can go, found by a few letters.
import type { KeyView } from '../bindings/KeyView';
import type { ProfileView } from '../bindings/ProfileView';
import type { SettingName } from '../bindings/SettingName';
import { keyName } from '../lib/key_names';
import { match } from '../lib/fuzzy_match';
import { GROUPS } from './actions.svelte';
import type { AppState } from './app.svelte';
import { onlyDecodes, whyNotEncode } from './encode_fit';
import type { KeyTask } from './navigation.svelte';
import { SETTINGS } from './setting_names';

/** Something that can be chosen. */
export interface Choice {
  id: string;
  name: string;
  group: string;
  keys?: string;
  /** What kind of thing it is, shown small behind it. */
  detail?: string;
  words?: string;
  run(): void;
}

export interface Found extends Choice {
  letters: ReadonlySet<number>;
}

export interface FoundGroup {
  title: string;
  list: Found[];
}

const NO_LETTERS: ReadonlySet<number> = new Set();
/** As many as anybody reads. */
const MOST = 50;

/** What the palette shows for a query. Without one: what was used last, then everything that can be done. */
export function search(app: AppState, query: string): FoundGroup[] {
  const actions = actionChoices(app);
  if (query.trim() === '') {
    const recent = app.actions.recent.flatMap((id) => actions.find((one) => one.id === id) ?? []);
    const rest = actions.filter((one) => !recent.includes(one));
    const groups = GROUPS.map((title) => ({ title: title as string, list: rest.filter(({ group }) => group === title) }));
    const all = [{ title: 'Recent', list: recent }, ...groups].filter(({ list }) => list.length > 0);
    return all.map(({ title, list }) => ({ title, list: list.map((one) => ({ ...one, letters: NO_LETTERS })) }));
  }
  const found = [...actions, ...settingChoices(app), ...places(app), ...tasks(app)].flatMap((choice) => {
    const hit = match(query, choice.name, `${choice.words ?? ''} ${choice.detail ?? ''} ${choice.group}`);
    return hit === null ? [] : [{ ...choice, ...hit }];
  });
  const best = found.sort((a, b) => b.score - a.score).slice(0, MOST);
  // A group stands where its best choice would.
  const titles = [...new Set(best.map(({ group }) => group))];
  return titles.map((title) => ({ title, list: best.filter(({ group }) => group === title) }));
}

function actionChoices(app: AppState): Choice[] {
  return app.actions.list
    .filter((action) => action.id !== 'app.palette' && action.enabled?.() !== false)
    .map((action) => ({
      ...action,
      name: action.now?.() ?? action.name,
      words: `${action.words ?? ''} ${action.name}`,
      run: () => void app.actions.run(action.id),
    }));
}

/** Every setting that this host has; it is changed where it stands. */
function settingChoices({ navigation, settings: { view } }: AppState): Choice[] {
  const names = Object.keys(SETTINGS) as SettingName[];
  return names
    .filter((name) => view !== null && SETTINGS[name].isHere?.(view) !== false)
    .map((name) => ({
      id: `setting:${name}`,
      name: SETTINGS[name].label,
      group: 'Change a setting',
      words: `${SETTINGS[name].words} setting preferences options`,
      run: () => (name === 'origins' ? navigation.revealPart('server', 'origins') : navigation.revealRow({ view: 'settings', row: name })),
    }));
}

/** What is done with one key or one profile. */
function tasks(app: AppState): Choice[] {
  return [...app.keys.list.flatMap((key) => keyTasks(app, key)), ...(app.profiles.view?.profiles ?? []).flatMap((profile) => profileTasks(app, profile))];
}

function keyTasks(app: AppState, key: KeyView): Choice[] {
  const { navigation, keys, toasts } = app;
  const name = keyName(key);
  const choice = (task: string, named: string, words: string, run: () => void): Choice => ({
    id: `key_task:${task}:${key.handle}`,
    name: named,
    group: 'Keys',
    detail: key.label === '' ? '' : key.id,
    words: `${words} key`,
    run: () => {
      navigation.go('keys');
      run();
    },
  });
  const dialog = (task: KeyTask) => () => navigation.begin({ view: 'keys', name: task, key });
  const encode = choice('encode', `Use ${name} to encode`, 'encrypt default', () => void toasts.attempt(() => app.encodeWith(key)));
  const encodeIn = choice('encode_in', `Encode with ${name} in a Namespace…`, 'profile', dialog('encode'));
  const inUse = [
    choice('replace', `Replace ${name}…`, 'rotate change', dialog('replace')),
    ...(whyNotEncode(key, app.formats.list) === null ? [encode] : []),
    ...(onlyDecodes(key.formats, app.formats.list) === null ? [encodeIn] : []),
    choice('retire', `Retire ${name}`, 'disable off', () => void app.retire(key.handle, name)),
    choice('export', `Export ${name} in a bundle…`, 'share save', () => navigation.exportKey(key.handle)),
  ];
  const retired = [choice('restore', `Restore ${name}`, 'enable retired', () => void toasts.attempt(() => keys.restore(key.handle)))];
  return [
    choice('rename', `Rename ${name}…`, 'id label', dialog('rename')),
    choice('usage', `Formats and Namespaces of ${name}…`, 'usage limit', dialog('usage')),
    ...(key.retired ? retired : inUse),
    choice('remove', `Remove ${name}…`, 'delete forget', dialog('remove')),
  ];
}

function profileTasks({ navigation }: AppState, profile: ProfileView): Choice[] {
  const choice = (name: 'edit' | 'remove', named: string, words: string): Choice => ({
    id: `profile_task:${name}:${profile.name}`,
    name: named,
    group: 'Namespaces',
    words,
    run: () => navigation.begin({ view: 'namespaces', name, profile }),
  });
  return [choice('edit', `Edit profile ${profile.name}…`, 'change rules'), choice('remove', `Remove profile ${profile.name}…`, 'delete')];
}

/** What is looked for by its name: open documents, recent files, keys, profiles, formats, origins, clients to connect. */
function places(app: AppState): Choice[] {
  const { navigation, inspector, keys, profiles, formats, settings, server } = app;
  return [
    ...inspector.documents.map((document) => ({
      id: `document:${document.number}`,
      name: document.name,
      group: 'Go to an open document',
      run: () => {
        navigation.inspect('decode');
        void app.toasts.attempt(() => inspector.show(document));
      },
    })),
    ...inspector.recent
      .filter((file) => file.is_here)
      .map((file) => ({
        id: `recent:${file.id}`,
        name: file.name,
        group: 'Open a recent file',
        detail: file.folder,
        words: 'recent file',
        run: () => void app.open(() => inspector.openRecent(file)),
      })),
    ...server.cards.map((card) => ({
      id: `card:${card.id}`,
      name: card.title,
      group: 'Connect a client',
      words: 'connect how endpoint terminal command',
      run: () => navigation.revealPart('server', `card-${card.id}`),
    })),
    ...keys.list.map((key) => ({
      id: `key:${key.handle}`,
      name: key.id || key.label || 'Key without an id',
      group: 'Go to a key',
      detail: key.id === '' ? '' : key.label,
      run: () => navigation.revealRow({ view: 'keys', row: key.handle }),
    })),
    ...(profiles.view?.profiles ?? []).map((profile) => ({
      id: `profile:${profile.name}`,
      name: profile.name,
      group: 'Go to a Namespace profile',
      detail: profile.namespaces.join(', '),
      run: () => navigation.revealRow({ view: 'namespaces', row: profile.name }),
    })),
    ...formats.list.map((format) => ({
      id: `format:${format.name}`,
      name: format.title,
      group: 'Go to a format',
      detail: format.written_by,
      words: format.name,
      run: () => {
        formats.filter = '';
        formats.show(format.name);
        navigation.revealRow({ view: 'formats', row: format.name });
      },
    })),
    ...(settings.view?.origins ?? []).map((origin) => ({
      id: `origin:${origin}`,
      name: origin,
      group: 'Go to an allowed origin',
      run: () => navigation.revealRow({ view: 'server', row: origin }),
    })),
  ];
}

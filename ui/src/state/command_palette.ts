// The command palette: what can be done and where one can go, found by a few letters.
import { match } from '../lib/fuzzy_match';
import { GROUPS } from './actions.svelte';
import type { AppState } from './app.svelte';

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
  const found = [...actions, ...places(app)].flatMap((choice) => {
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

/** What is looked for by its name: open documents, keys, profiles, formats, origins. */
function places(app: AppState): Choice[] {
  const { navigation, inspector, keys, profiles, formats, settings } = app;
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
    ...keys.list.map((key) => ({
      id: `key:${key.handle}`,
      name: key.id || key.label || 'Key without an id',
      group: 'Go to a key',
      detail: key.id === '' ? '' : key.label,
      run: () => navigation.revealRow({ view: 'keys', row: key.id }),
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
        navigation.go('formats');
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

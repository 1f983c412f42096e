// Marks in a code view what is looked for elsewhere: the search over a whole document, of which this is one value.
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, MatchDecorator, ViewPlugin } from '@codemirror/view';
import { finder } from '../lib/found';

const setWanted = StateEffect.define<string>();
const wanted = StateField.define<string>({
  create: () => '',
  update: (now, transaction) => transaction.effects.reduce((text, effect) => (effect.is(setWanted) ? effect.value : text), now),
});

const mark = Decoration.mark({ tagName: 'mark', class: 'found' });

function marksOf(view: EditorView) {
  const regexp = finder(view.state.field(wanted));
  return regexp === null ? Decoration.none : new MatchDecorator({ regexp, decoration: mark }).createDeco(view);
}

const marks = ViewPlugin.define(
  (view) => {
    const plugin = {
      marks: marksOf(view),
      // Only what is seen is looked through, so that it can be done anew whenever something else is.
      update(update: { view: EditorView; docChanged: boolean; viewportChanged: boolean; transactions: readonly { effects: readonly StateEffect<unknown>[] }[] }) {
        if (update.docChanged || update.viewportChanged || update.transactions.some(({ effects }) => effects.some((effect) => effect.is(setWanted)))) {
          plugin.marks = marksOf(update.view);
        }
      },
    };
    return plugin;
  },
  { decorations: (plugin) => plugin.marks },
);

export const foundText: Extension = [wanted, marks];

/** Marks that text wherever it stands, and brings the first of these places into view; nothing for an empty one. */
export function markFound(view: EditorView, text: string): void {
  if (view.state.field(wanted) === text) {
    return;
  }
  const regexp = finder(text);
  const first = regexp === null ? -1 : view.state.doc.toString().search(regexp);
  view.dispatch({ effects: [setWanted.of(text), ...(first === -1 ? [] : [EditorView.scrollIntoView(first, { y: 'center' })])] });
}

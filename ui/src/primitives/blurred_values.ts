// Marks the values of a JSON text that a rule blurs: those under its names, those without a name, and whatever is not read as JSON.
import { ensureSyntaxTree } from '@codemirror/language';
import { type Extension, type Range, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { type BlurRule, names, unescaped } from '../lib/blur_rule';

const setRule = StateEffect.define<BlurRule | null>();
const rule = StateField.define<BlurRule | null>({
  create: () => null,
  update: (now, transaction) => transaction.effects.reduce<BlurRule | null>((rule, effect) => (effect.is(setRule) ? effect.value : rule), now),
});

/** How long the text before what is seen may be read, in milliseconds. */
const PATIENCE = 100;
const SCALARS = new Set(['String', 'Number', 'True', 'False', 'Null']);
const blurred = Decoration.mark({ class: 'cm-blurred' });

function marksOf(view: EditorView): DecorationSet {
  const blurs = view.state.field(rule);
  if (blurs === null) {
    return Decoration.none;
  }
  const marks: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    marks.push(...marksWithin(view, from, to, blurs));
  }
  return Decoration.set(marks, true);
}

function marksWithin(view: EditorView, from: number, to: number, blurs: BlurRule): Range<Decoration>[] {
  const tree = ensureSyntaxTree(view.state, to, PATIENCE);
  const whole = from < to ? [blurred.range(from, to)] : [];
  if (tree === null) {
    return whole;
  }
  const marks: Range<Decoration>[] = [];
  let isWrong = false;
  tree.iterate({
    from,
    to,
    enter(of) {
      isWrong ||= of.type.isError;
      const text = () => view.state.sliceDoc(of.from, of.to);
      if (of.name === 'Property') {
        const name = of.node.getChild('PropertyName');
        const value = of.node.lastChild;
        isWrong ||= value?.type.isError === true;
        if (name && value && name.to <= value.from && value.from < value.to && blurs(unescaped(view.state.sliceDoc(name.from + 1, name.to - 1)))) {
          marks.push(blurred.range(value.from, value.to));
          return false;
        }
      } else if (SCALARS.has(of.name) && (!isNamed(of.node) || (of.name === 'String' && names(unescaped(text().slice(1, -1)), blurs)))) {
        marks.push(blurred.range(of.from, of.to));
      }
      return true;
    },
  });
  return isWrong ? whole : marks;
}

interface Node {
  name: string;
  parent: Node | null;
}

/** Whether a value, or what it is in, has a name. */
function isNamed(of: Node): boolean {
  for (let node = of.parent; node !== null; node = node.parent) {
    if (node.name === 'Property') {
      return true;
    }
  }
  return false;
}

const marks = ViewPlugin.define(
  (view) => ({
    marks: marksOf(view),
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged || update.transactions.some(({ effects }) => effects.some((effect) => effect.is(setRule)))) {
        this.marks = marksOf(update.view);
      }
    },
  }),
  { decorations: (plugin) => plugin.marks },
);

export const blurredValues: Extension = [rule, marks];

/** Marks what this rule blurs; nothing without one, nor in a text that is no JSON. */
export function blurBy(view: EditorView, wanted: BlurRule | null): void {
  const now = view.state.field(rule, false);
  if (now !== undefined && now !== wanted) {
    view.dispatch({ effects: setRule.of(wanted) });
  }
}

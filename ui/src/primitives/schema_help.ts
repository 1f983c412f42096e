// Completion and hover of the editor, from a JSON Schema.
import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { type EditorView, hoverTooltip, type Tooltip } from '@codemirror/view';
import { choices, contextAt, explain, type Schema } from '../lib/json_schema';

/** Helps whoever writes JSON that a schema describes. */
export function schemaHelp(schema: Schema): Extension {
  return [
    autocompletion({ override: [(context) => complete(schema, context)], icons: false, closeOnBlur: true }),
    hoverTooltip((view, at) => hover(schema, view, at)),
  ];
}

/** What belongs to the word behind the cursor, with the quote that closes it. */
const REST = /^[\w-]*"?/;

function complete(schema: Schema, context: CompletionContext): CompletionResult | null {
  const typed = context.matchBefore(/"?[\w-]*/);
  const from = typed?.from ?? context.pos;
  if (!context.explicit && from === context.pos) {
    return null;
  }
  const text = context.state.doc.toString();
  const to = context.pos + (REST.exec(text.slice(context.pos))?.[0].length ?? 0);
  const place = contextAt(text, from, to);
  const colon = place.expects === 'name' && !/^\s*:/.test(text.slice(to)) ? ': ' : '';
  const options = choices(schema, place).map(({ text: label, info, required }): Completion => ({
    label,
    apply: label + colon,
    ...(info === '' ? {} : { info }),
    ...(required ? { detail: 'required', boost: 1 } : {}),
  }));
  return options.length === 0 ? null : { from, to, options };
}

/** A word or a text, with where it stands. */
const WORD = /"(?:[^"\\\n]|\\.)*"|[\w.+-]+/g;

function hover(schema: Schema, view: EditorView, at: number): Tooltip | null {
  const text = view.state.doc.toString();
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const end = index + word.length;
    if (index <= at && at < end) {
      const isName = /^\s*:/.test(text.slice(end));
      const words = explain(schema, contextAt(text, index, end), word.replaceAll('"', ''), isName);
      return words === null ? null : { pos: index, end, above: true, create: () => ({ dom: note(words) }) };
    }
  }
  return null;
}

function note(words: string): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'cm-help';
  dom.textContent = words;
  return dom;
}

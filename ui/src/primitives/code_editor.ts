// CodeMirror as a viewer and as an editor: JSON colors, folding, search; colors come from our tokens.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, Prec, type Range, StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers, tooltips } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { INVISIBLE, characterName } from '../lib/invisible_characters';
import type { Schema } from '../lib/json_schema';
import { offset, type TextPlace } from '../lib/text_place';
import { blurredValues } from './blurred_values';
import { foundText } from './found_text';
import { schemaHelp } from './schema_help';

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: 'var(--t-s)', color: 'var(--text)', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'var(--ring)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { padding: 'var(--s-2) 0' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--muted)', border: 'none' },
  '.cm-foldGutter span': { color: 'var(--muted)' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--accent-text)',
    border: '1px solid var(--accent-border)',
    padding: '0 4px',
  },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--selection)',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--code-match)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--code-match-current)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--code-match)' },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--text)', borderColor: 'var(--border)' },
  '.cm-panel.cm-search': { padding: 'var(--s-2)', fontFamily: 'var(--font)' },
  '.cm-panel.cm-search label': { fontSize: 'var(--t-xs)' },
  '.cm-textfield': {
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--border-strong)',
    borderRadius: 'var(--r-s)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-wrong': { backgroundColor: 'var(--danger-soft)', boxShadow: 'inset 3px 0 var(--danger-text)' },
  '.cm-fault': { textDecoration: 'underline wavy var(--danger-text)', textUnderlineOffset: '3px' },
  '.cm-tooltip': {
    maxWidth: '32rem',
    border: '1px solid var(--border-strong)',
    borderRadius: 'var(--r-m)',
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-help, .cm-tooltip.cm-completionInfo': {
    padding: 'var(--s-2) var(--s-3)',
    fontSize: 'var(--t-xs)',
    whiteSpace: 'pre-line',
    overflowWrap: 'anywhere',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: 'var(--t-xs)', maxHeight: '14rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px var(--s-2)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--accent-text)',
  },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal' },
  '.cm-hidden': {
    padding: '0 3px',
    border: '1px solid var(--warning-border)',
    borderRadius: 'var(--r-s)',
    backgroundColor: 'var(--warning-soft)',
    color: 'var(--warning-text)',
    fontSize: '0.8em',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--selection)' },
  '.cm-button': {
    background: 'var(--raised)',
    border: '1px solid var(--border)',
    borderRadius: 'var(--r-s)',
  },
});

const colors = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--code-key)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: tags.number, color: 'var(--code-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--code-atom)' },
]);

/** What acts without being seen stands there as a mark with its name, and no longer acts. */
const hidden = highlightSpecialChars({
  addSpecialChars: INVISIBLE,
  render: (code) => {
    const { short, full } = characterName(code);
    const mark = document.createElement('span');
    mark.className = 'cm-hidden';
    mark.textContent = short;
    mark.title = full;
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', full);
    return mark;
  },
});

/** Numbers and folds beside the lines. */
const gutters: Extension = [lineNumbers(), codeFolding(), foldGutter()];

/** A line of a hex dump fits beside the list. */
const dense = EditorView.theme({ '&': { fontSize: 'var(--t-xs)' }, '.cm-line': { padding: '0 var(--s-2)' } });

/** Lines that go on in the next one, among others that are scrolled to. */
function wrapped(text: string, wraps: (line: number) => boolean): Extension {
  const doc = EditorState.create({ doc: text }).doc;
  const lines = Array.from({ length: doc.lines }, (_, at) => at + 1).filter(wraps);
  return [proseWidth, EditorView.decorations.of(Decoration.set(lines.map((line) => prose.range(doc.line(line).from))))];
}

const prose = Decoration.line({ class: 'cm-prose' });

/** As wide as what is seen, however long the other lines are. */
const proseWidth = EditorView.theme({
  '.cm-scroller': { containerType: 'inline-size' },
  '.cm-line': { padding: '0 var(--s-4)' },
  '.cm-prose': { maxWidth: '100cqi', whiteSpace: 'pre-wrap', overflowWrap: 'break-word' },
});

/** What reading and writing share. */
const common = (isJson: boolean): Extension => [
  drawSelection(),
  hidden,
  highlightSelectionMatches(),
  search({ top: true }),
  // Mod-d belongs to the window: it compares.
  keymap.of([...searchKeymap.filter(({ key }) => key !== 'Mod-d'), ...foldKeymap, ...historyKeymap, ...defaultKeymap]),
  theme,
  syntaxHighlighting(colors),
  isJson ? json() : [],
];

export interface CodeOptions {
  text: string;
  /** Whether the text is JSON. */
  json: boolean;
  label: string;
  /** Whether long lines go on in the next one, or which; a hex dump must keep its columns, and numbers its lines itself. */
  wrap: boolean | ((line: number) => boolean);
}

export function codeEditor(parent: HTMLElement, { text, json: isJson, label, wrap }: CodeOptions): EditorView {
  const extensions: Extension[] = [
    EditorState.readOnly.of(true),
    // Not editable, so that no browser offers to type; a tab stop all the same, for keys and screen readers.
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: '0', role: 'textbox', 'aria-readonly': 'true', 'aria-label': label }),
    wrap === true ? [EditorView.lineWrapping, gutters] : wrap === false ? dense : wrapped(text, wrap),
    foundText,
    isJson ? blurredValues : [],
    common(isJson),
  ];
  return new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
}

export interface EditOptions {
  text: string;
  json: boolean;
  label: string;
  /** What the text is to be, where fields and values are offered. */
  schema?: Schema | undefined;
  onchange: (text: string) => void;
}

export function editableCode(parent: HTMLElement, { text, json: isJson, label, schema, onchange }: EditOptions): EditorView {
  const extensions: Extension[] = [
    // Tab goes on to the next control, as everywhere in the window.
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label }),
    history(),
    bracketMatching(),
    EditorView.lineWrapping,
    gutters,
    EditorView.updateListener.of((update) => update.docChanged && onchange(update.state.doc.toString())),
    wrongPlaces,
    // What is offered is wider than a narrow editor, whose edge would cut it off: it belongs to the whole view.
    schema ? [schemaHelp(schema), tooltips({ parent: parent.closest('main') ?? document.body })] : [],
    // It belongs to whoever uses the editor: it runs, rather than adding a line.
    Prec.high(keymap.of([{ key: 'Mod-Enter', run: () => true }])),
    common(isJson),
  ];
  return new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
}

/** Shows another text; the same one is left alone, cursor and all. */
export function replaceText(view: EditorView, text: string): void {
  if (view.state.doc.toString() !== text) {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }
}

const setWrong = StateEffect.define<readonly TextPlace[]>();
const wrongPlaces = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let now = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setWrong)) {
        const { doc } = transaction.state;
        now = Decoration.set(effect.value.flatMap((place, at, all) => marksOf(doc, place, all.slice(0, at))), true);
      }
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The line, unless a place before is on it, and on it the word or the character that is wrong. */
function marksOf(doc: Text, place: TextPlace, before: readonly TextPlace[]): Range<Decoration>[] {
  const isHere = ({ line, column }: TextPlace) => line === place.line && column === place.column;
  if (place.line < 1 || place.line > doc.lines || before.some(isHere)) {
    return [];
  }
  const line = doc.line(place.line);
  const start = offset(line.text, place.column);
  const end = start + (WORD.exec(line.text.slice(start))?.[0].length ?? 0);
  const isMarked = before.some((other) => other.line === place.line);
  const whole = isMarked ? [] : [Decoration.line({ class: 'cm-wrong' }).range(line.from)];
  const word = start < end ? [Decoration.mark({ class: 'cm-fault' }).range(line.from + start, line.from + end)] : [];
  return [...whole, ...word];
}

/** A text in quotes, a word, or one character. */
const WORD = /^(?:"(?:[^"\\]|\\.)*"?|[\w.+-]+|.)/u;

/** Marks what is wrong, or nothing. */
export function markPlaces(view: EditorView, places: readonly TextPlace[]): void {
  view.dispatch({ effects: setWrong.of(places) });
}

/** Puts the cursor there, and looks at it. */
export function goTo(view: EditorView, { line, column }: TextPlace): void {
  const { doc } = view.state;
  const { from, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  view.dispatch({ selection: { anchor: from + offset(text, column) }, scrollIntoView: true });
  view.focus();
}

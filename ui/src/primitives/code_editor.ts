// CodeMirror as a viewer and as an editor: JSON colors, folding, search; colors come from our tokens.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, Prec, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { INVISIBLE, characterName } from '../lib/invisible_characters';

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

/** What reading and writing share. */
const common = (isJson: boolean): Extension => [
  drawSelection(),
  hidden,
  highlightSelectionMatches(),
  search({ top: true }),
  keymap.of([...searchKeymap, ...foldKeymap, ...historyKeymap, ...defaultKeymap]),
  theme,
  syntaxHighlighting(colors),
  isJson ? json() : [],
];

export interface CodeOptions {
  text: string;
  /** Whether the text is JSON. */
  json: boolean;
  label: string;
  /** Whether long lines go on in the next one; a hex dump must keep its columns, and numbers its lines itself. */
  wrap: boolean;
}

export function codeEditor(parent: HTMLElement, { text, json: isJson, label, wrap }: CodeOptions): EditorView {
  const extensions: Extension[] = [
    EditorState.readOnly.of(true),
    // Not editable, so that no browser offers to type; a tab stop all the same, for keys and screen readers.
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: '0', role: 'textbox', 'aria-readonly': 'true', 'aria-label': label }),
    wrap ? [EditorView.lineWrapping, gutters] : dense,
    common(isJson),
  ];
  return new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
}

export interface EditOptions {
  text: string;
  json: boolean;
  label: string;
  onchange: (text: string) => void;
}

export function editableCode(parent: HTMLElement, { text, json: isJson, label, onchange }: EditOptions): EditorView {
  const extensions: Extension[] = [
    // Tab goes on to the next control, as everywhere in the window.
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label }),
    history(),
    bracketMatching(),
    EditorView.lineWrapping,
    gutters,
    EditorView.updateListener.of((update) => update.docChanged && onchange(update.state.doc.toString())),
    wrongLine,
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

const setWrongLine = StateEffect.define<number | null>();
const wrongLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let now = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setWrongLine)) {
        const line = effect.value;
        const exists = line !== null && line >= 1 && line <= transaction.state.doc.lines;
        const at = exists ? transaction.state.doc.line(line).from : null;
        now = at === null ? Decoration.none : Decoration.set([Decoration.line({ class: 'cm-wrong' }).range(at)]);
      }
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Marks the line that is wrong, counted from 1, or none. */
export function markLine(view: EditorView, line: number | null): void {
  view.dispatch({ effects: setWrongLine.of(line) });
}

/** Puts the cursor there, counted from 1, and looks at it. */
export function goTo(view: EditorView, line: number, column: number): void {
  const { doc } = view.state;
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const anchor = Math.min(to, from + Math.max(column - 1, 0));
  view.dispatch({ selection: { anchor }, scrollIntoView: true });
  view.focus();
}

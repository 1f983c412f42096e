// CodeMirror as a read-only viewer: JSON colors, folding, search; colors come from our tokens.
import { defaultKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { codeFolding, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: 'var(--t-s)', color: 'var(--text)', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
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

export interface CodeOptions {
  text: string;
  /** Whether the text is JSON. */
  json: boolean;
  label: string;
  /** Whether long lines go on in the next one; a hex dump must keep its columns. */
  wrap: boolean;
}

export function codeEditor(parent: HTMLElement, { text, json: isJson, label, wrap }: CodeOptions): EditorView {
  const extensions: Extension[] = [
    EditorState.readOnly.of(true),
    // Not editable, so that no browser offers to type; a tab stop all the same, for keys and screen readers.
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: '0', role: 'textbox', 'aria-readonly': 'true', 'aria-label': label }),
    lineNumbers(),
    codeFolding(),
    foldGutter(),
    drawSelection(),
    highlightSelectionMatches(),
    search({ top: true }),
    keymap.of([...searchKeymap, ...foldKeymap, ...defaultKeymap]),
    wrap ? EditorView.lineWrapping : [],
    theme,
    syntaxHighlighting(colors),
    isJson ? json() : [],
  ];
  return new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
}

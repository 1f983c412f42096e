// Lints, and the one-way rule between the folders of src/: views → state → host → bindings, views → primitives → lib. Among the
// views no room imports another one: what two of them need stands in views/shared.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Files in `folder` must not import from `others`. */
const oneWay = (folder, others) => ({
  files: [`src/${folder}/**/*.ts`, `src/${folder}/**/*.svelte`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...others.map((other) => ({
            group: [`**/${other}/**`],
            message: `${folder}/ must not import ${other}/: see the one-way rule in eslint.config.js`,
          })),
          ...(folder === 'host' ? [] : [{ group: ['@tauri-apps/*'], message: 'only host/ talks to Tauri' }]),
        ],
      },
    ],
  },
});

/** The rooms of the window, one a feature; each may use those named behind it. */
const ROOMS = {
  formats: [],
  inspector: ['temporal_cli'],
  keys: [],
  namespaces: [],
  requests: [],
  server: ['temporal_cli'],
  settings: [],
  shared: [],
  temporal_cli: [],
  window: [],
};
const apart = Object.entries(ROOMS).map(([room, uses]) =>
  oneWay(
    `views/${room}`,
    Object.keys(ROOMS).filter((other) => other !== room && other !== 'shared' && !uses.includes(other)),
  ),
);

export default ts.config(
  { ignores: ['dist', 'dist-design', 'src/bindings'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-eval': 'error',
      // Payload data is text that Rust finished: a number over 2^53 would not survive this.
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='JSON'][property.name='parse']",
          message: 'the UI never parses Payload data; host/ may parse what the host sends',
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  oneWay('lib', ['views', 'primitives', 'state', 'host', 'testing']),
  oneWay('primitives', ['views', 'state', 'host', 'bindings', 'testing']),
  oneWay('host', ['views', 'primitives', 'state', 'lib']),
  oneWay('state', ['views', 'primitives']),
  ...apart,
  { files: ['vite.config.ts', 'eslint.config.js', 'svelte.config.js'], languageOptions: { globals: globals.node } },
);

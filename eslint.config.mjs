import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import reactHooks from 'eslint-plugin-react-hooks'
import { roomsPlugin } from './eslint.rooms.mjs'

export default tseslint.config(
  { ignores: ['node_modules/', 'out/'] },
  // What a rule forbids is mended, never switched off in a comment.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { rooms: roomsPlugin },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'rooms/arrows': 'error',
      'max-lines': ['error', { max: 400 }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }],
    },
  },
  // Tools that want a default export.
  { files: ['*.config.ts', 'test/reporter.ts', 'test/e2e/counting-reporter.ts'], rules: { 'no-restricted-exports': 'off' } },
  { files: ['renderer/**/*.{ts,tsx}'], extends: [reactHooks.configs.flat.recommended], rules: { 'react-hooks/incompatible-library': 'off' } },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', Atomics: 'readonly', SharedArrayBuffer: 'readonly', Int32Array: 'readonly', setInterval: 'readonly', clearInterval: 'readonly' } } },
)

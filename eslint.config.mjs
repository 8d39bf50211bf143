import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { ownedPackages, rooms, roomsWithoutNode } from './scripts/lib/rooms.mjs';

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a default export has another name in each file that imports it.',
};

/** test/unit/rules checks the same on every import, also those that these patterns cannot see, and finds cycles. */
const roomRules = Object.entries(rooms).map(([room, allowed]) => {
  const forbidden = Object.keys(rooms).filter(other => other !== room && !allowed.includes(other));
  const packages = Object.entries(ownedPackages).flatMap(([name, owner]) => (owner === room ? [] : [name]));
  const isPure = roomsWithoutNode.includes(room);
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: packages.map(name => ({ name, message: `Only src/${ownedPackages[name]} imports ${name}.` })),
          patterns: [
            {
              group: forbidden.flatMap(other => [`**/${other}/*`, `**/${other}/**/*`]).filter(Boolean),
              message: `src/${room} may import only: ${allowed.join(', ') || 'nothing'}.`,
            },
            ...(isPure ? [{ group: ['node:*'], message: `src/${room} runs outside Node too.` }] : []),
          ].filter(pattern => pattern.group.length > 0),
        },
      ],
    },
  };
});

export const config = defineConfig(
  globalIgnores(['dist/', 'node_modules/', '.cache/', '.build/', 'coverage/', 'test/screenshots/']),
  js.configs.recommended,
  {
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-var': 'error',
      curly: ['error', 'multi-line'],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
    },
  },
  ...roomRules,
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...['process', 'console', 'Buffer', 'URL', 'URLSearchParams', 'performance', 'fetch', 'structuredClone'],
          ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'queueMicrotask'],
          ...['AbortController', 'AbortSignal', 'TextEncoder', 'TextDecoder', 'Event', 'EventTarget', 'Worker'],
        ].map(name => [name, 'readonly']),
      ),
    },
  },
  // These tools read a default export.
  { files: ['*.config.{mjs,ts}', '.vscode-test.mjs', '**/vitest*.config.{mjs,ts}'], rules: { 'no-restricted-syntax': 'off' } },
);

export default config;

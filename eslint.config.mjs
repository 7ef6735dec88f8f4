// @ts-check
import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { FORBIDDEN } from './eslint.forbidden-imports.mjs';

// Three floors, arrows only downwards: the application on the gateways and the domain, the gateways on the
// domain, the domain on nothing of ours. The rules below hold that line, and a few promises of the README.

/** Everything forbidden but what is named: `imports('ioredis')` forbids all that is listed except ioredis. */
const forbid = (/** @type {(keyof typeof FORBIDDEN)[]} */ ...names) => ({
  '@typescript-eslint/no-restricted-imports': [
    'error',
    { patterns: names.map((name) => ({ caseSensitive: true, ...FORBIDDEN[name] })) },
  ],
});

const RANDOM = {
  object: 'Math',
  property: 'random',
  message: 'Codes, ids and tokens come from node:crypto; a test draws from node:crypto or fast-check.',
};
const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'Only apps/api/src/config reads the environment.',
};
const CLOCK = {
  object: 'Date',
  property: 'now',
  message: 'Time is the storage’s time (rule R12): only the in-process storage has a clock.',
};

const EXPORT_ALL = {
  selector: 'ExportAllDeclaration',
  message: 'Name what you export: what a library offers is decided, not accumulated.',
};
const DYNAMIC_IMPORT = {
  selector: 'ImportExpression',
  message: 'Imports are static, so that the boundaries can be checked.',
};
const CURRENT_DATE = {
  selector: ":matches(NewExpression[arguments.length=0], CallExpression)[callee.name='Date']",
  message: CLOCK.message,
};

const SMS_VERIFICATION = /** @type {const} */ ([
  'ioredis',
  'nestjsRedis',
  'libphonenumber',
  'pastTheIndex',
  'outOfTheLibrary',
  'ownIndex',
  'gateways',
  'httpNames',
  'httpPackages',
  'processModule',
]);
const APPLICATION = /** @type {const} */ ([
  'ioredis',
  'nestjsRedis',
  'libphonenumber',
  'pastTheIndex',
  'swagger',
  'processModule',
]);

const PAGE_SCRIPTS = 'apps/api/src/{dev,docs}/page/*.js';
const BROWSER_GLOBALS = [
  'AbortController',
  'crypto',
  'document',
  'Event',
  'EventSource',
  'navigator',
  'setInterval',
  'setTimeout',
  'URLSearchParams',
  'window',
];

/** @template {string} Name @param {readonly Name[]} names @param {string[]} allowed */
const without = (names, ...allowed) => names.filter((name) => !allowed.includes(name));

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'test-results/', 'apps/api/openapi.d.ts']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  eslint.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-restricted-properties': ['error', RANDOM],
      'no-restricted-syntax': ['error', EXPORT_ALL],
    },
  },
  {
    name: 'what is read as a whole',
    ignores: ['test/**', '**/*.spec.ts'],
    rules: { 'max-lines': ['error', { max: 300 }] },
  },

  {
    name: 'TypeScript',
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-member-accessibility': ['error', { accessibility: 'no-public' }],
      // A Nest module is a class for its decorator's sake.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Nest declares some plain options as classes, and is handed literals by everyone.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'import-x/no-cycle': 'error',
      'import-x/no-self-import': 'error',
      'import-x/no-duplicates': ['error', { 'prefer-inline': true }],
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            { target: './libs', from: './apps', message: 'Libraries never import applications.' },
            { target: ['./libs', './apps'], from: './test', message: 'Sources never import tests.' },
            {
              target: './libs/sms-verification',
              from: './libs/sms-gateways',
              message: FORBIDDEN.gateways.message,
            },
            {
              target: './libs/sms-gateways',
              from: './libs/sms-verification',
              except: ['./src/index.ts'],
              message: FORBIDDEN.pastTheIndex.message,
            },
            {
              target: './apps',
              from: './libs',
              except: ['./sms-verification/src/index.ts', './sms-gateways/src/index.ts'],
              message: FORBIDDEN.pastTheIndex.message,
            },
          ],
        },
      ],
    },
  },

  {
    name: 'sources',
    files: ['apps/*/{src,openapi}/**/*.ts', 'libs/*/src/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', RANDOM, ENVIRONMENT],
      'no-restricted-syntax': ['error', EXPORT_ALL, DYNAMIC_IMPORT],
    },
  },
  {
    name: 'the one reader of the environment',
    files: ['apps/api/src/config/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', RANDOM],
    },
  },

  { name: 'the application', files: ['apps/api/src/**/*.ts'], rules: forbid(...APPLICATION) },
  {
    name: 'what describes the application',
    files: ['apps/api/openapi/**/*.ts'],
    rules: forbid(...without(APPLICATION, 'swagger')),
  },
  {
    name: 'the Redis client',
    files: ['apps/api/src/redis/**/*.ts'],
    rules: forbid(...without(APPLICATION, 'ioredis')),
  },
  {
    name: 'where the Redis client comes from',
    files: ['apps/api/src/redis/redis.module.ts'],
    rules: forbid(...without(APPLICATION, 'ioredis', 'nestjsRedis')),
  },
  {
    name: 'the composition root, which hands the Redis client on and knows its type alone',
    files: ['apps/api/src/app.module.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: APPLICATION.map((name) => ({
            caseSensitive: true,
            ...FORBIDDEN[name],
            allowTypeImports: name === 'ioredis',
          })),
        },
      ],
    },
  },

  {
    name: 'the gateways',
    files: ['libs/sms-gateways/src/**/*.ts'],
    rules: forbid(...without(SMS_VERIFICATION, 'ownIndex')),
  },
  {
    name: 'the domain',
    files: ['libs/sms-verification/src/**/*.ts'],
    rules: {
      ...forbid(...SMS_VERIFICATION),
      'no-restricted-properties': ['error', RANDOM, ENVIRONMENT, CLOCK],
      'no-restricted-syntax': ['error', EXPORT_ALL, DYNAMIC_IMPORT, CURRENT_DATE],
    },
  },
  {
    name: 'the Redis storage',
    files: ['libs/sms-verification/src/storage/redis/**/*.ts'],
    rules: forbid(...without(SMS_VERIFICATION, 'ioredis')),
  },
  {
    name: 'the one parser of phone numbers',
    files: ['libs/sms-verification/src/phone/phone-number.ts'],
    rules: forbid(...without(SMS_VERIFICATION, 'libphonenumber')),
  },
  {
    name: 'the one clock: the default of what is kept in the process',
    files: ['libs/sms-verification/src/**/in-process.*.ts'],
    rules: { 'no-restricted-properties': ['error', RANDOM, ENVIRONMENT] },
  },

  {
    name: 'tests',
    files: ['test/**/*.ts', '**/*.spec.ts'],
    rules: {
      // Tests look inside on purpose: they may import a library's files, know Redis, set the environment and
      // read the clock. What stays forbidden is to lean on the composition of the application's Redis client.
      ...forbid('nestjsRedis'),
      'no-restricted-properties': ['error', RANDOM],
      'no-restricted-syntax': ['error', EXPORT_ALL],
      // Nest hands out instances by class, and expect() takes methods apart: neither calls them unbound.
      '@typescript-eslint/unbound-method': 'off',
    },
  },

  {
    name: 'configuration and tools, which Node and Jest load without a compiler',
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', setInterval: 'readonly' } },
  },
  {
    name: 'CommonJS',
    files: ['**/*.js'],
    ignores: [PAGE_SCRIPTS],
    languageOptions: { sourceType: 'commonjs', globals: { __dirname: 'readonly' } },
  },
  {
    name: 'the page, whose scripts a browser loads as they stand',
    files: [PAGE_SCRIPTS],
    languageOptions: {
      sourceType: 'module',
      globals: Object.fromEntries(BROWSER_GLOBALS.map((name) => [name, 'readonly'])),
    },
  },
);

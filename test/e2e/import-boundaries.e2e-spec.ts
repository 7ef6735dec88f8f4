import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const DOMAIN = 'libs/sms-verification/src';
const SERVICE = `${DOMAIN}/sms-verification.service.ts`;
const REDIS_STORAGE = `${DOMAIN}/storage/redis/redis.sms-code.storage.ts`;
const IN_PROCESS_STORAGE = `${DOMAIN}/storage/in-process/in-process.sms-code.storage.ts`;
const PHONE_NUMBER = `${DOMAIN}/phone/phone-number.ts`;
const GATEWAY = 'libs/sms-gateways/src/inbox/inbox.sms-gateway.ts';
const CONTROLLER = 'apps/api/src/auth/auth.controller.ts';
const APP_MODULE = 'apps/api/src/app.module.ts';
const REDIS_MODULE = 'apps/api/src/redis/redis.module.ts';
const PRESETS = 'apps/api/src/redis/redis-presets.ts';
const SETTINGS = 'apps/api/src/config/settings.ts';
const TEST = 'test/support/phones.ts';

const IMPORTS = '@typescript-eslint/no-restricted-imports';
const PATHS = 'import-x/no-restricted-paths';
const PROPERTIES = 'no-restricted-properties';
const SYNTAX = 'no-restricted-syntax';

interface Violation {
  readonly what: string;
  readonly file: string;
  readonly line: string;
  readonly rule: string;
}

/** Each line, put at the end of a file of the project, must break the rule. */
const FORBIDDEN: readonly Violation[] = (
  [
    [
      'an application looks past a library’s index',
      CONTROLLER,
      "import '@app/sms-verification/src/index';",
      IMPORTS,
    ],
    [
      'an application looks into a library',
      CONTROLLER,
      "import '../../../../libs/sms-gateways/src/index';",
      IMPORTS,
    ],
    [
      'an application looks into a library by its path',
      CONTROLLER,
      `import '../../../../${PHONE_NUMBER.replace('.ts', '')}';`,
      PATHS,
    ],
    [
      'a gateway looks into the domain',
      GATEWAY,
      "import '../../../sms-verification/src/phone/phone-number';",
      PATHS,
    ],
    [
      'a gateway leaves its library by a path',
      GATEWAY,
      "import '../../../sms-verification/src/index';",
      IMPORTS,
    ],
    ['the domain imports itself through its index', SERVICE, "import '@app/sms-verification';", IMPORTS],
    ['the domain imports a gateway', SERVICE, "import '@app/sms-gateways';", IMPORTS],
    ['the domain imports a gateway by its path', SERVICE, "import '../../sms-gateways/src/index';", PATHS],
    ['the domain imports the application', SERVICE, "import '../../../apps/api/src/app.module';", PATHS],
    ['a gateway imports the application', GATEWAY, "import '../../../../apps/api/src/app.module';", PATHS],
    ['the application loads what describes it', CONTROLLER, "import '@nestjs/swagger';", IMPORTS],
    ['the application loads its description', CONTROLLER, "import '../../openapi/create-document';", IMPORTS],
    ['a source imports a test', CONTROLLER, "import '../../../../test/support/phones';", PATHS],
    ['the service knows ioredis', SERVICE, "import 'ioredis';", IMPORTS],
    ['a gateway knows ioredis', GATEWAY, "import 'ioredis';", IMPORTS],
    ['a controller knows ioredis', CONTROLLER, "import type { Redis } from 'ioredis';", IMPORTS],
    [
      'the composition root uses more of ioredis than a type',
      APP_MODULE,
      "import { Cluster } from 'ioredis';",
      IMPORTS,
    ],
    ['the composition root knows nestjs-redis', APP_MODULE, "import '@liaoliaots/nestjs-redis';", IMPORTS],
    ['the Redis presets know nestjs-redis', PRESETS, "import '@liaoliaots/nestjs-redis';", IMPORTS],
    ['the Redis storage knows nestjs-redis', REDIS_STORAGE, "import '@liaoliaots/nestjs-redis';", IMPORTS],
    ['a test knows nestjs-redis', TEST, "import '@liaoliaots/nestjs-redis';", IMPORTS],
    ['the service parses phones by itself', SERVICE, "import 'libphonenumber-js/max';", IMPORTS],
    ['a controller parses phones by itself', CONTROLLER, "import 'libphonenumber-js';", IMPORTS],
    [
      'the domain throws an HttpException',
      SERVICE,
      "import { HttpException } from '@nestjs/common';",
      IMPORTS,
    ],
    [
      'the domain throws a BadRequestException',
      SERVICE,
      "import { BadRequestException } from '@nestjs/common';",
      IMPORTS,
    ],
    [
      'a guard of the domain names an HTTP status',
      `${DOMAIN}/guards/sms-cooldown.guard.ts`,
      "import { HttpStatus } from '@nestjs/common';",
      IMPORTS,
    ],
    ['a gateway names an HTTP status', GATEWAY, "import { HttpStatus } from '@nestjs/common';", IMPORTS],
    ['the domain knows Fastify', SERVICE, "import type { FastifyReply } from 'fastify';", IMPORTS],
    ['the service reads the environment', SERVICE, 'process.env;', PROPERTIES],
    ['a controller reads the environment', CONTROLLER, 'process.env;', PROPERTIES],
    [
      'a controller reads the environment by destructuring',
      CONTROLLER,
      'const { env } = process;',
      PROPERTIES,
    ],
    [
      'a controller reads the environment by import',
      CONTROLLER,
      "import { env } from 'node:process';",
      IMPORTS,
    ],
    ['the service draws from Math.random', SERVICE, 'Math.random();', PROPERTIES],
    ['the in-process storage draws from Math.random', IN_PROCESS_STORAGE, 'Math.random();', PROPERTIES],
    ['a controller draws from Math.random', CONTROLLER, 'Math.random();', PROPERTIES],
    ['the settings draw from Math.random', SETTINGS, 'Math.random();', PROPERTIES],
    ['a test draws from Math.random', TEST, 'Math.random();', PROPERTIES],
    ['the service looks at the clock', SERVICE, 'Date.now();', PROPERTIES],
    ['the Redis storage looks at the clock', REDIS_STORAGE, 'Date.now();', PROPERTIES],
    ['the service makes a date of now', SERVICE, 'new Date();', SYNTAX],
    ['the in-process storage makes a date of now', IN_PROCESS_STORAGE, 'new Date();', SYNTAX],
    [
      'a library exports all of a file',
      `${DOMAIN}/index.ts`,
      "export * from './phone/phone-number';",
      SYNTAX,
    ],
    ['a library loads a module by a dynamic import', SERVICE, "void import('ioredis');", SYNTAX],
    ['a file grows beyond 300 lines', SERVICE, '// one more\n'.repeat(300), 'max-lines'],
    [
      'files import each other in a circle',
      `${DOMAIN}/sms-verification.errors.ts`,
      "import { PhoneNumber } from './phone/phone-number';",
      'import-x/no-cycle',
    ],
    [
      'a disable directive disables nothing',
      SERVICE,
      '// eslint-disable-next-line no-console\n',
      'directive',
    ],
  ] as const
).map(([what, file, line, rule]) => ({ what, file, line, rule }));

const sourceOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The same files as they are, and the one that may import what all others may not. */
const UNTOUCHED = [...new Set(FORBIDDEN.map(({ file }) => file)), PHONE_NUMBER, REDIS_MODULE];

describe('the import boundaries', () => {
  let broken: readonly (readonly string[])[];

  beforeAll(() => {
    const texts = [
      ...FORBIDDEN.map(({ file, line }) => ({ file, text: `${sourceOf(file)}\n${line}\n` })),
      ...UNTOUCHED.map((file) => ({ file, text: sourceOf(file) })),
    ];
    const script = join(ROOT, 'test/support/lint-texts.mjs');
    const output = execFileSync(process.execPath, [script], {
      cwd: ROOT,
      input: JSON.stringify(texts.map(({ file, text }) => ({ file: join(ROOT, file), text }))),
      maxBuffer: 16 * 1_024 * 1_024,
    });
    broken = JSON.parse(output.toString()) as string[][];
  });

  it.each(FORBIDDEN.map((violation, index) => ({ ...violation, index })))(
    'refuse that $what',
    ({ index, rule }) => {
      expect(broken[index]?.some((message) => message.startsWith(`${rule}: `))).toBe(true);
    },
  );

  it.each(UNTOUCHED.map((file, index) => ({ file, index })))('accept $file as it is', ({ index }) => {
    expect(broken[FORBIDDEN.length + index]).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Every source file of the application and its libraries, with its text. */
const SOURCES = ['apps', 'libs']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(ts|lua|js|mjs)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => !file.endsWith('.spec.ts'))
  .map((file) => ({ file: file.slice(ROOT.length + 1), text: readFileSync(file, 'utf8') }));

/** Gateways know neither Redis nor how codes are made: their `client` is a provider's, and what they draw are waits. */
const KNOWS_CODES = ({ file }: { readonly file: string }): boolean => !file.startsWith('libs/sms-gateways/');

const filesWith = (pattern: RegExp): string[] =>
  SOURCES.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

describe('the sources', () => {
  it('[ASVS 6.5.3] are all looked at', () => {
    expect(SOURCES.length).toBeGreaterThan(60);
    const drawing = SOURCES.filter(KNOWS_CODES).filter(({ text }) => text.includes('randomInt('));
    expect(drawing.map(({ file }) => file)).toEqual(['libs/sms-verification/src/code/verification-code.ts']);
  });

  it('[ASVS 6.5.3] draw nothing from a generator that can be predicted', () => {
    expect(filesWith(/\bmath\.random/i)).toEqual([]);
    expect(filesWith(/\bmath\.randomseed|\bpseudoRandomBytes|\bfaker\b|\bnanoid\/non-secure/i)).toEqual([]);
  });

  it('[ASVS 15.4.2] touch keys of Redis from scripts alone', () => {
    // Lua has files of its own; what little stands in template strings is Lua, too.
    const typescript = SOURCES.filter(KNOWS_CODES).filter(({ file }) => !file.endsWith('.lua'));
    const commands = typescript.flatMap(({ file, text }) =>
      [...text.replaceAll(/`[^`]*`/g, '').matchAll(/\b(?:client|redis)\.([a-z]+)\(/g)].map(
        (match) => `${file}: ${match[1] ?? ''}`,
      ),
    );
    const allowed = /: (eval|evalsha|ping|on|once|duplicate|nodes)$/;
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((command) => !allowed.test(command))).toEqual([]);
    expect(filesWith(/\b(?:client|redis)\.(multi|pipeline|watch)\(/)).toEqual([]);
  });

  it('[ASVS 11.2.4] compare codes in no place but the storages, and there as digests', () => {
    const comparing = filesWith(/(?:[!=]==?\s*(?:\w+\.)?|\bfind\(\w+, )(?:code|digest)\b/).filter((file) =>
      file.startsWith('libs/'),
    );
    expect(comparing).toEqual([
      'libs/sms-verification/src/storage/in-process/verify.ts',
      'libs/sms-verification/src/storage/redis/lua/verify-and-remove.lua',
    ]);
    expect(filesWith(/DIGEST_LENGTH = 22/)).toEqual([
      'libs/sms-verification/src/storage/redis/lua/include/layout.lua',
    ]);
  });
});

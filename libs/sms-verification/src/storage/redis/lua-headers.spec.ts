import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as budgetScripts from '../../abuse/budget/scripts';
import { PREFIX_GUARD_TUNING } from '../../abuse/prefix-guard/prefix-guard.tuning';
import { prefixGuardScripts } from '../../abuse/prefix-guard/scripts';
import { DEFAULT_POLICY } from '../../sms-verification.options';
import { LuaReply } from './lua-reply';
import { LuaScript } from './lua-script';
import { policyScripts } from './policy-scripts';
import * as scripts from './scripts';

const LUA = join(__dirname, 'lua');
const INCLUDES = join(LUA, 'include');

const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.lua'))
    .map((file) => file.slice(0, -'.lua'.length))
    .sort();

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap(([, found]) => (found === undefined ? [] : [found]));

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** One value of a reply as the header announces it: one of some words, a whole number, or text. */
type Announced = { readonly words: readonly string[] } | 'integer' | 'text';

/** Commands that know no key, with what stands in its place. */
const ABOUT_THE_SERVER: Readonly<Record<string, string>> = { TIME: 'nothing', INFO: "'replication'" };

/** What replies carry that is neither one of some words nor a number. */
const TEXTS = new Set([
  'digest',
  'eviction policy',
  "failed gateway or ''",
  'owner',
  'sealed code',
  'verification id',
]);

/** A `.lua` file taken apart: what its header says, and what its code does. */
class LuaFile {
  readonly text: string;
  readonly code: string;

  constructor(
    readonly name: string,
    folder = LUA,
  ) {
    this.text = readFileSync(join(folder, `${name}.lua`), 'utf8');
    this.code = this.text.replace(/--.*$/gm, '');
  }

  get includes(): string[] {
    return all(this.text, /^-- @include (.*)$/gm);
  }

  /** Names that the header gives to `KEYS[1]`, `KEYS[2]`, …, or to `ARGV[…]`, with the numbers it gives them. */
  parameters(table: 'KEYS' | 'ARGV'): (readonly [number, string])[] {
    const pattern = new RegExp(`^-- ${table}\\[(\\d+)\\] (\\w+)`, 'gm');
    return [...this.text.matchAll(pattern)].map(([, number, name]) => [Number(number), name ?? '']);
  }

  /** Numbers that the code uses of `KEYS` or `ARGV`. */
  used(table: 'KEYS' | 'ARGV'): number[] {
    const numbers = all(this.code, new RegExp(`\\b${table}\\[(\\d+)\\]`, 'g')).map(Number);
    return [...new Set(numbers)].sort((first, second) => first - second);
  }

  /** The replies that the header announces. */
  get replies(): Announced[][] {
    return all(this.text, /^-- Reply: \{ ([^{}]*) \}/gm).map((values) =>
      values.split(/,\s(?:--\s+)?/).map((value): Announced => {
        const words = all(value, /'([^']+)'/g);
        if (words.length > 0) return { words };
        return TEXTS.has(value) ? 'text' : 'integer';
      }),
    );
  }

  /** Every `redis.call(…)`: the command, and what stands in its first argument's place. */
  get calls(): { command: string; key: string | undefined }[] {
    const pattern = /redis\.call\(\s*'(\w+)'(?:,\s*([^,)]+?)\s*[,)])?/g;
    return [...this.code.matchAll(pattern)].map(([, command = '', key]) => ({
      command,
      key: command === 'TIME' ? 'nothing' : key,
    }));
  }
}

const files = namesIn(LUA).map((name) => new LuaFile(name));
const includes = namesIn(INCLUDES).map((name) => new LuaFile(name, INCLUDES));
const definitions = [
  ...Object.values(scripts),
  ...Object.values(policyScripts(DEFAULT_POLICY, true)),
  ...Object.values(budgetScripts),
  ...Object.values(prefixGuardScripts(PREFIX_GUARD_TUNING)),
].filter((value) => value instanceof LuaScript);

function definitionOf({ name }: LuaFile) {
  const found = definitions.find(({ definition }) => definition.name === name);
  if (found === undefined)
    throw new Error(`${name}.lua has no definition in a scripts.ts or policy-scripts.ts`);
  return found.definition;
}

/** A reply that also notes which words its reader would have accepted. */
class RecordingReply extends LuaReply {
  readonly accepted: string[] = [];
  read = 0;

  override word<Word extends string>(...words: readonly Word[]): Word {
    this.accepted.push(...words);
    this.read += 1;
    return super.word(...words);
  }

  override integer(): number {
    this.read += 1;
    return super.integer();
  }

  override text(): string {
    this.read += 1;
    return super.text();
  }
}

/** All replies that an announced one stands for: one for each choice of its words. */
function samples(announced: readonly Announced[]): unknown[][] {
  return announced.reduce<unknown[][]>(
    (beginnings, value) => {
      const choices = value === 'integer' ? [1] : value === 'text' ? ['text'] : value.words;
      return beginnings.flatMap((beginning) => choices.map((choice) => [...beginning, choice]));
    },
    [[]],
  );
}

describe('lua/', () => {
  it('holds exactly the scripts that are defined', () => {
    expect(definitions.map(({ definition }) => definition.name).sort()).toEqual(namesIn(LUA));
  });

  it('holds no include that no script uses', () => {
    expect(unique(files.flatMap((file) => file.includes))).toEqual(namesIn(INCLUDES));
  });

  it('is entered by `redis.call` with a literal command alone, so that what follows sees every call', () => {
    for (const { name, code, calls } of [...files, ...includes]) {
      expect([name, all(code, /\b(redis\.\w+)/g)]).toEqual([name, calls.map(() => 'redis.call')]);
      expect([name, code]).not.toEqual([name, expect.stringMatching(/\b(load\w*|dofile|setfenv|_G)\b/)]);
    }
  });

  it('has no clock but the server’s, read in one place (R12)', () => {
    for (const { name, code } of [...files, ...includes]) {
      expect([name, code.includes("'TIME'")]).toEqual([name, name === 'clock']);
      expect([name, /\bos\./.test(code)]).toEqual([name, false]);
    }
  });

  it('has includes that know no key but the one they are handed (R13)', () => {
    for (const include of includes) {
      expect([include.name, include.used('KEYS')]).toEqual([include.name, []]);
      for (const { command, key } of include.calls) {
        expect([include.name, command, key]).toEqual([
          include.name,
          command,
          ABOUT_THE_SERVER[command] ?? 'key',
        ]);
      }
    }
    const handed = includes.flatMap(({ code }) => all(code, /function (\w+)\(key\b/g)).join('|');
    expect(handed).not.toBe('');
    for (const { name, code } of files) {
      for (const argument of all(code, new RegExp(`\\b(?:${handed})\\(([^,)]+)`, 'g'))) {
        expect([name, argument]).toEqual([name, expect.stringMatching(/^(key|KEYS\[[1-4]\])$/)]);
      }
    }
  });
});

describe.each(files.map((file) => [file.name, file] as const))('lua/%s.lua', (_, file) => {
  it('says first what it does', () => {
    expect(file.text).toMatch(/^(#!lua flags=[a-z-]+\n)?-- [A-Z].*\.?\n/);
  });

  it.each(['KEYS', 'ARGV'] as const)('numbers and names its %s as its definition does', (table) => {
    const { keys, args } = definitionOf(file);
    const defined: readonly string[] = table === 'KEYS' ? keys : args;
    expect(file.parameters(table)).toEqual(defined.map((name, index) => [index + 1, name]));
  });

  it.each(['KEYS', 'ARGV'] as const)('uses every one of its %s, and no other', (table) => {
    expect(file.used(table)).toEqual(file.parameters(table).map(([number]) => number));
  });

  it('calls Redis for its own keys alone (R13)', () => {
    // `key` is KEYS[1] wherever it occurs; that it is nothing else is the first thing to see to.
    for (const assigned of all(file.code, /^\s*local (key\b.*)$/gm)) {
      expect(assigned).toMatch(/^key(, \w+)* = KEYS\[1\](, |$)/);
    }
    expect(file.code).not.toMatch(/^\s*key\s*=/m);
    for (const { command, key } of file.calls) {
      // INFO is about the server.
      const allowed = command === 'INFO' ? /^'\w+'$/ : /^(key|KEYS\[[1-4]\])$/;
      expect([command, key]).toEqual([command, expect.stringMatching(allowed)]);
    }
  });

  it('includes files that exist', () => {
    expect(namesIn(INCLUDES)).toEqual(expect.arrayContaining(file.includes));
    expect(file.text.match(/@include/g) ?? []).toHaveLength(file.includes.length);
  });

  it('includes the clock exactly if it needs the time', () => {
    expect(file.includes.includes('clock')).toBe(/\bnow\b/.test(file.code));
  });

  it('announces replies that its definition accepts, and reads to the end', () => {
    expect(file.replies).not.toHaveLength(0);
    for (const announced of file.replies) {
      const { parse } = definitionOf(file);
      const read = samples(announced).map((values) => {
        const reply = new RecordingReply(values, file.name);
        parse(reply);
        return reply.read;
      });
      // One that says "none" may leave unread what belongs to the other words.
      expect([announced, Math.max(...read)]).toEqual([announced, announced.length]);
    }
  });

  it('accepts an integer alone exactly if it announces one', () => {
    const accept = (): unknown => definitionOf(file).parse(new LuaReply(1, file.name));
    if (/^-- Reply: an integer\b/m.test(file.text)) expect(accept).not.toThrow();
    else expect(accept).toThrow(file.name);
  });

  it('announces every word that its definition accepts, and its source has every word that it announces', () => {
    const announced = file.replies.flat().flatMap((value) => (typeof value === 'object' ? value.words : []));
    const accepted = file.replies.flatMap(samples).flatMap((values) => {
      const reply = new RecordingReply(values, file.name);
      definitionOf(file).parse(reply);
      return reply.accepted;
    });
    expect(unique(accepted)).toEqual(unique(announced));
    const sources = [file, ...includes.filter(({ name }) => file.includes.includes(name))];
    const literals = sources.flatMap(({ code }) => all(code, /'([a-z]+)'/g));
    expect(literals).toEqual(expect.arrayContaining(announced));
  });

  it('is refused by its definition when its reply is cut short or has an unknown word', () => {
    const { parse } = definitionOf(file);
    for (const announced of file.replies) {
      const [longest = []] = samples(announced).reverse();
      expect(() => parse(new LuaReply(longest.slice(0, -1), file.name))).toThrow(file.name);
      const misspelt = longest.map((value) => (typeof value === 'string' ? `${value}?` : value));
      expect(() => parse(new LuaReply(misspelt, file.name))).toThrow(file.name);
    }
  });
});

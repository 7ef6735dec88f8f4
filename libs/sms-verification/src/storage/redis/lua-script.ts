import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReplyError, type Cluster, type Redis } from 'ioredis';
import { backInTime, mayHaveRun, nodeIsComing } from './lost-reply';
import { foldConstants } from './lua-constants';
import { LuaReply } from './lua-reply';

/** What the library asks of Redis: an ioredis client of one server, of a Sentinel set, or of a Cluster. */
export type RedisClient = Redis | Cluster;

/** What runs scripts: a client, or what stands before one. */
export interface ScriptClient {
  readonly status: string;
  readonly isCluster: boolean;
  evalsha(sha: string, numberOfKeys: number, ...values: (string | number)[]): Promise<unknown>;
  eval(source: string, numberOfKeys: number, ...values: (string | number)[]): Promise<unknown>;
}

/** Where the `.lua` files lie: beside this file, in the sources and in the build alike. */
const LUA_DIRECTORY = join(__dirname, 'lua');

const INCLUDE = /^-- @include ([a-z-]+)$/gm;

/** `TUNING.name`, or `TUNING.name[2]` for one of a list: see LuaScriptSetting. */
const NUMBER = /\bTUNING\.(\w+)(?:\[(\d+)\])?/g;

/**
 * In the place of include/clock.lua when a clock is injected: the time is the last argument, and what would have
 * expired by then is gone.
 */
const INJECTED_CLOCK = `local now = tonumber(ARGV[#ARGV])
for _, key in ipairs(KEYS) do
  local expires_at = redis.call('PEXPIRETIME', key)
  if expires_at >= 0 and expires_at <= now then
    redis.call('DEL', key)
  end
end
`;

export interface LuaScriptDefinition<Key extends string, Argument extends string, Result> {
  /** Name of the file, without `.lua`. */
  readonly name: string;
  /** Names of KEYS[1], KEYS[2], …, as in the file's header. */
  readonly keys: readonly Key[];
  /** Names of ARGV[1], ARGV[2], …, as in the file's header. */
  readonly args: readonly Argument[];
  /**
   * Whether a run with the same keys and arguments as the one before ends as if there had been one: nothing is counted,
   * spent or sent twice, and the reply is as good as the first. Such a script is run again when its reply was
   * lost; any other is not, and its caller is told that nobody knows what happened.
   */
  readonly repeatable: boolean;
  /** Reads the reply; throws on any word or number that the header does not announce. */
  readonly parse: (reply: LuaReply) => Result;
}

/** Whole numbers, and what is made of them alone: nothing else gets into a source. */
export type Tuning = number | readonly Tuning[] | { readonly [name: string]: Tuning };

/** What a script is made with, besides its file. */
export interface LuaScriptSetting {
  /**
   * Numbers that take the place of `TUNING.<name>` in the source. Nothing has to be sent or decoded for a call, but each
   * setting makes a script of its own, which the server keeps: have few.
   */
  readonly tuning?: Readonly<Record<string, Tuning>> | undefined;
  /**
   * For simulations and tests alone: takes the place of the server's clock. It must be ahead of that clock, which
   * still ends the keys.
   */
  readonly clock?: (() => number) | undefined;
}

/** One Lua file with names for its keys and arguments and a checked reply. */
export class LuaScript<Key extends string, Argument extends string, Result> {
  readonly source: string;
  private readonly sha: string;

  constructor(
    readonly definition: LuaScriptDefinition<Key, Argument, Result>,
    readonly setting: LuaScriptSetting = {},
  ) {
    const written = readLua(`${definition.name}.lua`)
      .replace(INCLUDE, (_line, included: string) =>
        included === 'clock' && setting.clock !== undefined
          ? INJECTED_CLOCK
          : readLua(join('include', `${included}.lua`)),
      )
      .replace(NUMBER, (_place, name: string, index?: string) => literal(setting.tuning ?? {}, name, index));
    this.source = foldConstants(written);
    this.sha = createHash('sha1').update(this.source).digest('hex');
  }

  /**
   * Runs the script, sending its source only to a server that does not have it, and once more when its reply was lost
   * and it is repeatable.
   */
  run(
    client: ScriptClient,
    keys: Readonly<Record<Key, string>>,
    args: Readonly<Record<Argument, string | number>>,
  ): Promise<Result> {
    const { definition, setting } = this;
    const values: (string | number)[] = [];
    for (const name of definition.keys) values.push(keys[name]);
    for (const name of definition.args) values.push(args[name]);
    if (setting.clock !== undefined) values.push(setting.clock());
    const startedAt = performance.now();
    // No `async`: each such function between the client and its caller costs every call more than to read the reply.
    return this.ask(client, values).then(
      (reply) => {
        if (observers.size > 0) this.tell(startedAt, 'answered');
        return this.read(reply);
      },
      (error: unknown) => this.recover(error, client, values, startedAt),
    );
  }

  private tell(startedAt: number, outcome: ScriptRun['outcome']): void {
    const run = { script: this.definition.name, durationMs: performance.now() - startedAt, outcome };
    for (const observer of observers) observer(run);
  }

  private ask(client: ScriptClient, values: (string | number)[]): Promise<unknown> {
    return client.evalsha(this.sha, this.definition.keys.length, ...values);
  }

  private read(reply: unknown): Result {
    return this.definition.parse(new LuaReply(reply, this.definition.name));
  }

  /** What follows when the script was asked for by its digest, and this came of it. */
  private async recover(
    error: unknown,
    client: ScriptClient,
    values: (string | number)[],
    startedAt: number,
  ): Promise<Result> {
    let reply: unknown;
    try {
      reply = await this.replyAfter(error, client, values, startedAt);
    } catch (failure) {
      this.tell(startedAt, 'failed');
      throw failure;
    }
    this.tell(startedAt, 'answered');
    return this.read(reply);
  }

  private async replyAfter(
    error: unknown,
    client: ScriptClient,
    values: (string | number)[],
    startedAt: number,
  ): Promise<unknown> {
    const { repeatable } = this.definition;
    let failure: unknown;
    try {
      return await this.withSource(error, client, values);
    } catch (first) {
      failure = first;
    }
    while (repeatable && mayHaveRun(failure) && (await backInTime(client, startedAt))) {
      try {
        return await this.ask(client, values).catch((again: unknown) =>
          this.withSource(again, client, values),
        );
      } catch (again) {
        if (!nodeIsComing(again, client, startedAt)) throw again;
        failure = again;
      }
    }
    throw failure;
  }

  /** Sends the source to a server that did not have it: the script has certainly not run there. */
  private withSource(error: unknown, client: ScriptClient, values: (string | number)[]): Promise<unknown> {
    if (!isNoScript(error)) throw error;
    return client.eval(this.source, this.definition.keys.length, ...values);
  }
}

/** What stands for `TUNING.<name>`, or for one of its list. */
function literal(tuning: Readonly<Record<string, Tuning>>, name: string, index: string | undefined): string {
  const value = Object.hasOwn(tuning, name) ? tuning[name] : undefined;
  const chosen = index !== undefined && isList(value) ? value[Number(index) - 1] : value;
  const written = inLua(chosen, name);
  // A table constructor must stand in brackets to be asked for a member.
  return typeof chosen === 'object' ? `(${written})` : written;
}

/** A number, or a table of them, as Lua writes it. */
function inLua(value: Tuning | undefined, name: string): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  if (isList(value)) return `{ ${value.map((one) => inLua(one, name)).join(', ')} }`;
  if (typeof value === 'object') {
    const members = Object.entries(value).map(
      ([member, one]) => `${identifier(member)} = ${inLua(one, member)}`,
    );
    return `{ ${members.join(', ')} }`;
  }
  throw new RangeError(`${name} must be a whole number, not negative, or made of such numbers`);
}

function identifier(name: string): string {
  if (!/^[A-Za-z]\w*$/.test(name)) throw new RangeError(`${name} cannot be a name in Lua`);
  return name;
}

function isList(value: Tuning | undefined): value is readonly Tuning[] {
  return Array.isArray(value);
}

/** What a run of a script took, from the call to the answer, a repetition after a lost reply included. */
export interface ScriptRun {
  /** Name of the file, without `.lua`. */
  readonly script: string;
  readonly durationMs: number;
  readonly outcome: 'answered' | 'failed';
}

export type ScriptObserver = (run: ScriptRun) => void;

const observers = new Set<ScriptObserver>();

/**
 * Tells of every run of every script in this process, until the function that it returns is called. Without an observer
 * it costs nothing.
 */
export function observeScripts(observer: ScriptObserver): () => void {
  observers.add(observer);
  return () => observers.delete(observer);
}

const files = new Map<string, string>();

function readLua(file: string): string {
  let text = files.get(file);
  if (text === undefined) files.set(file, (text = readFileSync(join(LUA_DIRECTORY, file), 'utf8')));
  return text;
}

function isNoScript(error: unknown): boolean {
  return error instanceof ReplyError && error instanceof Error && error.message.startsWith('NOSCRIPT');
}

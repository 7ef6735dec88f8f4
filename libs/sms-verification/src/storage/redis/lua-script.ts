import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReplyError, type Cluster, type Redis } from 'ioredis';
import { LuaReply } from './lua-reply';

/** What the library asks of Redis: an ioredis client of one server, of a Sentinel set, or of a Cluster. */
export type RedisClient = Redis | Cluster;

/** Where the `.lua` files lie: beside this file, in the sources and in the build alike. */
const LUA_DIRECTORY = join(__dirname, 'lua');

const INCLUDE = /^-- @include ([a-z-]+)$/gm;

export interface LuaScriptDefinition<Key extends string, Argument extends string, Result> {
  /** Name of the file, without `.lua`. */
  readonly name: string;
  /** Names of KEYS[1], KEYS[2], …, as in the file's header. */
  readonly keys: readonly Key[];
  /** Names of ARGV[1], ARGV[2], …, as in the file's header. */
  readonly args: readonly Argument[];
  /** Reads the reply; throws on any word or number that the header does not announce. */
  readonly parse: (reply: LuaReply) => Result;
}

/** One Lua file with names for its keys and arguments and a checked reply. */
export class LuaScript<Key extends string, Argument extends string, Result> {
  readonly source: string;
  private readonly sha: string;

  constructor(readonly definition: LuaScriptDefinition<Key, Argument, Result>) {
    this.source = readLua(`${definition.name}.lua`).replace(INCLUDE, (_line, included: string) =>
      readLua(join('include', `${included}.lua`)),
    );
    this.sha = createHash('sha1').update(this.source).digest('hex');
  }

  /** Runs the script, sending its source only to a server that does not have it. */
  async run(
    client: RedisClient,
    keys: Readonly<Record<Key, string>>,
    args: Readonly<Record<Argument, string | number>>,
  ): Promise<Result> {
    const { definition } = this;
    const values = [...definition.keys.map((key) => keys[key]), ...definition.args.map((name) => args[name])];
    const count = definition.keys.length;
    let reply: unknown;
    try {
      reply = await client.evalsha(this.sha, count, ...values);
    } catch (error) {
      // NOSCRIPT is the one error after which the script certainly did not run. After any other a second try
      // could count, or spend, twice.
      if (!isNoScript(error)) throw error;
      reply = await client.eval(this.source, count, ...values);
    }
    return definition.parse(new LuaReply(reply, definition.name));
  }
}

function readLua(file: string): string {
  return readFileSync(join(LUA_DIRECTORY, file), 'utf8');
}

function isNoScript(error: unknown): boolean {
  return error instanceof ReplyError && error instanceof Error && error.message.startsWith('NOSCRIPT');
}

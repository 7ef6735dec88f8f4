import type { Redis } from 'ioredis';
import { LuaScript } from '../../../libs/sms-verification/src/storage/redis/lua-script';
import { calls } from '../runner/server-side';

/** One script that ran, and how many had been answered when it was sent. */
export interface Ran {
  readonly script: string;
  readonly answersBefore: number;
}

interface Watch {
  during<Result>(work: () => Promise<Result>): Promise<{ result: Result; ran: readonly Ran[] }>;
  end(): void;
}

type AnyScript = LuaScript<string, string, unknown>;

/** Notes every script that the library runs, and compares with what the server says it was asked. */
export async function watchScripts(redis: Redis): Promise<Watch> {
  const prototype = LuaScript.prototype as AnyScript;
  const original = prototype.run;
  let ran: Ran[] = [];
  let answers = 0;
  prototype.run = async function (this: AnyScript, ...args) {
    ran.push({ script: this.definition.name, answersBefore: answers });
    const result = await original.apply(this, args);
    answers += 1;
    return result;
  };
  await redis.config('RESETSTAT');
  return {
    async during(work) {
      ran = [];
      answers = 0;
      const before = await scriptCalls(redis);
      const result = await work();
      const onServer = (await scriptCalls(redis)) - before;
      // The first run of a script is refused by its digest and sent in full: two calls.
      if (onServer < ran.length || onServer > 2 * ran.length) {
        throw new Error(`${String(ran.length)} scripts were run, the server counted ${String(onServer)}`);
      }
      return { result, ran: [...ran] };
    },
    end() {
      prototype.run = original;
    },
  };
}

async function scriptCalls(redis: Redis): Promise<number> {
  const counted = await calls(redis);
  return (counted.get('evalsha') ?? 0) + (counted.get('eval') ?? 0);
}

import type { Redis } from 'ioredis';
import { LuaScript } from '../../../libs/sms-verification/src/storage/redis/lua-script';
import { calls } from '../runner/server-side';

/** One script that ran. */
export interface Ran {
  readonly script: string;
  /** How many others had been answered when it was sent. */
  readonly answersBefore: number;
  /** Whether it was answered before the work was done; else nobody waited for it. */
  readonly waitedFor: boolean;
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
  let running: Promise<unknown>[] = [];
  let ran: { script: string; answersBefore: number; answered: boolean }[] = [];
  let answers = 0;
  prototype.run = function (this: AnyScript, ...args) {
    const one = { script: this.definition.name, answersBefore: answers, answered: false };
    ran.push(one);
    const run = original.apply(this, args).then((result) => {
      answers += 1;
      one.answered = true;
      return result;
    });
    running.push(run);
    return run;
  };
  await redis.config('RESETSTAT');
  return {
    async during(work) {
      ran = [];
      running = [];
      answers = 0;
      const before = await scriptCalls(redis);
      const result = await work();
      const scripts = ran.map(({ answered, ...one }) => ({ ...one, waitedFor: answered }));
      await Promise.all(running);
      const onServer = (await scriptCalls(redis)) - before;
      // The first run of a script is refused by its digest and sent in full: two calls.
      if (onServer < ran.length || onServer > 2 * ran.length) {
        throw new Error(`${String(ran.length)} scripts were run, the server counted ${String(onServer)}`);
      }
      return { result, ran: scripts };
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

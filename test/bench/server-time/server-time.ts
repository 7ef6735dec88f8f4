import { Redis } from 'ioredis';
import { RedisServer } from '../../support/redis-server';
import { ATTEMPTS, OurStorage, RIGHT, VARIANTS, WRONG } from '../baselines/ours';
import { COMPARE_AND_DELETE, compareAndDelete } from '../baselines/reviewed-verify';
import { inFlight } from '../runner/in-flight';
import type { Part, Row } from '../runner/part';
import { inRounds, ratioTo, type Contender } from '../runner/rounds';
import { infoNumber } from '../runner/server-side';
import { rates } from '../runner/tables';

// Many and short, for what the machine does besides changes within seconds.
const ROUNDS = 41;
const CALLS = 3_000;
const CONCURRENCY = 50;
const BARE = 'compare-and-delete script';

const BOUNDS = { wrong: { budget: 4, aim: 3 }, right: { budget: 5.5, aim: 4.5 } };
const FENCED_BOUNDS = { wrong: { budget: 5.5 }, right: { budget: 7 } };

/** How long Redis is busy with one verify, by its own count: what limits all API processes together. */
export const serverTime: Part = {
  name: 'server-time',
  title: 'Server time of the verify script against the three-line compare-and-delete',
  async run() {
    const server = await RedisServer.start('--appendonly', 'no');
    const redis = new Redis(server.url);
    await redis.script('LOAD', COMPARE_AND_DELETE);
    try {
      const rows: Row[] = [];
      const tables: string[] = [];
      for (const kind of ['wrong', 'right'] as const) {
        const measured = await inRounds(ROUNDS, contenders(redis, kind));
        tables.push(`A ${kind} code:\n\n${rates('µs a call', BARE, measured)}`);
        for (const { name, fenced } of VARIANTS) {
          rows.push({
            what: `server time of the verify script against the compare-and-delete script, ${kind} code, ${name}`,
            measured: ratioTo(measured[name], measured[BARE]),
            unit: '×',
            better: 'less',
            ...(fenced ? FENCED_BOUNDS : BOUNDS)[kind],
          });
        }
      }
      return {
        rows,
        details: `${tables.join('\n\n')}\n\nBy \`INFO commandstats\`, ${String(CALLS)} calls a round, ${String(ROUNDS)} rounds. Lua's garbage is collected before each. A wrong guess runs the same commands with the fence and without: what differs between those two rows is noise.`,
      };
    } finally {
      redis.disconnect();
      await server.dispose();
    }
  },
};

function contenders(redis: Redis, kind: 'wrong' | 'right'): Record<string, Contender> {
  const code = kind === 'right' ? RIGHT : WRONG;
  const tries = kind === 'right' ? 1 : ATTEMPTS;
  const count = CALLS / tries;
  const bare: Contender = async () => {
    const filling = redis.pipeline();
    for (let index = 0; index < count; index += 1) filling.set(`reviewed:${String(index)}`, RIGHT, 'EX', 300);
    await filling.exec();
    return busy(redis, (index) => compareAndDelete(redis, `reviewed:${String(index % count)}`, code));
  };
  const ours = VARIANTS.map(({ name, open }): [string, Contender] => {
    const storage = new OurStorage(open(redis));
    return [
      name,
      async () => {
        const pending = await Promise.all(Array.from({ length: count }, () => storage.issue()));
        return busy(redis, async (index) => {
          const one = pending[index % count];
          if (one !== undefined) await storage.verify(one, code);
        });
      },
    ];
  });
  return { [BARE]: bare, ...Object.fromEntries(ours) };
}

/** Microseconds that the server was busy with one script, on average over a round. */
async function busy(redis: Redis, call: (index: number) => Promise<unknown>): Promise<number> {
  // What filling the server left behind is collected before, or those who are measured would pay for it.
  await redis.eval('return tostring(collectgarbage())', 0);
  await redis.config('RESETSTAT');
  await inFlight(CALLS, CONCURRENCY, call);
  return infoNumber(redis, 'commandstats', /cmdstat_evalsha:.*usec_per_call=([0-9.]+)/);
}

import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { InProcessMoneyBudget, RedisMoneyBudget, type MoneyBudget } from '@app/sms-verification';
import { SINGLE, TOPOLOGIES } from '../support/topologies';
import { openInProcessBudget, openRedisBudget, DAY } from './budget-under-test';

const SEQUENCES = 200;
/** Behind Sentinels and in a Cluster the scripts are the same: what differs shows soon. */
const SEQUENCES_ELSEWHERE = 50;
const COMMANDS_AT_MOST = 60;
/** FUZZ_SEED=<number> runs the sequences of an earlier run again; each run prints its seed. */
const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));

// Few countries and small amounts, so that limits are met, often to the micro.
const country = fc.constantFrom('US', 'FR', 'ZZ');
const amount = fc.nat({ max: 6 });
const limit = fc.option(fc.nat({ max: 25 }), { nil: undefined, freq: 3 });
const limits = fc.record({ overallMicros: limit, countryMicros: limit });

type Command = (budget: MoneyBudget, now: number) => Promise<unknown>;
interface Step {
  readonly ask?: Command;
  readonly passMs?: number;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ country, costMicros: amount, limits })
      .map((request): Step => ({ ask: (budget) => budget.spend(request) })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ country, costMicros: amount, age: fc.integer({ min: -1, max: 2 }) })
      .map(({ age, ...request }): Step => ({
        ask: (budget, now) => budget.refund({ ...request, day: Math.floor(now / DAY) - age }),
      })),
  },
  { weight: 2, arbitrary: country.map((asked): Step => ({ ask: (budget) => budget.state(asked) })) },
  {
    weight: 2,
    // Forwards, but for a server that takes over with a clock that is behind.
    arbitrary: fc
      .constantFrom(1, 1_000, DAY / 3, DAY, 2 * DAY, -1_000, -DAY / 3)
      .map((passMs): Step => ({ passMs })),
  },
);

const BOTH = `${RedisMoneyBudget.name} and ${InProcessMoneyBudget.name}`;

describe.each(TOPOLOGIES)(`${BOTH}$where`, ({ where, connect }) => {
  const sequences = where === SINGLE.where ? SEQUENCES : SEQUENCES_ELSEWHERE;

  it('answer the same to any sequence of calls', async () => {
    const seen = new Map<string, number>();
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: COMMANDS_AT_MOST, size: 'max' }),
      async (steps) => {
        const specification = openInProcessBudget();
        const redis = openRedisBudget(connect);
        try {
          for (const { ask, passMs = 0 } of steps) {
            specification.clock.now += passMs;
            redis.clock.now += passMs;
            if (ask === undefined) continue;
            const { now } = redis.clock;
            const specified = await ask(specification.instances[0], now);
            await expect(ask(redis.instances[0], now)).resolves.toEqual(specified);
            const kind = JSON.stringify(specified ?? {}).replace(/[0-9]+/g, 'n');
            seen.set(kind, (seen.get(kind) ?? 0) + 1);
          }
        } finally {
          redis.close();
        }
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: sequences });

    const counts = [...seen].map(([kind, count]) => `  ${String(count).padStart(6)}  ${kind}\n`);
    process.stdout.write(`budget differential${where}: FUZZ_SEED=${String(SEED)}\n${counts.sort().join('')}`);
    expect([...seen.keys()].sort()).toEqual([
      '{"outcome":"refused","scope":"country","waitMs":n}',
      '{"outcome":"refused","scope":"overall","waitMs":n}',
      '{"outcome":"spent","day":n}',
      '{"overallMicros":n,"countryMicros":n,"resetsInMs":n}',
      '{}',
    ]);
  }, 120_000);
});

import { MICROS_PER_USD, RedisMoneyBudget } from '@app/sms-verification';
import type { Redis } from 'ioredis';
import { connectSharedRedis, freshPrefix } from '../support/shared-redis';

const CONNECTIONS = 8;
const SPENDERS = 64;
const ROUNDS = 25;
const LAST_DOLLAR = MICROS_PER_USD;
const COST = 79_800;
/** Twelve messages fit into the last dollar; a thirteenth would go over it by 37,400 micros. */
const FIT = 12;

describe(`${String(SPENDERS)} spenders at once, over ${String(CONNECTIONS)} connections`, () => {
  let clients: Redis[];
  let keyPrefix: string;
  let budgets: RedisMoneyBudget[];
  beforeAll(() => {
    clients = Array.from({ length: CONNECTIONS }, connectSharedRedis);
  });
  afterAll(() => {
    for (const client of clients) client.disconnect();
  });
  beforeEach(() => {
    keyPrefix = freshPrefix();
    budgets = clients.map((client) => new RedisMoneyBudget(client, keyPrefix));
  });

  const spenders = <Result>(
    act: (budget: RedisMoneyBudget, spender: number) => Promise<Result>,
  ): Promise<Result[]> =>
    Promise.all(
      Array.from({ length: SPENDERS }, (_, spender) => {
        const budget = budgets[spender % CONNECTIONS];
        if (budget === undefined) throw new TypeError('every spender has a connection');
        return act(budget, spender);
      }),
    );

  it.each([
    ['overall', () => 'US', { overallMicros: LAST_DOLLAR }],
    ['overall', (spender: number) => ['US', 'FR', 'DE'][spender % 3] ?? 'US', { overallMicros: LAST_DOLLAR }],
    ['country', () => 'US', { overallMicros: 100 * LAST_DOLLAR, countryMicros: LAST_DOLLAR }],
  ] as const)(
    'spend exactly what fits into the last dollar: %s, case %#',
    async (scope, countryOf, limits) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        keyPrefix = freshPrefix();
        budgets = clients.map((client) => new RedisMoneyBudget(client, keyPrefix));
        const outcomes = await spenders((budget, spender) =>
          budget.spend({ country: countryOf(spender), costMicros: COST, limits }),
        );

        expect(outcomes.filter(({ outcome }) => outcome === 'spent')).toHaveLength(FIT);
        const refusals = outcomes.filter((outcome) => outcome.outcome === 'refused');
        expect(refusals.map((refusal) => refusal.scope)).toEqual(Array(SPENDERS - FIT).fill(scope));
        const state = await budgets[0]?.state('US');
        expect(state?.overallMicros).toBe(FIT * COST);
      }
    },
  );

  it('never hold more than the limit between them while others give theirs back, and lose not a micro', async () => {
    const limits = { overallMicros: LAST_DOLLAR, countryMicros: LAST_DOLLAR };
    const seen: number[] = [];
    let kept = 0;
    const outcomes = await spenders(async (budget, spender) => {
      const own: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const spent = await budget.spend({ country: 'US', costMicros: COST, limits });
        own.push(spent.outcome);
        seen.push((await budget.state('US')).overallMicros);
        if (spent.outcome === 'refused') continue;
        if (spender === 0 && round < 3) kept += COST;
        else await budget.refund({ country: 'US', costMicros: COST, day: spent.day });
      }
      return own;
    });

    expect(new Set(outcomes.flat())).toEqual(new Set(['spent', 'refused']));
    expect(Math.max(...seen)).toBe(FIT * COST);
    expect(seen.every((micros) => micros % COST === 0)).toBe(true);
    await expect(budgets[0]?.state('US')).resolves.toMatchObject({
      overallMicros: kept,
      countryMicros: kept,
    });
  });
});

import {
  InProcessMoneyBudget,
  MICROS_PER_USD,
  RedisMoneyBudget,
  StorageUnavailableError,
  type MoneyBudget,
} from '@app/sms-verification';
import { freshPrefix } from '../support/shared-redis';
import { keysUnder } from '../support/time-travel';
import { TOPOLOGIES } from '../support/topologies';
import {
  DAY,
  openInProcessBudget,
  openRedisBudget,
  type BudgetUnderTest,
  type RedisBudgetUnderTest,
} from './budget-under-test';
import { serverTime } from './storage-under-test';

type SpendRequest = Parameters<MoneyBudget['spend']>[0];

const DOLLAR = MICROS_PER_USD;
const CENT = DOLLAR / 100;

describe.each([
  { name: InProcessMoneyBudget.name, open: openInProcessBudget },
  ...TOPOLOGIES.map(({ where, connect }) => ({
    name: `${RedisMoneyBudget.name}${where}`,
    open: () => openRedisBudget(connect),
  })),
])('$name', ({ open }) => {
  let under: BudgetUnderTest;
  let budget: MoneyBudget;
  beforeEach(() => {
    under = open();
    [budget] = under.instances;
  });
  afterEach(() => {
    under.close();
  });

  const spend = (request: Partial<SpendRequest>) =>
    budget.spend({ country: 'US', costMicros: CENT, limits: {}, ...request });
  const refusal = (scope: 'overall' | 'country') => ({
    outcome: 'refused',
    scope,
    waitMs: under.clock.untilMidnight,
  });
  const spent = () => ({ outcome: 'spent', day: under.clock.day });

  it('counts what is spent by country and in all, exactly', async () => {
    await spend({ country: 'US', costMicros: 7_901 });
    await spend({ country: 'FR', costMicros: 79_800 });
    await spend({ country: 'US', costMicros: 7_901 });

    const resetsInMs = under.clock.untilMidnight;
    const overallMicros = 95_602;
    await expect(budget.state('US')).resolves.toEqual({ overallMicros, countryMicros: 15_802, resetsInMs });
    await expect(budget.state('FR')).resolves.toEqual({ overallMicros, countryMicros: 79_800, resetsInMs });
    await expect(budget.state('DE')).resolves.toEqual({ overallMicros, countryMicros: 0, resetsInMs });
  });

  it('is one budget for all who see it', async () => {
    const limits = { overallMicros: 3 * CENT };
    for (let sends = 0; sends < 3; sends += 1) {
      const instance = under.instances[sends % under.instances.length] ?? budget;
      await expect(instance.spend({ country: 'US', costMicros: CENT, limits })).resolves.toEqual(spent());
    }
    for (const instance of under.instances) {
      await expect(instance.spend({ country: 'US', costMicros: CENT, limits })).resolves.toEqual(
        refusal('overall'),
      );
    }
  });

  it.each(['overall', 'country'] as const)(
    'spends up to the limit and not a micro over it: %s',
    async (scope) => {
      const limits = { [`${scope}Micros`]: DOLLAR };
      await spend({ costMicros: DOLLAR - 5, limits });

      await expect(spend({ costMicros: 6, limits })).resolves.toEqual(refusal(scope));
      await expect(spend({ costMicros: 5, limits })).resolves.toEqual(spent());
      await expect(spend({ costMicros: 1, limits })).resolves.toEqual(refusal(scope));
      // What costs nothing does not go over.
      await expect(spend({ costMicros: 0, limits })).resolves.toEqual(spent());
      await expect(budget.state('US')).resolves.toMatchObject({
        overallMicros: DOLLAR,
        countryMicros: DOLLAR,
      });
    },
  );

  it('spends nothing of one limit when the other refuses', async () => {
    const limits = { overallMicros: DOLLAR, countryMicros: 10 * CENT };
    await spend({ costMicros: 10 * CENT, limits });
    await expect(spend({ limits })).resolves.toEqual(refusal('country'));
    await expect(budget.state('US')).resolves.toMatchObject({
      overallMicros: 10 * CENT,
      countryMicros: 10 * CENT,
    });
    await spend({ country: 'FR', costMicros: 90 * CENT, limits: { overallMicros: DOLLAR } });
    await expect(spend({ country: 'DE', limits })).resolves.toEqual(refusal('overall'));
    await expect(budget.state('DE')).resolves.toMatchObject({ overallMicros: DOLLAR, countryMicros: 0 });
  });

  it('leaves a country its own budget when another has none left', async () => {
    const limits = { countryMicros: CENT };
    await spend({ country: 'US', limits });

    await expect(spend({ country: 'US', limits })).resolves.toEqual(refusal('country'));
    await expect(spend({ country: 'CA', limits })).resolves.toEqual(spent());
  });

  it('counts what is spent without a limit against a limit that comes later', async () => {
    await spend({ costMicros: 2 * DOLLAR });

    await expect(spend({ limits: { overallMicros: DOLLAR } })).resolves.toEqual(refusal('overall'));
    await expect(spend({ limits: { countryMicros: DOLLAR } })).resolves.toEqual(refusal('country'));
  });

  it.each(['overall', 'country'] as const)(
    'sends nothing, not even for nothing, with a limit of 0: %s',
    async (scope) => {
      const limits = { [`${scope}Micros`]: 0 };

      await expect(spend({ limits })).resolves.toEqual(refusal(scope));
      await expect(spend({ costMicros: 0, limits })).resolves.toEqual(refusal(scope));
    },
  );

  it('refuses what it could no longer count exactly', async () => {
    await spend({ costMicros: Number.MAX_SAFE_INTEGER - 1 });

    await expect(spend({ costMicros: 2 })).resolves.toEqual(refusal('overall'));
    await expect(spend({ costMicros: 1 })).resolves.toEqual(spent());
    await expect(budget.state('US')).resolves.toMatchObject({ overallMicros: Number.MAX_SAFE_INTEGER });
  });

  describe('at midnight UTC', () => {
    it('begins anew, and not a moment before', async () => {
      const limits = { overallMicros: CENT };
      await spend({ limits });
      under.clock.now += under.clock.untilMidnight - 1;
      await expect(spend({ limits })).resolves.toEqual({ outcome: 'refused', scope: 'overall', waitMs: 1 });
      await expect(budget.state('US')).resolves.toEqual({
        overallMicros: CENT,
        countryMicros: CENT,
        resetsInMs: 1,
      });

      under.clock.now += 1;
      const nothing = { overallMicros: 0, countryMicros: 0, resetsInMs: DAY };
      await expect(budget.state('US')).resolves.toEqual(nothing);
      await expect(spend({ country: 'FR', limits })).resolves.toEqual(spent());
      // What the country cost yesterday is forgotten with the rest.
      await expect(budget.state('US')).resolves.toEqual({ ...nothing, overallMicros: CENT });
    });

    it('does not begin twice when a server whose clock is behind takes over', async () => {
      under.clock.now += under.clock.untilMidnight;
      const limits = { overallMicros: CENT };
      const { day } = under.clock;
      await spend({ limits });
      under.clock.now -= 1_000;

      await expect(spend({ limits })).resolves.toEqual({
        outcome: 'refused',
        scope: 'overall',
        waitMs: DAY + 1_000,
      });
      await expect(budget.state('US')).resolves.toEqual({
        overallMicros: CENT,
        countryMicros: CENT,
        resetsInMs: DAY + 1_000,
      });
      await expect(spend({})).resolves.toEqual({ outcome: 'spent', day });
      under.clock.now += 1_000;
      await expect(spend({ limits })).resolves.toEqual(refusal('overall'));
    });
  });

  describe('a refund', () => {
    it('gives back what it names, in all and to its country', async () => {
      const limits = { overallMicros: 2 * CENT, countryMicros: CENT };
      await spend({ country: 'FR', limits });
      const { day } = under.clock;
      await spend({ limits });
      await expect(spend({ limits })).resolves.toEqual(refusal('overall'));

      await budget.refund({ country: 'US', costMicros: CENT, day });
      await expect(budget.state('US')).resolves.toMatchObject({ overallMicros: CENT, countryMicros: 0 });
      await expect(spend({ country: 'FR', limits })).resolves.toEqual(refusal('country'));
      await expect(spend({ limits })).resolves.toEqual(spent());
    });

    it('of yesterday’s spending lowers nothing today', async () => {
      const { day } = under.clock;
      await spend({ costMicros: 5 * CENT });
      under.clock.now += DAY;

      await budget.refund({ country: 'US', costMicros: 2 * CENT, day });
      await spend({});
      await budget.refund({ country: 'US', costMicros: CENT, day });
      await expect(budget.state('US')).resolves.toMatchObject({ overallMicros: CENT, countryMicros: CENT });
    });

    it('makes nothing negative, and takes nothing from another country, however often it comes', async () => {
      const { day } = under.clock;
      await spend({ country: 'US' });
      await spend({ country: 'FR' });
      for (let time = 0; time < 3; time += 1) {
        await budget.refund({ country: 'US', costMicros: CENT, day });
      }
      await budget.refund({ country: 'DE', costMicros: CENT, day });

      await expect(budget.state('US')).resolves.toMatchObject({ overallMicros: CENT, countryMicros: 0 });
      await expect(budget.state('FR')).resolves.toMatchObject({ overallMicros: CENT, countryMicros: CENT });
      await expect(budget.state('DE')).resolves.toMatchObject({ overallMicros: CENT, countryMicros: 0 });
    });

    it('of what was never spent leaves nothing behind', async () => {
      await budget.refund({ country: 'US', costMicros: CENT, day: under.clock.day });

      await expect(budget.state('US')).resolves.toMatchObject({ overallMicros: 0, countryMicros: 0 });
    });
  });

  it.each([
    ['a negative cost', { costMicros: -1 }],
    ['a fraction of a micro', { costMicros: 0.5 }],
    ['a cost that is no number', { costMicros: NaN }],
    ['a cost that cannot be counted', { costMicros: 2 ** 53 }],
    ['a negative limit', { limits: { overallMicros: -1 } }],
    ['a fraction as a limit', { limits: { countryMicros: 1.5 } }],
    ['a limit that is no number', { limits: { countryMicros: Infinity } }],
    ['a country in lower case', { country: 'us' }],
    ['a name of the storage’s own', { country: 'all' }],
    ['no country', { country: '' }],
  ])('throws at %s, and counts nothing', async (_what, wrong) => {
    await expect(spend(wrong)).rejects.toThrow(RangeError);

    await expect(budget.state('US')).resolves.toMatchObject({ overallMicros: 0 });
  });

  it('throws at a refund, or a question, that makes no sense', async () => {
    const { day } = under.clock;
    await spend({});
    for (const wrong of [{ costMicros: -1 }, { costMicros: 0.5 }, { country: 'day' }, { day: NaN }]) {
      await expect(budget.refund({ country: 'US', costMicros: 1, day, ...wrong })).rejects.toThrow(
        RangeError,
      );
    }
    await expect(budget.state('all')).rejects.toThrow(RangeError);
    await expect(budget.state('US')).resolves.toMatchObject({ overallMicros: CENT });
  });
});

describe.each(TOPOLOGIES)(`${RedisMoneyBudget.name}$where: what stands in Redis`, ({ connect }) => {
  let under: RedisBudgetUnderTest;
  let budget: MoneyBudget;
  beforeEach(() => {
    under = openRedisBudget(connect);
    [budget] = under.instances;
  });
  afterEach(() => {
    under.close();
  });
  const keys = () => keysUnder(under.redis, under.keyPrefix);

  it('is one key, which expires when the day after is over, on whichever day it is written (R13)', async () => {
    const { redis, keyPrefix, clock } = under;
    for (let days = 0; days < 3; days += 1) {
      const { day } = clock;
      await budget.spend({ country: 'US', costMicros: CENT, limits: {} });
      await budget.refund({ country: 'FR', costMicros: CENT, day });
      await budget.refund({ country: 'US', costMicros: CENT, day });
      await budget.state('US');
      expect(await keys()).toEqual([`${keyPrefix}{budget}`]);
      expect(await redis.pexpiretime(`${keyPrefix}{budget}`)).toBe((day + 2) * DAY);
      clock.now += DAY;
    }
  });

  it('is not there after refusals, looks and refunds of what was never spent', async () => {
    const { day } = under.clock;
    await budget.spend({ country: 'US', costMicros: CENT, limits: { overallMicros: 0 } });
    await budget.refund({ country: 'US', costMicros: CENT, day });
    await budget.state('US');

    expect(await keys()).toEqual([]);
  });

  it('tells the day by the server’s clock, however wrong the application’s is (R12)', async () => {
    const redis = connect();
    const onServer = new RedisMoneyBudget(redis, freshPrefix());
    for (const skewMs of [-3 * DAY, 3 * DAY]) {
      const application = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + skewMs);
      const before = await serverTime(redis);
      const spent = await onServer.spend({ country: 'US', costMicros: CENT, limits: {} });
      const { resetsInMs } = await onServer.state('US');
      const after = await serverTime(redis);
      application.mockRestore();

      const end = Math.ceil((before + resetsInMs) / DAY) * DAY;
      expect(end - resetsInMs).toBeGreaterThanOrEqual(before);
      expect(end - resetsInMs).toBeLessThanOrEqual(after);
      expect([Math.floor(before / DAY), Math.floor(after / DAY)]).toContain(
        spent.outcome === 'spent' ? spent.day : undefined,
      );
    }
    redis.disconnect();
  });

  it('throws StorageUnavailableError from every method, with the cause, when Redis cannot be asked (R17)', async () => {
    under.close();
    for (const call of [
      () => budget.spend({ country: 'US', costMicros: CENT, limits: {} }),
      () => budget.refund({ country: 'US', costMicros: CENT, day: 0 }),
      () => budget.state('US'),
    ]) {
      const error: unknown = await call().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect((error as StorageUnavailableError).cause).toBeInstanceOf(Error);
    }
  });

  it('throws StorageUnavailableError when something else stands under its key, and leaves it be', async () => {
    const key = `${under.keyPrefix}{budget}`;
    await under.redis.set(key, 'something else', 'PX', DAY);

    await expect(budget.spend({ country: 'US', costMicros: CENT, limits: {} })).rejects.toThrow(
      StorageUnavailableError,
    );
    await expect(under.redis.get(key)).resolves.toBe('something else');
  });
});

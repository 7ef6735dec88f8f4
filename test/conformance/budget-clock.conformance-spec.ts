import { InProcessMoneyBudget, RedisMoneyBudget } from '@app/sms-verification';
import { connectSharedRedis, freshPrefix } from '../support/shared-redis';
import { Clock, DAY } from './budget-under-test';

describe('RedisMoneyBudget with an injected clock', () => {
  const clock = new Clock();
  const redis = connectSharedRedis();
  const keyPrefix = freshPrefix();
  const budget = new RedisMoneyBudget(redis, keyPrefix, () => clock.now);
  const model = new InProcessMoneyBudget(() => clock.now);

  afterAll(() => {
    redis.disconnect();
  });

  /** Spends on both, which answer alike. */
  async function spend(): Promise<string> {
    const request = { country: 'FR', costMicros: 60, limits: { overallMicros: 100 } };
    const answer = await budget.spend(request);
    expect(answer).toEqual(await model.spend(request));
    return answer.outcome;
  }

  it('counts by the days of that clock', async () => {
    expect(await spend()).toBe('spent');
    expect(await spend()).toBe('refused');
    clock.now += clock.untilMidnight - 1;
    expect(await spend()).toBe('refused');
    expect(await budget.state('FR')).toEqual(await model.state('FR'));
    clock.now += 1;
    expect(await spend()).toBe('spent');
    await budget.refund({ country: 'FR', costMicros: 60, day: clock.day });
    await model.refund({ country: 'FR', costMicros: 60, day: clock.day });
    expect(await spend()).toBe('spent');
    expect(await budget.state('FR')).toEqual(await model.state('FR'));
  });

  it('still bounds the life of its key', async () => {
    const [key] = await redis.keys(`${keyPrefix}*`);
    expect(await redis.pexpiretime(key ?? '')).toBe((clock.day + 2) * DAY);
  });
});

import type { RedisClient } from '../../storage/redis/lua-script';
import { orUnavailable } from '../../storage/redis/or-unavailable';
import { RedisKeys } from '../../storage/redis/redis-keys';
import { checkCountry, checkedLimits, checkRefund } from './checks';
import { MoneyBudget, type BudgetState, type SpendOutcome, type SpendRequest } from './money-budget';
import * as scripts from './scripts';

/** Keeps the budget in Redis, for any number of processes: each method is one Lua script and one round trip. */
export class RedisMoneyBudget extends MoneyBudget {
  private readonly budget: string;

  /**
   * @param client an ioredis client, as RedisSmsCodeStorage takes it
   * @param keyPrefix begins the name of the key
   */
  constructor(
    private readonly client: RedisClient,
    keyPrefix = 'sms:',
  ) {
    super();
    this.budget = new RedisKeys(keyPrefix).budget();
  }

  override async spend(request: SpendRequest): Promise<SpendOutcome> {
    const { country, costMicros } = request;
    const args = { country, costMicros, ...checkedLimits(request) };
    return orUnavailable(scripts.spendBudget.run(this.client, { budget: this.budget }, args));
  }

  override async refund(request: Parameters<MoneyBudget['refund']>[0]): Promise<void> {
    checkRefund(request);
    const { country, costMicros, day } = request;
    const args = { country, costMicros, day };
    await orUnavailable(scripts.refundBudget.run(this.client, { budget: this.budget }, args));
  }

  override async state(country: string): Promise<BudgetState> {
    checkCountry(country);
    return orUnavailable(scripts.readBudget.run(this.client, { budget: this.budget }, { country }));
  }
}

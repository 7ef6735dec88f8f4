import { LuaScript, type RedisClient } from '../../storage/redis/lua-script';
import { orUnavailable } from '../../storage/redis/or-unavailable';
import { RedisKeys } from '../../storage/redis/redis-keys';
import { checkCountry, checkedLimits, checkRefund } from './checks';
import { MoneyBudget, type BudgetState, type SpendOutcome, type SpendRequest } from './money-budget';
import * as scripts from './scripts';

/** Keeps the budget in Redis, for any number of processes: each method is one Lua script and one round trip. */
export class RedisMoneyBudget extends MoneyBudget {
  private readonly budget: string;
  private readonly scripts: Pick<typeof scripts, 'spendBudget' | 'readBudget' | 'refundBudget'>;

  /**
   * @param client an ioredis client, as RedisSmsCodeStorage takes it
   * @param keyPrefix begins the name of the key
   * @param clock for simulations and tests alone: milliseconds since 1970, always ahead of the server's clock, which
   *   it takes the place of
   */
  constructor(
    private readonly client: RedisClient,
    keyPrefix = 'sms:',
    clock?: () => number,
  ) {
    super();
    this.budget = new RedisKeys(keyPrefix).budget();
    const { spendBudget, readBudget } = scripts;
    this.scripts =
      clock === undefined
        ? scripts
        : {
            ...scripts,
            spendBudget: new LuaScript(spendBudget.definition, { clock }),
            readBudget: new LuaScript(readBudget.definition, { clock }),
          };
  }

  override async spend(request: SpendRequest): Promise<SpendOutcome> {
    const { country, costMicros } = request;
    const args = { country, costMicros, ...checkedLimits(request) };
    return orUnavailable(this.scripts.spendBudget.run(this.client, { budget: this.budget }, args));
  }

  override async refund(request: Parameters<MoneyBudget['refund']>[0]): Promise<void> {
    checkRefund(request);
    const { country, costMicros, day } = request;
    const args = { country, costMicros, day };
    await orUnavailable(this.scripts.refundBudget.run(this.client, { budget: this.budget }, args));
  }

  override async state(country: string): Promise<BudgetState> {
    checkCountry(country);
    return orUnavailable(this.scripts.readBudget.run(this.client, { budget: this.budget }, { country }));
  }
}

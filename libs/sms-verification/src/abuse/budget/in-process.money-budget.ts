import { checkCountry, checkedLimits, checkRefund } from './checks';
import { MoneyBudget, type BudgetState, type SpendOutcome, type SpendRequest } from './money-budget';

const DAY_MS = 86_400_000;

interface Spending {
  /** Days since 1970. */
  readonly day: number;
  overallMicros: number;
  readonly byCountry: Map<string, number>;
}

/** Keeps the budget in this process: one process alone may spend from it. The executable specification. */
export class InProcessMoneyBudget extends MoneyBudget {
  private spending: Spending = { day: 0, overallMicros: 0, byCountry: new Map() };

  /** @param now milliseconds since 1970 */
  constructor(private readonly now: () => number = Date.now) {
    super();
  }

  override async spend(request: SpendRequest): Promise<SpendOutcome> {
    const limits = checkedLimits(request);
    const { country, costMicros } = request;
    const now = this.now();
    const today = this.spendingOf(now);
    const own = today.byCountry.get(country) ?? 0;
    const scopes = [
      { scope: 'overall', limit: limits.overallMicros, spent: today.overallMicros },
      { scope: 'country', limit: limits.countryMicros, spent: own },
    ] as const;
    for (const { scope, limit, spent } of scopes) {
      if (limit === 0 || costMicros > limit - spent) {
        return Promise.resolve({ outcome: 'refused', scope, waitMs: endOf(today) - now });
      }
    }
    today.overallMicros += costMicros;
    today.byCountry.set(country, own + costMicros);
    this.spending = today;
    return Promise.resolve({ outcome: 'spent', day: today.day });
  }

  override async refund(request: Parameters<MoneyBudget['refund']>[0]): Promise<void> {
    checkRefund(request);
    const { country, costMicros, day } = request;
    const { spending } = this;
    if (spending.day === day) {
      const own = spending.byCountry.get(country) ?? 0;
      const refund = Math.min(costMicros, own);
      spending.overallMicros -= refund;
      spending.byCountry.set(country, own - refund);
    }
    return Promise.resolve();
  }

  override async state(country: string): Promise<BudgetState> {
    checkCountry(country);
    const now = this.now();
    const today = this.spendingOf(now);
    return Promise.resolve({
      overallMicros: today.overallMicros,
      countryMicros: today.byCountry.get(country) ?? 0,
      resetsInMs: endOf(today) - now,
    });
  }

  /** What the day has cost; nothing yet when what is kept is of an earlier one. See lua/include/budget.lua. */
  private spendingOf(now: number): Spending {
    const today = Math.floor(now / DAY_MS);
    const { spending } = this;
    return spending.day === today || spending.day === today + 1
      ? spending
      : { day: today, overallMicros: 0, byCountry: new Map() };
  }
}

function endOf({ day }: Spending): number {
  return (day + 1) * DAY_MS;
}

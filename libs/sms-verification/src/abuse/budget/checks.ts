import type { MoneyBudget } from './money-budget';

type Spend = Parameters<MoneyBudget['spend']>[0];
type Refund = Parameters<MoneyBudget['refund']>[0];

/** What a day may cost that has no limit: more cannot be counted exactly. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * Both limits of a request, checked like the rest of it: money is never counted with what is no whole number.
 *
 * @throws RangeError
 */
export function checkedLimits({ country, costMicros, limits }: Spend): {
  readonly overallMicros: number;
  readonly countryMicros: number;
} {
  const { overallMicros = UNLIMITED, countryMicros = UNLIMITED } = limits;
  checkCountry(country);
  checkWhole({ costMicros, overallMicros, countryMicros });
  return { overallMicros, countryMicros };
}

/** @throws RangeError */
export function checkRefund({ country, costMicros, day }: Refund): void {
  checkCountry(country);
  checkWhole({ costMicros, day });
}

/** @throws RangeError */
export function checkCountry(country: string): void {
  // The storage has fields of its own, in lower case, beside those of countries.
  if (!/^[A-Z]{2}$/.test(country)) throw new RangeError('country must be two capital letters');
}

function checkWhole(amounts: Readonly<Record<string, number>>): void {
  for (const [name, amount] of Object.entries(amounts)) {
    if (!Number.isSafeInteger(amount) || amount < 0) {
      throw new RangeError(`${name} must be a whole number, 0 or more`);
    }
  }
}

import {
  MICROS_PER_USD,
  type MoneyBudget,
} from '../../../../libs/sms-verification/src/abuse/budget/money-budget';
import type { Clock } from '../baselines/guarded';
import { NoDefence } from '../baselines/none';
import { DAY, EPOCH } from '../traffic/session';
import { livePast, PAST_DAYS, WARM_UP_DAYS } from './scenarios';
import type { Budget } from './simulation';
import { daysOf, microsOf, type DaySpending } from './spending';

/** What a day may cost. */
export interface Limits {
  readonly overallMicros: number;
  readonly byCountry: ReadonlyMap<string, number>;
}

/** So many times the dearest quiet day; a country's days differ more from each other than the whole's. */
export const OVERALL_TIMES = 1.5;
export const COUNTRY_TIMES = 2;

/** What an operator would set who has seen the quiet week before the attacks, in whole dollars. */
export async function limitsFor(seeds: readonly string[]): Promise<Limits> {
  const quiet: DaySpending[] = [];
  for (const seed of seeds) {
    const { spending } = await livePast(new NoDefence(), seed);
    // The first week is thrown away: a guard that warms up has not seen it either.
    const [from, to] = [EPOCH / DAY + WARM_UP_DAYS, EPOCH / DAY + PAST_DAYS];
    quiet.push(...daysOf(spending).filter(({ day }) => day >= from && day < to));
  }
  const countries = new Set(quiet.flatMap(({ byCountry }) => [...byCountry.keys()]));
  return {
    overallMicros: times(
      OVERALL_TIMES,
      quiet.map(({ overallMicros }) => overallMicros),
    ),
    byCountry: new Map(
      [...countries].map((country) => [
        country,
        times(
          COUNTRY_TIMES,
          quiet.map(({ byCountry }) => byCountry.get(country) ?? 0),
        ),
      ]),
    ),
  };
}

function times(factor: number, micros: readonly number[]): number {
  return Math.ceil((factor * Math.max(...micros)) / MICROS_PER_USD) * MICROS_PER_USD;
}

/** The project's own budget, which is told the time of each send. */
export class DayBudget implements Budget {
  constructor(
    private readonly budget: MoneyBudget,
    private readonly clock: Clock,
    private readonly limits: Limits,
  ) {}

  async spend(country: string, at: number): Promise<boolean> {
    this.clock.now = at;
    const { overallMicros, byCountry } = this.limits;
    const limits = { overallMicros, countryMicros: byCountry.get(country) };
    const { outcome } = await this.budget.spend({ country, costMicros: microsOf(country), limits });
    return outcome === 'spent';
  }
}

/** By how much any of these days went over what it might cost, in all or in a country. */
export function overspentMicros(days: readonly DaySpending[], limits: Limits): number {
  return Math.max(
    0,
    ...days.flatMap(({ overallMicros, byCountry }) => [
      overallMicros - limits.overallMicros,
      ...[...byCountry].map(([country, micros]) => micros - (limits.byCountry.get(country) ?? Infinity)),
    ]),
  );
}

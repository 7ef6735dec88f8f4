import { MICROS_PER_USD } from '../../../../libs/sms-verification/src/abuse/budget/money-budget';
import { countryOf } from '../traffic/countries';
import { DAY } from '../traffic/session';

/** What a day has cost, in millionths of a US dollar. */
export interface DaySpending {
  /** Days since 1970. */
  readonly day: number;
  readonly overallMicros: number;
  readonly byCountry: ReadonlyMap<string, number>;
}

export function microsOf(country: string): number {
  return Math.round(countryOf(country).priceUsd * MICROS_PER_USD);
}

/** What messages cost that really went out; counted apart from every budget, so that one can be held to its word. */
export class Spending {
  readonly byDay = new Map<number, Map<string, number>>();

  add(country: string, at: number): void {
    const day = Math.floor(at / DAY);
    const countries = this.byDay.get(day) ?? new Map<string, number>();
    countries.set(country, (countries.get(country) ?? 0) + microsOf(country));
    this.byDay.set(day, countries);
  }
}

/** A function, for spending that comes from another thread is data alone. */
export function daysOf({ byDay }: Pick<Spending, 'byDay'>): DaySpending[] {
  return [...byDay].map(([day, byCountry]) => ({
    day,
    overallMicros: [...byCountry.values()].reduce((sum, micros) => sum + micros, 0),
    byCountry,
  }));
}

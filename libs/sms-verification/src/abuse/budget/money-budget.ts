/** Money is counted in millionths of a US dollar, as whole numbers. */
export const MICROS_PER_USD = 1_000_000;

export interface SpendRequest {
  /** ISO 3166-1 alpha-2, or `ZZ`. */
  readonly country: string;
  readonly costMicros: number;
  /** What a day may cost in all, and in this country; undefined: no limit. A day begins at midnight UTC. */
  readonly limits: {
    readonly overallMicros?: number | undefined;
    readonly countryMicros?: number | undefined;
  };
}

export type SpendOutcome =
  /** `day` names the spending to `refund`. */
  | { readonly outcome: 'spent'; readonly day: number }
  /** Nothing was spent: it would have gone over. `waitMs` is the time until the next day. */
  | { readonly outcome: 'refused'; readonly scope: 'overall' | 'country'; readonly waitMs: number };

export interface BudgetState {
  readonly overallMicros: number;
  readonly countryMicros: number;
  /** Until the next day, in milliseconds. */
  readonly resetsInMs: number;
}

/**
 * Counts what messages cost, by day and country, and refuses what would go over (rule R20). Spending is one atomic
 * step: no number of instances overspends together.
 *
 * Every method throws StorageUnavailableError when it cannot tell what happened; nobody may send then.
 */
export abstract class MoneyBudget {
  abstract spend(request: SpendRequest): Promise<SpendOutcome>;

  /** Gives back what a message would have cost that every gateway definitely refused. */
  abstract refund(request: {
    readonly country: string;
    readonly costMicros: number;
    readonly day: number;
  }): Promise<void>;

  /** Tells what today has cost so far; changes nothing. */
  abstract state(country: string): Promise<BudgetState>;
}

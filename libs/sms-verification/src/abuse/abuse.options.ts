import type { PhoneNumber } from '../phone/phone-number';
import type { SendContext } from '../sms-verification.results';
import type { MoneyBudget } from './budget/money-budget';
import type { HumanChallenge } from './challenge/human-challenge';
import type { CountryPolicy } from './country/country-policy';
import type { GuardMode, PrefixGuard } from './prefix-guard/prefix-guard';

/** What a segment costs, in millionths of a US dollar. */
export interface Prices {
  readonly byCountry: ReadonlyMap<string, number>;
  /** For countries without a price of their own. */
  readonly defaultMicros: number;
}

/** What a day may cost, in millionths of a US dollar; undefined: no limit. */
export interface DailyBudgets {
  readonly overallMicros?: number | undefined;
  readonly byCountry?: ReadonlyMap<string, number> | undefined;
}

/** What the application is told when it is asked how a send looks to it. */
export interface RiskContext extends SendContext {
  readonly phone: PhoneNumber;
  readonly purpose: string;
  /** Whether the number has verified here in the last 90 days, or the device is recognised. */
  readonly known: boolean;
}

export type RiskAnswer = 'allow' | 'challenge' | 'refuse';

/** The application's own signals: device, age of the account, reputation of an address. */
export type AssessRisk = (context: RiskContext) => RiskAnswer | Promise<RiskAnswer>;

/** How sending is defended (rule R20). */
export interface AbuseOptions {
  /** Default: `enforce`, which only records while the guard warms up. */
  readonly mode?: GuardMode | undefined;
  /** Default: one in this process. */
  readonly guard?: PrefixGuard | undefined;
  /** Default: one in this process. */
  readonly budget?: MoneyBudget | undefined;
  /** Without prices nothing is spent, and no budget holds. */
  readonly prices?: Prices | undefined;
  readonly budgets?: DailyBudgets | undefined;
  /** Default: every country. */
  readonly regions?: CountryPolicy | undefined;
  /** Without one, who would be challenged is refused. */
  readonly challenge?: HumanChallenge | undefined;
  readonly assessRisk?: AssessRisk | undefined;
}

export interface ResolvedAbuseOptions extends AbuseOptions {
  readonly mode: GuardMode;
  readonly guard: PrefixGuard;
  readonly budget: MoneyBudget;
  readonly regions: CountryPolicy;
}

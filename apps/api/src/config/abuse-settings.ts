import { MICROS_PER_USD, type CountryPolicyOptions } from '@app/sms-verification';
import type { AbuseEnvironment } from './abuse-environment';
import { PricesError, readPrices, type Prices } from './prices';
import { parseList } from './text-formats';

/** How sending is defended. */
export interface AbuseSettings {
  readonly mode: 'off' | 'record' | 'enforce';
  readonly warmUpDays: number;
  readonly regions: CountryPolicyOptions;
  /** Without prices nothing is counted, and there are no budgets. */
  readonly prices: Prices | undefined;
  /** What a UTC day may cost, in millionths of a US dollar. */
  readonly budgets: {
    readonly overallMicros: number | undefined;
    readonly byCountry: ReadonlyMap<string, number>;
  };
  readonly challenge: {
    readonly kind: 'none' | 'altcha' | 'turnstile' | 'hcaptcha';
    readonly siteKey: string | undefined;
    readonly secret: string | undefined;
  };
}

/** The variables of those who judge challenges elsewhere. */
const ACCOUNTS = {
  turnstile: { siteKey: 'TURNSTILE_SITE_KEY', secret: 'TURNSTILE_SECRET' },
  hcaptcha: { siteKey: 'HCAPTCHA_SITE_KEY', secret: 'HCAPTCHA_SECRET' },
} as const;

/**
 * Turns the variables, each sound by itself, into settings, and notes what is wrong with them together or with the
 * file of prices.
 *
 * @param budgets amounts that SMS_BUDGET_USD_DAY_<country> gives
 */
export function abuseFrom(
  environment: AbuseEnvironment,
  budgets: ReadonlyMap<string, string>,
  problems: string[],
): AbuseSettings {
  const { SMS_REGIONS_ALLOW, SMS_REGIONS_DENY, SMS_PRICES, SMS_BUDGET_USD_DAY, SMS_CHALLENGE } = environment;
  if (SMS_REGIONS_ALLOW !== undefined && SMS_REGIONS_DENY !== undefined) {
    problems.push('SMS_REGIONS_DENY must not be set beside SMS_REGIONS_ALLOW: one of the two');
  }
  const [budget] = [
    ...(SMS_BUDGET_USD_DAY === undefined ? [] : ['SMS_BUDGET_USD_DAY']),
    ...[...budgets.keys()].map((country) => `SMS_BUDGET_USD_DAY_${country}`),
  ];
  if (budget !== undefined && SMS_PRICES === undefined) {
    problems.push(`SMS_PRICES must be set, because ${budget} counts what messages cost`);
  }
  const account =
    SMS_CHALLENGE === 'none' || SMS_CHALLENGE === 'altcha' ? undefined : ACCOUNTS[SMS_CHALLENGE];
  for (const variable of Object.values(account ?? {})) {
    if (environment[variable] === undefined) {
      problems.push(`${variable} must be set, because SMS_CHALLENGE is ${SMS_CHALLENGE}`);
    }
  }
  return {
    mode: environment.SMS_ABUSE_MODE,
    warmUpDays: environment.SMS_ABUSE_WARM_UP_DAYS,
    regions: {
      ...(SMS_REGIONS_ALLOW === undefined ? {} : { allow: parseList(SMS_REGIONS_ALLOW) }),
      ...(SMS_REGIONS_DENY === undefined ? {} : { deny: parseList(SMS_REGIONS_DENY) }),
    },
    prices: SMS_PRICES === undefined ? undefined : pricesFrom(SMS_PRICES, problems),
    budgets: {
      overallMicros: SMS_BUDGET_USD_DAY === undefined ? undefined : microsOf(SMS_BUDGET_USD_DAY),
      byCountry: new Map([...budgets].map(([country, usd]) => [country, microsOf(usd)])),
    },
    challenge: {
      kind: SMS_CHALLENGE,
      siteKey: account && environment[account.siteKey],
      secret: account && environment[account.secret],
    },
  };
}

function pricesFrom(path: string, problems: string[]): Prices | undefined {
  try {
    return readPrices(path);
  } catch (error) {
    if (!(error instanceof PricesError)) throw error;
    problems.push(...error.problems.map((problem) => `SMS_PRICES names ${problem}`));
    return undefined;
  }
}

/** Whole cents, so whole micros. */
function microsOf(usd: string): number {
  return Math.round(Number(usd) * 100) * (MICROS_PER_USD / 100);
}

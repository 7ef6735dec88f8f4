import { isCountry, NO_COUNTRY } from '@app/sms-verification';
import { IsIn, IsOptional } from 'class-validator';
import { GatewayEnvironment } from './gateway-environment';
import { isUsd, parseList } from './text-formats';
import { MustBe, WholeNumber } from './validators';

export const isCountryOrNone = (text: string): boolean => isCountry(text) || text === NO_COUNTRY;

const MOST_USD_A_DAY = 1_000_000;
export const isDailyBudget = (text: string): boolean => isUsd(text, [0, MOST_USD_A_DAY]);
export const DAILY_BUDGET = `US dollars from 0 to ${String(MOST_USD_A_DAY)}, such as 50 or 49.99`;

const Countries = (): PropertyDecorator =>
  MustBe('countries separated by commas, such as US,CA', (text) => parseList(text).every(isCountryOrNone));
const Account = (what: string): PropertyDecorator =>
  MustBe(`${what} of the account`, (text) => /^[\x21-\x7e]{1,256}$/.test(text));

/** The variables that say how sending is defended. */
export class AbuseEnvironment extends GatewayEnvironment {
  @IsIn(['off', 'record', 'enforce'], { message: 'must be off, record or enforce' })
  SMS_ABUSE_MODE: 'off' | 'record' | 'enforce' = 'enforce';

  @WholeNumber([0, 30])
  SMS_ABUSE_WARM_UP_DAYS = 7;

  @IsOptional()
  @Countries()
  SMS_REGIONS_ALLOW?: string;

  @IsOptional()
  @Countries()
  SMS_REGIONS_DENY?: string;

  @IsOptional()
  @MustBe('the path of a JSON file', (text) => text.length <= 4_096)
  SMS_PRICES?: string;

  @IsOptional()
  @MustBe(DAILY_BUDGET, isDailyBudget)
  SMS_BUDGET_USD_DAY?: string;

  @IsIn(['none', 'altcha', 'turnstile', 'hcaptcha'], {
    message: 'must be none, altcha, turnstile or hcaptcha',
  })
  SMS_CHALLENGE: 'none' | 'altcha' | 'turnstile' | 'hcaptcha' = 'altcha';

  @IsOptional()
  @Account('the site key')
  TURNSTILE_SITE_KEY?: string;

  @IsOptional()
  @Account('the secret key')
  TURNSTILE_SECRET?: string;

  @IsOptional()
  @Account('the site key')
  HCAPTCHA_SITE_KEY?: string;

  @IsOptional()
  @Account('the secret key')
  HCAPTCHA_SECRET?: string;
}

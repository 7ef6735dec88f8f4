import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import {
  BOUNDS,
  DEFAULT_CODE_LENGTH,
  DEFAULT_GATEWAY_TIMEOUT_MS,
  DEFAULT_PURPOSES,
  DURABILITIES,
  type Durability,
  PURPOSE_PATTERN,
} from '@app/sms-verification';
import { getMetadataStorage, IsIn, IsOptional, type MetadataStorage, validateSync } from 'class-validator';
import { AbuseEnvironment, DAILY_BUDGET, isCountryOrNone, isDailyBudget } from './abuse-environment';
import { isGatewayList } from './gateway-environment';
import { isRate, parseList } from './text-formats';
import { MustBe, WHOLE_NUMBER, WholeNumber } from './validators';

const seconds = ([low, high]: readonly [number, number]): [number, number] => [low / 1_000, high / 1_000];
const within = (text: string, [low, high]: readonly [number, number]): boolean =>
  /^[0-9]{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high;
const isSecret = (text: string): boolean => within(String(Buffer.byteLength(text)), BOUNDS.secretBytes);
const SECRET = `a secret of at least ${String(BOUNDS.secretBytes[0])} and at most ${String(BOUNDS.secretBytes[1])} bytes`;
const isNetwork = (text: string): boolean => {
  const [address = '', prefix = '1', ...rest] = text.split('/');
  const version = isIP(address);
  return version !== 0 && rest.length === 0 && within(prefix, [1, version === 4 ? 32 : 128]);
};
const isIpLimit = (text: string): boolean => isRate(text, [1, 999_999], [1_000, 86_400_000]);

/** Every environment variable that the application knows, with its default and its bounds. */
export class Environment extends AbuseEnvironment {
  @IsIn(['production', 'development', 'test'], { message: 'must be production, development or test' })
  NODE_ENV: 'production' | 'development' | 'test' = 'development';

  @IsOptional()
  @MustBe('an address to listen on, such as 127.0.0.1', (text) => /^[0-9A-Za-z.:-]+$/.test(text))
  HOST?: string;

  @WholeNumber([0, 65_535])
  PORT = 3000;

  @IsOptional()
  @WholeNumber([0, 60_000])
  SHUTDOWN_GRACE_MS?: number;

  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  API_DOCS?: 'true' | 'false';

  @IsOptional()
  @MustBe(
    'the number of proxies in front, or their addresses or networks separated by commas, such as 10.0.0.0/8',
    (text) => within(text, [0, 10]) || parseList(text).every(isNetwork),
  )
  TRUST_PROXY?: string;

  @IsOptional()
  @IsIn(['text', 'json'], { message: 'must be text or json' })
  LOG_FORMAT?: 'text' | 'json';

  @IsOptional()
  @MustBe(
    'visible ASCII characters, at least 32 and at most 1024',
    (text) => isSecret(text) && /^[\x21-\x7e]+$/.test(text),
  )
  METRICS_TOKEN?: string;

  @IsIn(['auto', 'redis', 'in-process'], { message: 'must be auto, redis or in-process' })
  SMS_STORE: 'auto' | 'redis' | 'in-process' = 'auto';

  @IsIn(DURABILITIES, { message: 'must be fence, wait or none' })
  SMS_DURABILITY: Durability = 'fence';

  @IsOptional()
  @MustBe(SECRET, isSecret)
  SMS_CODE_SECRET?: string;

  @IsOptional()
  @MustBe(SECRET, isSecret)
  SMS_CODE_SECRET_PREVIOUS?: string;

  @IsOptional()
  @MustBe(SECRET, isSecret)
  SMS_PHONE_KEY?: string;

  @MustBe('names in lower case separated by commas, such as login,register', (text) =>
    parseList(text).every((purpose) => PURPOSE_PATTERN.test(purpose)),
  )
  SMS_PURPOSES: string = DEFAULT_PURPOSES.join(',');

  @WholeNumber(BOUNDS.codeLength)
  SMS_CODE_LENGTH = DEFAULT_CODE_LENGTH;

  @WholeNumber(seconds(BOUNDS.lifetimeMs))
  SMS_CODE_EXPIRY_SECONDS = 300;

  @MustBe('seconds from 1 to 86400 separated by commas, such as 60,60,120,300', (text) =>
    parseList(text).every((item) => within(item, seconds(BOUNDS.cooldownMs))),
  )
  SMS_COOLDOWN_SECONDS = '60,60,120,300';

  @WholeNumber(BOUNDS.maxAttempts)
  SMS_MAX_ATTEMPTS = 5;

  @WholeNumber(BOUNDS.maxLive)
  SMS_MAX_LIVE = 3;

  @MustBe(
    'sends per duration separated by commas, such as 5/1h,10/1d (at most 100 sends, at most 7d)',
    (text) => parseList(text).every((item) => isRate(item, BOUNDS.quotaLimit, BOUNDS.quotaWindowMs)),
  )
  SMS_PHONE_QUOTA = '5/1h,10/1d';

  @MustBe(
    'failures/wait separated by commas, both rising, such as 5/1m,20/15m,100/1d (at most 100 failures, at most 7d)',
    (text) => parseList(text).every((item) => isRate(item, BOUNDS.failures, BOUNDS.failureWaitMs)),
  )
  SMS_FAILURE_WAITS = '5/1m,10/5m,20/15m,40/1h,70/4h,100/1d';

  @WholeNumber(seconds(BOUNDS.proofLifetimeMs))
  SMS_PROOF_EXPIRY_SECONDS = 600;

  @IsOptional()
  @MustBe('1 to 30 visible characters', (text) => /^[^\p{C}]{1,30}$/u.test(text))
  SMS_PRODUCT_NAME?: string;

  @IsOptional()
  @MustBe('a language tag, such as en', (text) => /^[A-Za-z0-9-]{2,35}$/.test(text))
  SMS_DEFAULT_LOCALE?: string;

  @IsOptional()
  @MustBe('host names separated by commas, such as auth.example.com', (text) =>
    parseList(text).every((host) => /^[a-z0-9.-]{1,253}$/.test(host)),
  )
  SMS_WEBOTP_HOSTS?: string;

  @IsOptional()
  @MustBe('hashes of 11 characters separated by commas', (text) =>
    parseList(text).every((hash) => /^[A-Za-z0-9+/]{11}$/.test(hash)),
  )
  SMS_ANDROID_APP_HASHES?: string;

  @IsOptional()
  @MustBe('purpose:locale pairs separated by commas, such as login:hi', (text) =>
    parseList(text).every((pair) => /^[a-z0-9_]+:[A-Za-z0-9-]+$/.test(pair)),
  )
  SMS_ALLOW_MULTI_SEGMENT?: string;

  @IsIn(['required', 'optional'], { message: 'must be required or optional' })
  SMS_BINDING: 'required' | 'optional' = 'required';

  @MustBe('requests per duration, such as 20/10m (at most 999999 requests, at most 1d)', isIpLimit)
  SMS_IP_SEND_LIMIT = '20/10m';

  @MustBe('requests per duration, such as 60/10m (at most 999999 requests, at most 1d)', isIpLimit)
  SMS_IP_VERIFY_LIMIT = '60/10m';

  @MustBe('requests per duration, such as 500/10m (at most 999999 requests, at most 1d)', isIpLimit)
  SMS_SUBNET_SEND_LIMIT = '500/10m';

  @WholeNumber(BOUNDS.gatewayTimeoutMs)
  SMS_SEND_TIMEOUT_MS = DEFAULT_GATEWAY_TIMEOUT_MS;
}

/** The settings that a purpose may have of its own, as `<name>_<PURPOSE>`. */
export const PER_PURPOSE = ['SMS_CODE_EXPIRY_SECONDS', 'SMS_COOLDOWN_SECONDS', 'SMS_MAX_ATTEMPTS'] as const;

/** One or more variables are not what they must be; each is named, and no value is shown. */
export class EnvironmentError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = EnvironmentError.name;
  }
}

/** The variables, validated, and for each purpose those that it has of its own. */
export interface ReadEnvironment {
  readonly shared: Environment;
  readonly byPurpose: ReadonlyMap<string, Environment>;
  /** Orders of gateways, as SMS_GATEWAYS_<country> gives them. */
  readonly gatewaysByCountry: ReadonlyMap<string, string>;
  /** Amounts in USD, as SMS_BUDGET_USD_DAY_<country> gives them. */
  readonly budgetsByCountry: ReadonlyMap<string, string>;
}

/** The variables of this process, those of a `.env` file in the working directory included. */
export function processEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/**
 * Validates the variables. Those that begin with `SMS_` must all be known, so that a misspelt one is not
 * silently ignored.
 *
 * @throws EnvironmentError naming every bad variable and what it must be
 */
export function readEnvironment(source: NodeJS.ProcessEnv): ReadEnvironment {
  // An empty variable counts as unset: that is how compose files and shells leave one out.
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  );
  const known = new Set(schemaNames());
  const shared = pick(given, known);
  const environment = environmentOf(shared);
  const problems = problemsOf(environment);

  const byPurpose = new Map<string, Environment>();
  for (const purpose of parseList(environment.SMS_PURPOSES)) {
    const suffix = `_${purpose.toUpperCase()}`;
    const own: Record<string, string> = {};
    for (const name of PER_PURPOSE) {
      const value = given[name + suffix];
      if (value !== undefined) own[name] = value;
    }
    PER_PURPOSE.forEach((name) => known.add(name + suffix));
    const overridden = environmentOf({ ...shared, ...own });
    byPurpose.set(purpose, overridden);
    problems.push(
      ...problemsOf(overridden, Object.keys(own)).map((problem) => problem.replace(' ', `${suffix} `)),
    );
  }
  const gatewaysByCountry = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const country = /^SMS_GATEWAYS_([A-Z]{2})$/.exec(name)?.[1];
    if (country === undefined || value === undefined) continue;
    known.add(name);
    if (!isGatewayList(value)) problems.push(`${name} must be like SMS_GATEWAYS`);
    gatewaysByCountry.set(country, value);
  }
  const budgetsByCountry = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const country = /^SMS_BUDGET_USD_DAY_(.*)$/.exec(name)?.[1];
    if (country === undefined || value === undefined || !isCountryOrNone(country)) continue;
    known.add(name);
    if (!isDailyBudget(value)) problems.push(`${name} must be ${DAILY_BUDGET}`);
    budgetsByCountry.set(country, value);
  }
  const unknown = Object.keys(given).filter((name) => name.startsWith('SMS_') && !known.has(name));
  problems.push(...unknown.map((name) => `${name} is not a setting of this application`));
  if (problems.length > 0) throw new EnvironmentError(problems);
  return { shared: environment, byPurpose, gatewaysByCountry, budgetsByCountry };
}

/** The variables that are given, and the defaults of the others. What is no number stays text, to be refused. */
function environmentOf(given: Readonly<Record<string, unknown>>): Environment {
  const values = { ...given };
  for (const { name, propertyName } of schemaRules()) {
    const text = given[propertyName];
    if (name === WHOLE_NUMBER && typeof text === 'string' && /^[0-9]{1,9}$/.test(text)) {
      values[propertyName] = Number(text);
    }
  }
  return Object.assign(new Environment(), values);
}

/** Every variable with a rule in the schema. */
function schemaNames(): string[] {
  return [...new Set(schemaRules().map(({ propertyName }) => propertyName))];
}

function schemaRules(): ReturnType<MetadataStorage['getTargetValidationMetadatas']> {
  return getMetadataStorage().getTargetValidationMetadatas(Environment, '', true, false);
}

function pick(given: Record<string, unknown>, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.has(name)));
}

function problemsOf(environment: Environment, names?: readonly string[]): string[] {
  return validateSync(environment, { validationError: { target: false, value: false } })
    .filter(({ property }) => names === undefined || names.includes(property))
    .map(({ property, constraints }) => `${property} ${Object.values(constraints ?? {}).join(' and ')}`);
}

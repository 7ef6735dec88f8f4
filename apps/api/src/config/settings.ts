import type { Durability, PurposeOptions, SmsVerificationOptions } from '@app/sms-verification';
import { abuseFrom, type AbuseSettings } from './abuse-settings';
import { EnvironmentError, readEnvironment, type Environment } from './environment';
import {
  isGatewayName,
  REQUIRED_BY_GATEWAY,
  type GatewayEnvironment,
  type GatewayName,
} from './gateway-environment';
import { namesRedis, ONE_PLACE, redisFrom, type RedisSettings } from './redis-settings';
import { parseList, parseRate, type Rate } from './text-formats';

/** Which gateways carry messages, and what each needs. */
export interface GatewaySettings {
  /** The first choice first. */
  readonly order: readonly GatewayName[];
  readonly orderByCountry: ReadonlyMap<string, readonly GatewayName[]>;
  readonly timeoutMs: number;
  readonly accounts: GatewayEnvironment;
}

/** Whether the log is for people or for programs. */
export type LogFormat = 'text' | 'json';

/** What the environment decides, in the application's own terms. */
export interface Settings {
  readonly production: boolean;
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Proxies whose X-Forwarded-For is believed: how many, or which; `false` for none. */
    readonly trustProxy: false | number | string[];
    /** How long the process still serves, not ready any more, after it was asked to end. */
    readonly shutdownGraceMs: number;
    /** Whether the service describes itself, under `/docs`. */
    readonly docs: boolean;
  };
  readonly logFormat: LogFormat;
  /** Who may read `/metrics`: who presents the token, or everybody; nothing is measured where this is undefined. */
  readonly metrics: { readonly token: string | undefined } | undefined;
  readonly store: 'redis' | 'in-process';
  readonly redis: RedisSettings | undefined;
  /** What a failover of Redis may do. */
  readonly durability: Durability;
  readonly ipLimits: { readonly send: Rate; readonly verify: Rate; readonly subnet: Rate };
  readonly gateways: GatewaySettings;
  readonly abuse: AbuseSettings;
  readonly developmentSecrets: boolean;
  readonly verification: Omit<SmsVerificationOptions, 'gateway' | 'storage'>;
}

/** Longer than load balancers commonly take to hear from `/health/ready`, shorter than the ten seconds that Docker waits. */
const PRODUCTION_GRACE_MS = 5_000;

/** Public by being here, so good for nothing but development: production refuses them. */
const DEVELOPMENT_SECRETS = {
  code: 'development-only code secret, not for production',
  phone: 'development-only phone key, not for production',
};

/**
 * Turns the environment into settings.
 *
 * @throws EnvironmentError naming every bad variable and what it must be
 */
export function readSettings(source: NodeJS.ProcessEnv): Settings {
  const { shared: environment, byPurpose, gatewaysByCountry, budgetsByCountry } = readEnvironment(source);
  const gateways = gatewaysFrom(environment, gatewaysByCountry);
  const problems = [...combinationProblems(environment), ...gatewayProblems(gateways)];
  const abuse = abuseFrom(environment, budgetsByCountry, problems);
  const configured = redisFrom(environment, problems);
  if (problems.length > 0) throw new EnvironmentError(problems);

  const production = environment.NODE_ENV === 'production';
  const redis = environment.SMS_STORE === 'in-process' ? undefined : configured;
  return {
    production,
    http: {
      host: environment.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
      port: environment.PORT,
      trustProxy: trustProxyFrom(environment.TRUST_PROXY),
      shutdownGraceMs: environment.SHUTDOWN_GRACE_MS ?? (production ? PRODUCTION_GRACE_MS : 0),
      docs: environment.API_DOCS === undefined ? !production : environment.API_DOCS === 'true',
    },
    logFormat: environment.LOG_FORMAT ?? (production ? 'json' : 'text'),
    metrics:
      production && environment.METRICS_TOKEN === undefined
        ? undefined
        : { token: environment.METRICS_TOKEN },
    store: redis === undefined ? 'in-process' : 'redis',
    redis,
    durability: environment.SMS_DURABILITY,
    ipLimits: {
      send: parseRate(environment.SMS_IP_SEND_LIMIT),
      verify: parseRate(environment.SMS_IP_VERIFY_LIMIT),
      subnet: parseRate(environment.SMS_SUBNET_SEND_LIMIT),
    },
    gateways,
    abuse,
    developmentSecrets: environment.SMS_CODE_SECRET === undefined || environment.SMS_PHONE_KEY === undefined,
    verification: {
      ...purposeOptionsFrom(environment),
      codeSecret: environment.SMS_CODE_SECRET ?? DEVELOPMENT_SECRETS.code,
      acceptedCodeSecrets:
        environment.SMS_CODE_SECRET_PREVIOUS === undefined ? [] : [environment.SMS_CODE_SECRET_PREVIOUS],
      phoneKey: environment.SMS_PHONE_KEY ?? DEVELOPMENT_SECRETS.phone,
      purposes: Object.fromEntries(
        [...byPurpose].map(([purpose, own]) => [purpose, purposeOptionsFrom(own)]),
      ),
      codeLength: environment.SMS_CODE_LENGTH,
      binding: environment.SMS_BINDING,
      maxLive: environment.SMS_MAX_LIVE,
      quotas: parseList(environment.SMS_PHONE_QUOTA)
        .map(parseRate)
        .map(({ count, durationMs }) => ({ limit: count, windowMs: durationMs })),
      failureWaits: failureWaitsFrom(environment),
      proofLifetimeMs: environment.SMS_PROOF_EXPIRY_SECONDS * 1_000,
      gatewayTimeoutMs: environment.SMS_SEND_TIMEOUT_MS,
      messages: {
        productName: environment.SMS_PRODUCT_NAME,
        defaultLocale: environment.SMS_DEFAULT_LOCALE,
        webOtpHosts: listFrom(environment.SMS_WEBOTP_HOSTS),
        androidAppHashes: listFrom(environment.SMS_ANDROID_APP_HASHES),
        allowedMultiSegment: listFrom(environment.SMS_ALLOW_MULTI_SEGMENT),
      },
    },
  };
}

/** What no variable can tell alone. */
function* combinationProblems(environment: Environment): Generator<string> {
  const {
    NODE_ENV,
    SMS_STORE,
    SMS_CODE_SECRET,
    SMS_CODE_SECRET_PREVIOUS,
    SMS_PHONE_KEY,
    SMS_GATEWAYS,
    SMS_PRODUCT_NAME,
  } = environment;
  const rises = failureWaitsFrom(environment).every(({ failures, waitMs }, index, all) => {
    const previous = all[index - 1];
    return previous === undefined || (failures > previous.failures && waitMs >= previous.waitMs);
  });
  if (!rises) yield 'SMS_FAILURE_WAITS must rise in both failures and waits';
  if (SMS_STORE === 'redis' && !namesRedis(environment))
    yield `${ONE_PLACE} must be set, because SMS_STORE is redis`;
  const codeSecrets = [SMS_CODE_SECRET ?? DEVELOPMENT_SECRETS.code, SMS_CODE_SECRET_PREVIOUS];
  if (codeSecrets.includes(SMS_PHONE_KEY ?? DEVELOPMENT_SECRETS.phone)) {
    yield 'SMS_PHONE_KEY must not be one of the code secrets';
  }
  if (NODE_ENV !== 'production') return;
  const own = 'must be set in production (try: openssl rand -base64 48)';
  for (const name of ['SMS_CODE_SECRET', 'SMS_CODE_SECRET_PREVIOUS', 'SMS_PHONE_KEY'] as const) {
    const value = environment[name];
    if (value === undefined && name !== 'SMS_CODE_SECRET_PREVIOUS') yield `${name} ${own}`;
    if (value !== undefined && Object.values(DEVELOPMENT_SECRETS).includes(value))
      yield `${name} must not be the development secret in production`;
  }
  if (SMS_STORE === 'auto' && !namesRedis(environment)) {
    yield `${ONE_PLACE} must be set in production, or SMS_STORE=in-process chosen by name (one process, forgets on restart)`;
  }
  if (SMS_GATEWAYS === undefined) yield 'SMS_GATEWAYS must be set in production';
  if (SMS_PRODUCT_NAME === undefined)
    yield 'SMS_PRODUCT_NAME must be set in production: people read it in every message';
}

function listFrom(text: string | undefined): string[] {
  return text === undefined ? [] : parseList(text);
}

function gatewaysFrom(environment: Environment, byCountry: ReadonlyMap<string, string>): GatewaySettings {
  const namesIn = (text: string): GatewayName[] => parseList(text).filter(isGatewayName);
  return {
    order: namesIn(environment.SMS_GATEWAYS ?? 'inbox'),
    orderByCountry: new Map([...byCountry].map(([country, names]) => [country, namesIn(names)])),
    timeoutMs: environment.SMS_GATEWAY_TIMEOUT_MS,
    accounts: environment,
  };
}

/** What the gateways that are used lack. */
function* gatewayProblems({ order, orderByCountry, accounts }: GatewaySettings): Generator<string> {
  for (const name of new Set([...order, ...[...orderByCountry.values()].flat()])) {
    for (const variable of REQUIRED_BY_GATEWAY[name]) {
      if (accounts[variable] === undefined)
        yield `${variable} must be set, because SMS_GATEWAYS names ${name}`;
    }
    const { TWILIO_FROM, TWILIO_MESSAGING_SERVICE_SID } = accounts;
    if (name === 'twilio' && (TWILIO_FROM === undefined) === (TWILIO_MESSAGING_SERVICE_SID === undefined)) {
      yield 'TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID must be set, one of the two, because SMS_GATEWAYS names twilio';
    }
  }
}

function failureWaitsFrom(environment: Environment): { failures: number; waitMs: number }[] {
  return parseList(environment.SMS_FAILURE_WAITS)
    .map(parseRate)
    .map(({ count, durationMs }) => ({ failures: count, waitMs: durationMs }));
}

function purposeOptionsFrom(environment: Environment): PurposeOptions {
  return {
    lifetimeMs: environment.SMS_CODE_EXPIRY_SECONDS * 1_000,
    cooldownsMs: parseList(environment.SMS_COOLDOWN_SECONDS).map((item) => Number(item) * 1_000),
    maxAttempts: environment.SMS_MAX_ATTEMPTS,
  };
}

function trustProxyFrom(text: string | undefined): false | number | string[] {
  if (text === undefined || text === '0') return false;
  return /^[0-9]+$/.test(text) ? Number(text) : parseList(text);
}

import {
  DEFAULT_CODE_LENGTH,
  DEFAULT_GATEWAY_TIMEOUT_MS,
  DEFAULT_POLICY,
  DEFAULT_PURPOSES,
} from '@app/sms-verification';
import { EnvironmentError } from './environment';
import { readSettings } from './settings';

const OWN_SECRETS = {
  SMS_CODE_SECRET: 'a code secret of this test, 32 bytes or more',
  SMS_PHONE_KEY: 'a phone key of this test, of 32 bytes or more',
};
const PRODUCTION = {
  NODE_ENV: 'production',
  ...OWN_SECRETS,
  SMS_GATEWAYS: 'inbox',
  SMS_STORE: 'in-process',
  SMS_PRODUCT_NAME: 'Example',
};

function problemsOf(source: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(source);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe(readSettings.name, () => {
  it('has the library’s own defaults when nothing is set', () => {
    const { verification } = readSettings({});
    const { lifetimeMs, cooldownsMs, maxAttempts, maxLive, quotas, failureWaits, proofLifetimeMs } =
      DEFAULT_POLICY;

    expect(verification).toMatchObject({
      ...{ lifetimeMs, cooldownsMs, maxAttempts, maxLive, quotas, failureWaits, proofLifetimeMs },
      codeLength: DEFAULT_CODE_LENGTH,
      gatewayTimeoutMs: DEFAULT_GATEWAY_TIMEOUT_MS,
      binding: 'required',
      acceptedCodeSecrets: [],
    });
    expect(verification.purposes).toEqual(
      Object.fromEntries(
        DEFAULT_PURPOSES.map((purpose) => [purpose, { lifetimeMs, cooldownsMs, maxAttempts }]),
      ),
    );
  });

  it('has the application’s own defaults when nothing is set', () => {
    expect(readSettings({})).toMatchObject({
      production: false,
      http: { host: '127.0.0.1', port: 3000, trustProxy: false, shutdownGraceMs: 0, docs: true },
      store: 'in-process',
      redis: undefined,
      ipLimits: { send: { count: 20, durationMs: 600_000 }, verify: { count: 60, durationMs: 600_000 } },
      developmentSecrets: true,
      abuse: {
        mode: 'enforce',
        warmUpDays: 7,
        regions: {},
        prices: undefined,
        budgets: { overallMicros: undefined, byCountry: new Map() },
        challenge: { kind: 'altcha', siteKey: undefined, secret: undefined },
      },
    });
  });

  it('gives load balancers time before the door closes, in production', () => {
    const production = { ...OWN_SECRETS, NODE_ENV: 'production', SMS_STORE: 'in-process' };
    const settings = readSettings({ ...production, SMS_GATEWAYS: 'inbox', SMS_PRODUCT_NAME: 'Example' });
    expect(settings.http.shutdownGraceMs).toBe(5_000);
    expect(readSettings({ SHUTDOWN_GRACE_MS: '250' }).http.shutdownGraceMs).toBe(250);
  });

  it('describes itself outside production, and elsewhere as it is told', () => {
    const production = { ...OWN_SECRETS, NODE_ENV: 'production', SMS_STORE: 'in-process' };
    const named = { ...production, SMS_GATEWAYS: 'inbox', SMS_PRODUCT_NAME: 'Example' };
    expect(readSettings(named).http.docs).toBe(false);
    expect(readSettings({ ...named, API_DOCS: 'true' }).http.docs).toBe(true);
    expect(readSettings({ API_DOCS: 'false' }).http.docs).toBe(false);
  });

  it('reads what the environment says, in milliseconds', () => {
    const settings = readSettings({
      ...OWN_SECRETS,
      SMS_CODE_SECRET_PREVIOUS: 'the code secret before that, 32 bytes or more',
      SMS_PURPOSES: 'login, sign_contract',
      SMS_CODE_EXPIRY_SECONDS: '120',
      SMS_CODE_EXPIRY_SECONDS_SIGN_CONTRACT: '60',
      SMS_COOLDOWN_SECONDS: '30, 90',
      SMS_MAX_ATTEMPTS_SIGN_CONTRACT: '3',
      SMS_MAX_LIVE: '1',
      SMS_PHONE_QUOTA: '3/15m',
      SMS_FAILURE_WAITS: '3/1m,50/1d',
      SMS_PROOF_EXPIRY_SECONDS: '90',
      SMS_BINDING: 'optional',
      SMS_CODE_LENGTH: '8',
      SMS_SEND_TIMEOUT_MS: '2500',
      SMS_PRODUCT_NAME: 'Example Bank',
      SMS_DEFAULT_LOCALE: 'pt',
      SMS_WEBOTP_HOSTS: 'login.example.com, example.com',
      SMS_ANDROID_APP_HASHES: 'FA+9qCX9VSu',
      SMS_ALLOW_MULTI_SEGMENT: 'login:hi',
      SMS_IP_SEND_LIMIT: '5/1m',
    });

    expect(settings.verification).toEqual({
      codeSecret: OWN_SECRETS.SMS_CODE_SECRET,
      acceptedCodeSecrets: ['the code secret before that, 32 bytes or more'],
      phoneKey: OWN_SECRETS.SMS_PHONE_KEY,
      purposes: {
        login: { lifetimeMs: 120_000, cooldownsMs: [30_000, 90_000], maxAttempts: 5 },
        sign_contract: { lifetimeMs: 60_000, cooldownsMs: [30_000, 90_000], maxAttempts: 3 },
      },
      lifetimeMs: 120_000,
      cooldownsMs: [30_000, 90_000],
      maxAttempts: 5,
      maxLive: 1,
      quotas: [{ limit: 3, windowMs: 900_000 }],
      failureWaits: [
        { failures: 3, waitMs: 60_000 },
        { failures: 50, waitMs: 86_400_000 },
      ],
      proofLifetimeMs: 90_000,
      binding: 'optional',
      codeLength: 8,
      gatewayTimeoutMs: 2_500,
      messages: {
        productName: 'Example Bank',
        defaultLocale: 'pt',
        webOtpHosts: ['login.example.com', 'example.com'],
        androidAppHashes: ['FA+9qCX9VSu'],
        allowedMultiSegment: ['login:hi'],
      },
    });
    expect(settings.ipLimits.send).toEqual({ count: 5, durationMs: 60_000 });
    expect(settings.developmentSecrets).toBe(false);
  });

  it.each([
    [undefined, false],
    ['0', false],
    ['2', 2],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
  ])('reads TRUST_PROXY=%s as %j', (text, trustProxy) => {
    expect(readSettings({ TRUST_PROXY: text }).http.trustProxy).toEqual(trustProxy);
  });

  const REDIS_URL = 'redis://127.0.0.1:6379';
  it.each([
    ['auto without Redis', { SMS_STORE: 'auto' }, 'in-process'],
    ['auto with Redis', { SMS_STORE: 'auto', REDIS_URL }, 'redis'],
    ['redis', { SMS_STORE: 'redis', REDIS_URL }, 'redis'],
    ['in-process beside a Redis', { SMS_STORE: 'in-process', REDIS_URL }, 'in-process'],
  ])('chooses the store: %s', (_what, source, store) => {
    const settings = readSettings(source);

    expect(settings.store).toBe(store);
    expect(settings.redis?.place).toEqual(
      store === 'redis' ? { topology: 'single', url: REDIS_URL } : undefined,
    );
  });

  it('listens on every address in production, unless it is told where', () => {
    expect(readSettings(PRODUCTION).http.host).toBe('0.0.0.0');
    expect(readSettings({ ...PRODUCTION, HOST: '10.0.0.5' }).http.host).toBe('10.0.0.5');
  });

  it('takes the development secrets for what they are, also when only one is missing', () => {
    const { SMS_CODE_SECRET, SMS_PHONE_KEY } = OWN_SECRETS;

    expect(readSettings({ SMS_CODE_SECRET }).developmentSecrets).toBe(true);
    expect(readSettings({ SMS_PHONE_KEY }).developmentSecrets).toBe(true);
  });

  it('refuses each development secret in production, in whichever place', () => {
    const { codeSecret, phoneKey } = readSettings({}).verification;
    for (const name of ['SMS_CODE_SECRET', 'SMS_CODE_SECRET_PREVIOUS', 'SMS_PHONE_KEY']) {
      for (const secret of [codeSecret, phoneKey]) {
        expect(problemsOf({ ...PRODUCTION, [name]: secret })).toContain(
          `${name} must not be the development secret in production`,
        );
      }
    }
  });

  it('needs no previous secret in production', () => {
    expect(problemsOf(PRODUCTION)).toEqual([]);
  });

  it('shows no secret in what it refuses [ASVS 16.2.5]', () => {
    const both = OWN_SECRETS.SMS_CODE_SECRET;
    const problems = problemsOf({ SMS_CODE_SECRET: both, SMS_PHONE_KEY: both });

    expect(problems).toEqual(['SMS_PHONE_KEY must not be one of the code secrets']);
    expect(new EnvironmentError(problems).message).not.toContain(both);
  });
});

import { InProcessMoneyBudget } from './abuse/budget/in-process.money-budget';
import { InProcessPrefixGuard } from './abuse/prefix-guard/in-process.prefix-guard';
import { SmsGateway, type SmsReceipt } from './gateway/sms.gateway';
import {
  BOUNDS,
  DEFAULT_POLICY,
  resolveOptions,
  SmsVerificationOptionsError,
  type SmsVerificationOptions,
} from './sms-verification.options';
import { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';

class NullGateway extends SmsGateway {
  override send(): Promise<SmsReceipt> {
    return Promise.resolve({ messageId: '' });
  }
}

const NEEDED: SmsVerificationOptions = {
  gateway: new NullGateway(),
  codeSecret: 'a secret of codes, of 32 bytes or more',
  phoneKey: 'a key of phones, of 32 bytes or more',
};

const resolve = (options: Partial<SmsVerificationOptions> = {}): ReturnType<typeof resolveOptions> =>
  resolveOptions({ ...NEEDED, ...options });

/** What is wrong with these options. */
function problemsOf(options: Partial<SmsVerificationOptions>): readonly string[] {
  try {
    resolve(options);
  } catch (error) {
    if (error instanceof SmsVerificationOptionsError) return error.problems;
    throw error;
  }
  return [];
}

describe(resolveOptions.name, () => {
  it('fills in the documented defaults [ASVS 6.1.1]', () => {
    const minutes = (count: number): number => count * 60_000;
    const { policies, storage, texts, abuse, ...rest } = resolve();

    expect(rest).toEqual({
      ...NEEDED,
      acceptedCodeSecrets: [],
      codeLength: 6,
      binding: 'required',
      gatewayTimeoutMs: 8_000,
    });
    expect(storage).toBeInstanceOf(InProcessSmsCodeStorage);
    expect(texts.chooseLocale({})).toBe('en');
    expect(abuse).toMatchObject({
      mode: 'enforce',
      guard: expect.any(InProcessPrefixGuard) as object,
      budget: expect.any(InProcessMoneyBudget) as object,
    });
    expect([...policies.keys()]).toEqual(['login', 'register', 'reset_password', 'change_phone']);
    for (const policy of policies.values()) {
      expect(policy).toEqual({
        lifetimeMs: minutes(5),
        cooldownsMs: [60_000, 60_000, 120_000, 300_000],
        cooldownMemoryMs: minutes(60),
        maxAttempts: 5,
        maxLive: 3,
        quotas: [
          { limit: 5, windowMs: minutes(60) },
          { limit: 10, windowMs: minutes(24 * 60) },
        ],
        failureWaits: [
          { failures: 5, waitMs: minutes(1) },
          { failures: 10, waitMs: minutes(5) },
          { failures: 20, waitMs: minutes(15) },
          { failures: 40, waitMs: minutes(60) },
          { failures: 70, waitMs: minutes(4 * 60) },
          { failures: 100, waitMs: minutes(24 * 60) },
        ],
        failureMemoryMs: minutes(30 * 24 * 60),
        proofLifetimeMs: minutes(10),
        resend: 'same',
        idempotencyMs: minutes(10),
        sendLeaseMs: 10_000,
        rememberMs: minutes(10),
      });
    }
  });

  it('locks by default at the 100 failures that NIST SP 800-63B-4 allows, for a day [NIST 3.2.2]', () => {
    expect(DEFAULT_POLICY.failureWaits.at(-1)).toEqual({ failures: 100, waitMs: 86_400_000 });
    expect(BOUNDS.failures[1]).toBe(100);
  });

  it('lets a purpose override what is its own, and gives it the rest of the shared options', () => {
    const { policies } = resolve({
      lifetimeMs: 120_000,
      maxLive: 2,
      purposes: { login: {}, sign_contract: { lifetimeMs: 60_000, maxAttempts: 3, cooldownsMs: [90_000] } },
    });

    expect(policies.get('login')).toEqual({ ...DEFAULT_POLICY, lifetimeMs: 120_000, maxLive: 2 });
    expect(policies.get('sign_contract')).toEqual({
      ...DEFAULT_POLICY,
      lifetimeMs: 60_000,
      maxLive: 2,
      maxAttempts: 3,
      cooldownsMs: [90_000],
    });
  });

  const wait = { failures: 5, waitMs: 60_000 };
  it.each<[string, readonly [number, number], (value: number) => Partial<SmsVerificationOptions>]>([
    ['codeLength [ASVS 6.5.4]', BOUNDS.codeLength, (codeLength) => ({ codeLength })],
    ['lifetimeMs [ASVS 6.5.5]', BOUNDS.lifetimeMs, (lifetimeMs) => ({ lifetimeMs })],
    ['cooldownsMs', BOUNDS.cooldownMs, (cooldown) => ({ cooldownsMs: [60_000, cooldown] })],
    ['cooldownMemoryMs', BOUNDS.cooldownMemoryMs, (cooldownMemoryMs) => ({ cooldownMemoryMs })],
    ['maxAttempts [ASVS 6.6.3]', BOUNDS.maxAttempts, (maxAttempts) => ({ maxAttempts })],
    ['maxLive', BOUNDS.maxLive, (maxLive) => ({ maxLive })],
    ['quotas.limit', BOUNDS.quotaLimit, (limit) => ({ quotas: [{ limit, windowMs: 60_000 }] })],
    ['quotas.windowMs', BOUNDS.quotaWindowMs, (windowMs) => ({ quotas: [{ limit: 1, windowMs }] })],
    [
      'failureWaits.failures [NIST 3.2.2]',
      BOUNDS.failures,
      (failures) => ({ failureWaits: [{ ...wait, failures }] }),
    ],
    ['failureWaits.waitMs', BOUNDS.failureWaitMs, (waitMs) => ({ failureWaits: [{ ...wait, waitMs }] })],
    ['failureMemoryMs', BOUNDS.failureMemoryMs, (failureMemoryMs) => ({ failureMemoryMs })],
    ['proofLifetimeMs', BOUNDS.proofLifetimeMs, (proofLifetimeMs) => ({ proofLifetimeMs })],
    ['rememberMs', BOUNDS.rememberMs, (rememberMs) => ({ rememberMs })],
    ['gatewayTimeoutMs', BOUNDS.gatewayTimeoutMs, (gatewayTimeoutMs) => ({ gatewayTimeoutMs })],
    [
      'the lifetime of one purpose',
      BOUNDS.lifetimeMs,
      (lifetimeMs) => ({ purposes: { login: { lifetimeMs } } }),
    ],
  ])('holds to its bounds %s', (_name, [low, high], options) => {
    expect(problemsOf(options(low))).toEqual([]);
    expect(problemsOf(options(high))).toEqual([]);
    for (const value of [low - 1, high + 1, low + 0.5, NaN, Infinity]) {
      expect(problemsOf(options(value)).join()).toContain(
        `must be a whole number from ${String(low)} to ${String(high)}, not ${String(value)}`,
      );
    }
  });

  it('lets no repeat be answered for a first request that the gateway may yet refuse', () => {
    expect(resolve({ gatewayTimeoutMs: 60_000 }).policies.get('login')?.sendLeaseMs).toBe(62_000);
    expect(problemsOf({ gatewayTimeoutMs: 8_000, sendLeaseMs: 7_999, purposes: { login: {} } })).toEqual([
      'login: sendLeaseMs must not be less than gatewayTimeoutMs',
    ]);
  });

  it('has the bounds that the standards set [ASVS 6.5.4, ASVS 6.5.5]', () => {
    expect(BOUNDS.codeLength[0]).toBe(6);
    expect(BOUNDS.lifetimeMs[1]).toBe(10 * 60_000);
  });

  it.each<[string, (secret: string) => Partial<SmsVerificationOptions>]>([
    ['codeSecret', (codeSecret) => ({ codeSecret })],
    ['acceptedCodeSecrets', (secret) => ({ acceptedCodeSecrets: [NEEDED.codeSecret, secret] })],
    ['phoneKey', (phoneKey) => ({ phoneKey })],
  ])('holds %s to 32 bytes at least and 1 KiB at most, and never shows it [ASVS 16.2.5]', (name, options) => {
    // Two bytes to a letter: bytes are counted, not letters.
    expect(problemsOf(options('é'.repeat(16)))).toEqual([]);
    expect(problemsOf(options('s'.repeat(1_024)))).toEqual([]);
    for (const secret of ['', 's'.repeat(31), 's'.repeat(1_025)]) {
      expect(problemsOf(options(secret))).toEqual([
        `bytes of ${name} must be a whole number from 32 to 1024, not ${String(secret.length)}`,
      ]);
    }
  });

  it.each([
    ['current', { codeSecret: NEEDED.phoneKey }],
    ['accepted', { acceptedCodeSecrets: [NEEDED.phoneKey] }],
  ])('refuses a phone key that is also the %s code secret', (_which, options) => {
    expect(problemsOf(options)).toEqual(['phoneKey must not be one of the code secrets']);
  });

  it.each(['', 'Login', '2fa', 'log-in', 'log in', 'login:x', '{login}', 'a'.repeat(33), '__proto__'])(
    'refuses a purpose named %j',
    (purpose) => {
      expect(problemsOf({ purposes: Object.fromEntries([[purpose, {}]]) })).toHaveLength(1);
    },
  );

  it('refuses to have no purpose, no cooldown, or no lock', () => {
    expect(problemsOf({ purposes: {} })).toEqual(['purposes must name at least one purpose']);
    expect(problemsOf({ purposes: { login: { cooldownsMs: [] } } })).toHaveLength(1);
    expect(problemsOf({ purposes: { login: {} }, failureWaits: [] })).toHaveLength(1);
  });

  it.each([
    ['as many failures as before', { failures: 5, waitMs: 90_000 }],
    ['fewer failures', { failures: 4, waitMs: 90_000 }],
    ['a shorter wait', { failures: 6, waitMs: 59_999 }],
  ])('refuses a wait for failures that is followed by %s', (_what, next) => {
    expect(problemsOf({ purposes: { login: {} }, failureWaits: [wait, next] })).toEqual([
      'login: failureWaits must rise',
    ]);
  });

  it('names everything that is wrong at once', () => {
    const wrong = { codeLength: 4, phoneKey: 'short', purposes: { login: { maxAttempts: 0 } } };

    expect(() => resolve(wrong)).toThrow(/codeLength[^]*phoneKey[^]*login: maxAttempts/);
    expect(problemsOf(wrong)).toHaveLength(3);
  });
});

import type { AbuseOptions, ResolvedAbuseOptions } from './abuse/abuse.options';
import { InProcessMoneyBudget } from './abuse/budget/in-process.money-budget';
import { CountryPolicy } from './abuse/country/country-policy';
import { InProcessPrefixGuard } from './abuse/prefix-guard/in-process.prefix-guard';
import type { SmsGateway } from './gateway/sms.gateway';
import type { MessageTextOptions } from './message/message-text.options';
import { VerificationTexts } from './message/verification-texts';
import { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';
import type { SmsCodeStorage } from './storage/sms-code.storage';
import type { VerificationPolicy } from './verification-policy';

/** The part of the policy that a purpose may set for itself; quotas are per phone and so the same for all. */
export type PurposeOptions = Partial<
  Pick<VerificationPolicy, 'lifetimeMs' | 'cooldownsMs' | 'maxAttempts' | 'proofLifetimeMs'>
>;

/** What `SmsVerificationModule.forRoot` takes. Durations are milliseconds. */
export interface SmsVerificationOptions extends Partial<VerificationPolicy> {
  /** What carries the messages. */
  readonly gateway: SmsGateway;
  /** Where codes are remembered. Default: this process's memory, good for one process. */
  readonly storage?: SmsCodeStorage | undefined;
  /** Keys the digests of codes; 32 bytes or more. */
  readonly codeSecret: string;
  /**
   * Secrets whose digests are accepted too. To rotate without refusing anyone: first add the new secret here
   * on every instance, then swap the two, then, a code's lifetime later, remove the old one.
   */
  readonly acceptedCodeSecrets?: readonly string[];
  /** Keys the fingerprints of phones; 32 bytes or more, and not a code secret. Changing it forgets everything. */
  readonly phoneKey: string;
  /** The purposes that exist, with what each does differently. */
  readonly purposes?: Readonly<Record<string, PurposeOptions>>;
  /** Digits of a code: 6–10 (ASVS 6.5.4 asks for 20 bits). */
  readonly codeLength?: number;
  /** `optional` lets verify omit the verificationId; the newest verification is meant then (rule R8). */
  readonly binding?: 'required' | 'optional';
  /** How long the gateway may take to accept a message. */
  readonly gatewayTimeoutMs?: number;
  /** What the messages say, in which locales, and for which clients. */
  readonly messages?: MessageTextOptions;
  /** How sending is defended against those who make money with it. */
  readonly abuse?: AbuseOptions;
}

/** The options with every default filled in and every bound checked: what the library works with. */
export interface ResolvedSmsVerificationOptions {
  readonly gateway: SmsGateway;
  readonly storage: SmsCodeStorage;
  readonly codeSecret: string;
  readonly acceptedCodeSecrets: readonly string[];
  readonly phoneKey: string;
  readonly policies: ReadonlyMap<string, VerificationPolicy>;
  readonly codeLength: number;
  readonly binding: 'required' | 'optional';
  readonly gatewayTimeoutMs: number;
  readonly texts: VerificationTexts;
  readonly abuse: ResolvedAbuseOptions;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a send takes at most beyond its gateway's time: what is not settled by then never will be. */
const SETTLING_MS = 2 * SECOND;

/** The defaults, in one place; the README's tables are held to them. */
export const DEFAULT_POLICY: VerificationPolicy = {
  lifetimeMs: 5 * MINUTE,
  cooldownsMs: [60 * SECOND, 60 * SECOND, 120 * SECOND, 300 * SECOND],
  cooldownMemoryMs: 1 * HOUR,
  maxAttempts: 5,
  maxLive: 3,
  quotas: [
    { limit: 5, windowMs: 1 * HOUR },
    { limit: 10, windowMs: 1 * DAY },
  ],
  // Ends at the 100 failures of NIST SP 800-63B-4 §3.2.2.
  failureWaits: [
    { failures: 5, waitMs: 1 * MINUTE },
    { failures: 10, waitMs: 5 * MINUTE },
    { failures: 20, waitMs: 15 * MINUTE },
    { failures: 40, waitMs: 1 * HOUR },
    { failures: 70, waitMs: 4 * HOUR },
    { failures: 100, waitMs: 1 * DAY },
  ],
  failureMemoryMs: 30 * DAY,
  proofLifetimeMs: 10 * MINUTE,
  resend: 'same',
  idempotencyMs: 10 * MINUTE,
  sendLeaseMs: 10 * SECOND,
  rememberMs: 10 * MINUTE,
};

export const DEFAULT_PURPOSES = ['login', 'register', 'reset_password', 'change_phone'] as const;
export const DEFAULT_CODE_LENGTH = 6;
export const DEFAULT_GATEWAY_TIMEOUT_MS = 8 * SECOND;

/** Lowest and highest value of each number; the reasons stand in the README's table of settings. */
export const BOUNDS = {
  codeLength: [6, 10],
  lifetimeMs: [1 * SECOND, 10 * MINUTE],
  cooldownMs: [1 * SECOND, 1 * DAY],
  cooldownMemoryMs: [0, 7 * DAY],
  maxAttempts: [1, 10],
  maxLive: [1, 5],
  quotaLimit: [1, 100],
  quotaWindowMs: [1 * SECOND, 7 * DAY],
  failures: [1, 100],
  failureWaitMs: [1 * SECOND, 7 * DAY],
  failureMemoryMs: [1 * DAY, 90 * DAY],
  proofLifetimeMs: [1 * SECOND, 60 * MINUTE],
  idempotencyMs: [1 * SECOND, 1 * DAY],
  sendLeaseMs: [1 * SECOND, 2 * MINUTE],
  rememberMs: [0, 1 * DAY],
  gatewayTimeoutMs: [100, 60 * SECOND],
  secretBytes: [32, 1024],
} as const satisfies Record<string, readonly [number, number]>;

/** The form of a purpose's name; storage builds key fields from it. */
export const PURPOSE_PATTERN = /^[a-z][a-z0-9_]{0,31}$/;

/** Options that break a bound; the message names each one. */
export class SmsVerificationOptionsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The options of SmsVerificationModule are not valid:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.name = SmsVerificationOptionsError.name;
  }
}

/**
 * Fills in the defaults and checks every bound. Both `forRoot` and `forRootAsync` go through here.
 *
 * @throws SmsVerificationOptionsError naming every option that is out of bounds
 * @throws MessageTextOptionsError, TextTooLongError naming every text that cannot be used or would cost too much
 */
export function resolveOptions(options: SmsVerificationOptions): ResolvedSmsVerificationOptions {
  const purposes = options.purposes ?? Object.fromEntries(DEFAULT_PURPOSES.map((purpose) => [purpose, {}]));
  const gatewayTimeoutMs = options.gatewayTimeoutMs ?? DEFAULT_GATEWAY_TIMEOUT_MS;
  const base = policyFrom({ ...DEFAULT_POLICY, sendLeaseMs: gatewayTimeoutMs + SETTLING_MS }, options);
  const resolved: ResolvedSmsVerificationOptions = {
    gateway: options.gateway,
    storage: options.storage ?? new InProcessSmsCodeStorage(),
    codeSecret: options.codeSecret,
    acceptedCodeSecrets: options.acceptedCodeSecrets ?? [],
    phoneKey: options.phoneKey,
    policies: new Map(Object.entries(purposes).map(([name, own]) => [name, policyFrom(base, own)])),
    codeLength: options.codeLength ?? DEFAULT_CODE_LENGTH,
    binding: options.binding ?? 'required',
    gatewayTimeoutMs,
    texts: new VerificationTexts(options.messages),
    abuse: resolveAbuse(options.abuse),
  };
  const problems = [...problemsOf(resolved)];
  if (problems.length > 0) throw new SmsVerificationOptionsError(problems);
  // Measured at the start, with the longest values there can be: nobody is to learn it from a bill.
  resolved.texts.measure(resolved.policies, resolved.codeLength);
  return resolved;
}

function resolveAbuse(options: AbuseOptions = {}): ResolvedAbuseOptions {
  return {
    ...options,
    mode: options.mode ?? 'enforce',
    guard: options.guard ?? new InProcessPrefixGuard(),
    budget: options.budget ?? new InProcessMoneyBudget(),
    regions: options.regions ?? new CountryPolicy(),
  };
}

function policyFrom(base: VerificationPolicy, own: Partial<VerificationPolicy>): VerificationPolicy {
  return {
    lifetimeMs: own.lifetimeMs ?? base.lifetimeMs,
    cooldownsMs: own.cooldownsMs ?? base.cooldownsMs,
    cooldownMemoryMs: own.cooldownMemoryMs ?? base.cooldownMemoryMs,
    maxAttempts: own.maxAttempts ?? base.maxAttempts,
    maxLive: own.maxLive ?? base.maxLive,
    quotas: own.quotas ?? base.quotas,
    failureWaits: own.failureWaits ?? base.failureWaits,
    failureMemoryMs: own.failureMemoryMs ?? base.failureMemoryMs,
    proofLifetimeMs: own.proofLifetimeMs ?? base.proofLifetimeMs,
    resend: own.resend ?? base.resend,
    idempotencyMs: own.idempotencyMs ?? base.idempotencyMs,
    sendLeaseMs: own.sendLeaseMs ?? base.sendLeaseMs,
    rememberMs: own.rememberMs ?? base.rememberMs,
  };
}

function* problemsOf(options: ResolvedSmsVerificationOptions): Generator<string> {
  yield* outside('codeLength', options.codeLength, BOUNDS.codeLength);
  yield* outside('gatewayTimeoutMs', options.gatewayTimeoutMs, BOUNDS.gatewayTimeoutMs);
  const secrets = { codeSecret: options.codeSecret, phoneKey: options.phoneKey };
  for (const [name, secret] of Object.entries(secrets)) {
    yield* outside(`bytes of ${name}`, Buffer.byteLength(secret), BOUNDS.secretBytes);
  }
  for (const secret of options.acceptedCodeSecrets) {
    yield* outside('bytes of acceptedCodeSecrets', Buffer.byteLength(secret), BOUNDS.secretBytes);
  }
  if ([options.codeSecret, ...options.acceptedCodeSecrets].includes(options.phoneKey)) {
    yield 'phoneKey must not be one of the code secrets';
  }
  if (options.policies.size === 0) yield 'purposes must name at least one purpose';
  for (const [purpose, policy] of options.policies) {
    if (!PURPOSE_PATTERN.test(purpose)) yield `purpose "${purpose}" must match ${PURPOSE_PATTERN.source}`;
    for (const problem of policyProblems(policy)) yield `${purpose}: ${problem}`;
    // A repeat must not be answered for a first request that may yet fail and be taken back.
    if (policy.sendLeaseMs < options.gatewayTimeoutMs) {
      yield `${purpose}: sendLeaseMs must not be less than gatewayTimeoutMs`;
    }
  }
}

function* policyProblems(policy: VerificationPolicy): Generator<string> {
  const single = ['lifetimeMs', 'maxAttempts', 'maxLive', 'cooldownMemoryMs', 'failureMemoryMs'] as const;
  const others = ['proofLifetimeMs', 'idempotencyMs', 'sendLeaseMs', 'rememberMs'] as const;
  for (const name of [...single, ...others]) {
    yield* outside(name, policy[name], BOUNDS[name]);
  }
  if (policy.cooldownsMs.length === 0) yield 'cooldownsMs must have at least one wait';
  for (const cooldown of policy.cooldownsMs) yield* outside('cooldownsMs', cooldown, BOUNDS.cooldownMs);
  for (const { limit, windowMs } of policy.quotas) {
    yield* outside('quotas.limit', limit, BOUNDS.quotaLimit);
    yield* outside('quotas.windowMs', windowMs, BOUNDS.quotaWindowMs);
  }
  if (policy.failureWaits.length === 0) yield 'failureWaits must end with a lock';
  for (const [index, { failures, waitMs }] of policy.failureWaits.entries()) {
    yield* outside('failureWaits.failures', failures, BOUNDS.failures);
    yield* outside('failureWaits.waitMs', waitMs, BOUNDS.failureWaitMs);
    const previous = policy.failureWaits[index - 1];
    if (previous !== undefined && (failures <= previous.failures || waitMs < previous.waitMs)) {
      yield 'failureWaits must rise';
    }
  }
}

function* outside(name: string, value: number, [low, high]: readonly [number, number]): Generator<string> {
  if (!Number.isSafeInteger(value) || value < low || value > high) {
    yield `${name} must be a whole number from ${String(low)} to ${String(high)}, not ${String(value)}`;
  }
}

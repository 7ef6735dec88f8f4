import { CodeDigester } from '../code/keyed-digest';
import { isPhoneFingerprint } from '../phone/phone-fingerprint';
import { DEFAULT_POLICY } from '../sms-verification.options';
import { InProcessSmsCodeStorage } from '../storage/in-process/in-process.sms-code.storage';
import type { Subject } from '../storage/sms-code.storage';
import type { VerificationPolicy } from '../verification-policy';
import { limitsInForce } from './limits-in-force';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const POLICY: VerificationPolicy = {
  ...DEFAULT_POLICY,
  lifetimeMs: 5 * MINUTE,
  cooldownsMs: [MINUTE],
  maxAttempts: 2,
  quotas: [
    { limit: 2, windowMs: HOUR },
    { limit: 3, windowMs: DAY },
  ],
  failureWaits: [
    { failures: 2, waitMs: 10 * SECOND },
    { failures: 50, waitMs: 2 * HOUR },
  ],
};
const QUOTA = { reason: 'quota', ...POLICY.quotas[0] };

describe(limitsInForce.name, () => {
  let now: number;
  let storage: InProcessSmsCodeStorage;
  let issued: number;
  const login = subject('login');

  beforeEach(() => {
    now = 1_000 * DAY;
    issued = 0;
    storage = new InProcessSmsCodeStorage(() => now);
  });

  const limits = async (asked = login): Promise<unknown> => {
    const found = await limitsInForce(storage, asked, POLICY);
    return [...found.limits].sort((first, second) => first.waitMs - second.waitMs);
  };

  async function send(asked = login): Promise<string> {
    issued += 1;
    const verificationId = `verification ${String(issued)}`;
    const code = { digest: digestOf('123456', asked), sealedCode: 'sealed' };
    const outcome = await storage.issue({ ...asked, ...code, verificationId, policy: POLICY });
    expect(outcome.outcome).toBe('issued');
    return verificationId;
  }

  async function fail(verificationId: string): Promise<void> {
    const candidates = [digestOf('654321', login)];
    const guess = { ...login, verificationId, candidates, proofDigest: 'p', policy: POLICY };
    expect((await storage.verifyAndRemove(guess)).outcome).toBe('wrong');
  }

  it('finds none of a phone that nothing is known of', async () => {
    expect(await limits()).toEqual([]);
  });

  it('finds the cooldown of the purpose, and none of another', async () => {
    await send();
    now += 20 * SECOND;
    expect(await limits()).toEqual([{ reason: 'cooldown', waitMs: 40 * SECOND }]);
    expect(await limits(subject('register'))).toEqual([]);
  });

  it('finds the quota behind the cooldown, for every purpose', async () => {
    await send();
    now += 30 * MINUTE;
    await send();
    expect(await limits()).toEqual([
      { reason: 'cooldown', waitMs: MINUTE },
      { ...QUOTA, waitMs: 30 * MINUTE },
    ]);
    expect(await limits(subject('register'))).toEqual([{ ...QUOTA, waitMs: 30 * MINUTE }]);
  });

  it('finds two quotas that are both full', async () => {
    await send();
    now += 2 * HOUR;
    await send();
    now += MINUTE;
    await send();
    now += MINUTE;
    expect(await limits()).toEqual([
      { ...QUOTA, waitMs: 58 * MINUTE },
      { reason: 'quota', ...POLICY.quotas[1], waitMs: 21 * HOUR + 58 * MINUTE },
    ]);
  });

  it('finds failures that open before the cooldown does, until they do', async () => {
    const verificationId = await send();
    await fail(verificationId);
    await fail(verificationId);
    now += 4 * SECOND;
    expect(await limits()).toEqual([
      { reason: 'failures', waitMs: 6 * SECOND },
      { reason: 'cooldown', waitMs: 56 * SECOND },
    ]);
    now += 6 * SECOND;
    expect(await limits()).toEqual([{ reason: 'cooldown', waitMs: 50 * SECOND }]);
  });

  it('tells how the subject stands beside', async () => {
    await send();
    expect(await limitsInForce(storage, login, POLICY)).toMatchObject({ exists: true, ttlMs: 5 * MINUTE });
  });
});

function subject(purpose: string): Subject {
  const phone = 'p'.repeat(16);
  if (!isPhoneFingerprint(phone)) throw new Error('this is no fingerprint');
  return { phone, purpose };
}

function digestOf(code: string, { phone, purpose }: Subject) {
  return new CodeDigester('a secret of codes, of 32 bytes or more', []).digest(code, {
    fingerprint: phone,
    purpose,
  });
}

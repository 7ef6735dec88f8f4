import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import {
  PhoneNumber,
  RedisMoneyBudget,
  RedisPrefixGuard,
  SendingPausedError,
  StorageUnavailableError,
} from '@app/sms-verification';
import { AbuseDefence, type Admission } from '../../libs/sms-verification/src/abuse/abuse-defence';
import { CountryPolicy } from '../../libs/sms-verification/src/abuse/country/country-policy';
import type { HumanChallenge } from '../../libs/sms-verification/src/abuse/challenge/human-challenge';
import {
  PREFIX_GUARD_TUNING,
  type PrefixGuardTuning,
} from '../../libs/sms-verification/src/abuse/prefix-guard/prefix-guard.tuning';
import { SmsVerificationEvents } from '../../libs/sms-verification/src/sms-verification.events';
import { connectSharedRedis, freshPrefix, sharedRedisUrl } from '../support/shared-redis';
import { keysUnder } from '../support/time-travel';

const PRICE = 50_000;
/** What a day may cost: twenty messages. */
const LIMIT = 20 * PRICE;
/** Of the range that is attacked, like the strangers. */
const KNOWN = PhoneNumber.parse('+33612345678');
const stranger = (number: number): PhoneNumber => PhoneNumber.parse(`+3361234${String(1000 + number)}`);

describe('what the guard knew is lost in the middle of an attack', () => {
  let redis: Redis;
  let prefix: string;
  let events: string[];
  beforeEach(() => {
    redis = connectSharedRedis();
    prefix = freshPrefix();
    events = [];
  });
  afterEach(() => {
    redis.disconnect();
  });

  const defenceOf = (client: Redis, tuning: Partial<PrefixGuardTuning>): AbuseDefence => {
    const hook = new SmsVerificationEvents();
    hook.subscribe(({ type }) => void events.push(type));
    const guard = new RedisPrefixGuard(client, prefix, { ...PREFIX_GUARD_TUNING, ...tuning });
    const options = {
      mode: 'enforce' as const,
      guard,
      budget: new RedisMoneyBudget(client, prefix),
      regions: new CountryPolicy(),
      prices: { byCountry: new Map(), defaultMicros: PRICE },
      budgets: { overallMicros: LIMIT },
      challenge: { kind: 'riddle' } as HumanChallenge,
    };
    return new AbuseDefence(options, 'a key', hook);
  };
  const admit = (defence: AbuseDefence, phone: PhoneNumber, known = false): Promise<Admission> =>
    defence.admit({ phone, purpose: 'login' }, { known, resend: false, segments: 1 });
  const refusal = (admission: Promise<Admission>): Promise<unknown> =>
    admission.then(
      () => 'admitted',
      (error: unknown) => error,
    );
  const spent = async (): Promise<number> =>
    (await new RedisMoneyBudget(redis, prefix).state('FR')).overallMicros;

  /** Strangers send until the guard asks for a challenge, and known numbers until there is room for three messages. */
  async function attack(defence: AbuseDefence): Promise<void> {
    for (let number = 0; number < 8; number += 1) await admit(defence, stranger(number));
    await expect(admit(defence, stranger(8))).rejects.toMatchObject({ code: 'challenge_required' });
    while ((await spent()) < LIMIT - 3 * PRICE) await admit(defence, KNOWN, true);
  }

  async function expectTheBudgetToHold(
    defence: AbuseDefence,
    phone: PhoneNumber,
    known: boolean,
  ): Promise<void> {
    expect(await spent()).toBe(LIMIT);
    expect(await refusal(admit(defence, phone, known))).toBeInstanceOf(SendingPausedError);
    expect(events.at(-1)).toBe('budget_exhausted');
    expect(await spent()).toBe(LIMIT);
  }

  it.each([
    ['which begins its warm-up anew', { warmUpMs: PREFIX_GUARD_TUNING.warmUpMs }],
    ['which has none', { warmUpMs: 0 }],
  ])('with its keys, %s: known numbers pass, and the budget holds', async (_which, tuning) => {
    const defence = defenceOf(redis, tuning);
    if (tuning.warmUpMs > 0) await warmedUp();
    await attack(defence);
    await redis.del(await keysUnder(redis, `${prefix}{guard}:`));

    await admit(defence, KNOWN, true);
    // The attack is let through until it is noticed again, or while the guard warms up: as far as the budget goes.
    for (let number = 0; number < 2; number += 1) await admit(defence, stranger(number));
    await expectTheBudgetToHold(defence, stranger(9), false);
    await expectTheBudgetToHold(defence, KNOWN, true);
    const { enforced } = await new RedisPrefixGuard(redis, prefix, {
      ...PREFIX_GUARD_TUNING,
      ...tuning,
    }).assess({
      levels: { country: 'FR', operator: 'FR-000', range: 'FR-0000000000' },
      known: false,
      challenged: false,
      resend: false,
      mode: 'enforce',
    });
    expect(enforced).toBe(tuning.warmUpMs === 0);
  });

  it('to a script that fails: known numbers pass, nobody else does, and the budget holds', async () => {
    await attack(defenceOf(redis, { warmUpMs: 0 }));
    // May not do what every script of the guard begins with: each fails inside, and the budget's do not.
    const user = `guardless-${randomUUID()}`;
    await redis.acl('SETUSER', user, 'on', '>secret', '~*', '+@all', '-mget');
    const shut = new Redis(sharedRedisUrl(), { maxRetriesPerRequest: 0, username: user, password: 'secret' });
    const defence = defenceOf(shut, { warmUpMs: 0 });

    for (let message = 0; message < 3; message += 1) {
      const error = await refusal(admit(defence, stranger(message)));
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect(String((error as Error).cause)).toContain('script');
      await expect(admit(defence, KNOWN, true)).resolves.toMatchObject({ assessedAt: undefined });
    }
    await expectTheBudgetToHold(defence, KNOWN, true);
    shut.disconnect();
    await redis.acl('DELUSER', user);
  });

  /** As if the guard had seen its first send long ago. */
  async function warmedUp(): Promise<void> {
    const start = Buffer.alloc(6);
    start.writeUIntBE(Date.now() - 2 * PREFIX_GUARD_TUNING.warmUpMs, 0, 6);
    await redis.set(`${prefix}{guard}:start`, start, 'PX', PREFIX_GUARD_TUNING.keepStartMs);
  }
});

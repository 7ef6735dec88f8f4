import { PhoneNumber } from '../phone/phone-number';
import {
  ChallengeRequiredError,
  SendingPausedError,
  StorageUnavailableError,
  VerificationError,
} from '../sms-verification.errors';
import { SmsVerificationEvents, type SmsVerificationEvent } from '../sms-verification.events';
import type { SendRequest } from '../sms-verification.results';
import { AbuseDefence, type Admittance } from './abuse-defence';
import type { ResolvedAbuseOptions } from './abuse.options';
import { InProcessMoneyBudget } from './budget/in-process.money-budget';
import { HumanChallenge, type ChallengeOffer } from './challenge/human-challenge';
import { CountryPolicy } from './country/country-policy';
import { InProcessPrefixGuard } from './prefix-guard/in-process.prefix-guard';
import { PREFIX_GUARD_TUNING } from './prefix-guard/prefix-guard.tuning';
import {
  PrefixGuard,
  type AssessedSend,
  type AssessRequest,
  type GuardDecision,
  type LevelState,
} from './prefix-guard/prefix-guard';

const HERS: SendRequest = { phone: PhoneNumber.parse('+14155550100'), purpose: 'login' };
const STRANGER: Admittance = { known: false, resend: false, segments: 1 };
const ANSWER = 'the right answer';
const DAY = 86_400_000;
const NOON = Date.UTC(2030, 0, 1, 12);

/** Decides as it is told, and remembers what it was asked. */
class ToldGuard extends PrefixGuard {
  readonly asked: AssessRequest[] = [];
  readonly released: AssessedSend[] = [];
  readonly verified: AssessedSend[] = [];
  down = false;
  decide: (request: AssessRequest) => Partial<GuardDecision> = () => ({});

  override assess(request: AssessRequest): Promise<GuardDecision> {
    if (this.down) return Promise.reject(new StorageUnavailableError());
    this.asked.push(request);
    const quiet = { decision: 'allow', reason: 'quiet', waitMs: 0, enforced: true, assessedAt: 7 } as const;
    return Promise.resolve({ ...quiet, ...this.decide(request) });
  }

  override release(send: AssessedSend): Promise<void> {
    this.released.push(send);
    return Promise.resolve();
  }

  override recordVerified(send: AssessedSend): Promise<void> {
    if (this.down) return Promise.reject(new StorageUnavailableError());
    this.verified.push(send);
    return Promise.resolve();
  }

  override block(): Promise<void> {
    return Promise.resolve();
  }

  override unblock(): Promise<void> {
    return Promise.resolve();
  }

  override explain(): Promise<readonly LevelState[]> {
    return Promise.resolve([]);
  }
}

class OneAnswer extends HumanChallenge {
  readonly kind = 'riddle';

  override offer(): Promise<ChallengeOffer> {
    return Promise.resolve({ kind: this.kind });
  }

  override verify(answer: string): Promise<boolean> {
    return Promise.resolve(answer === ANSWER);
  }
}

describe(AbuseDefence.name, () => {
  let guard: ToldGuard;
  let budget: InProcessMoneyBudget;
  let events: SmsVerificationEvent[];

  const defence = (own: Partial<ResolvedAbuseOptions> = {}): AbuseDefence => {
    const hook = new SmsVerificationEvents();
    hook.subscribe((event) => void events.push(event));
    const options = { mode: 'enforce' as const, guard, budget, regions: new CountryPolicy(), ...own };
    return new AbuseDefence({ ...options, challenge: new OneAnswer(), ...own }, 'a key', hook);
  };
  const refusal = (admission: Promise<unknown>): Promise<unknown> =>
    admission.then(
      () => 'admitted',
      (error: unknown) => error,
    );

  beforeEach(() => {
    guard = new ToldGuard();
    budget = new InProcessMoneyBudget(() => NOON);
    events = [];
  });

  it('admits what nothing speaks against, and tells why', async () => {
    const admission = await defence().admit(HERS, STRANGER);
    expect(admission).toMatchObject({ assessedAt: 7, spent: undefined });
    expect(events).toEqual([
      { ...HERS, type: 'assessed', country: 'US', decision: 'allow', reason: 'quiet', enforced: true },
    ]);
  });

  it('asks no guard in mode off', async () => {
    await defence({ mode: 'off' }).admit(HERS, STRANGER);
    expect(guard.asked).toEqual([]);
  });

  it('pauses what the guard refuses, for as long as it says, and counts nothing', async () => {
    guard.decide = () => ({ decision: 'refuse', reason: 'conversion', level: 'operator', waitMs: 90_000 });
    const error = await refusal(defence().admit(HERS, STRANGER));
    expect(error).toBeInstanceOf(SendingPausedError);
    expect(error).toMatchObject({ retryAfterMs: 90_000 });
    expect(guard.released).toEqual([]);
  });

  it('lets pass what the guard would refuse while it only records, and counts it', async () => {
    guard.decide = () => ({ decision: 'refuse', reason: 'burst', waitMs: 90_000, enforced: false });
    await expect(defence().admit(HERS, STRANGER)).resolves.toMatchObject({ assessedAt: 7 });
    expect(events).toMatchObject([{ decision: 'refuse', enforced: false }]);
  });

  it.each(['record', 'enforce'] as const)(
    'refuses what an operator blocked, in the mode %s and before the guard has warmed up, until it is unblocked',
    async (mode) => {
      const guarded = defence({ mode, guard: new InProcessPrefixGuard(() => NOON) });
      await guarded.block(HERS.phone, 'operator', DAY);
      expect(await refusal(guarded.admit(HERS, STRANGER))).toMatchObject({
        code: 'sending_paused',
        retryAfterMs: DAY,
      });
      expect(await refusal(guarded.admit({ ...HERS, challenge: ANSWER }, STRANGER))).toBeInstanceOf(
        SendingPausedError,
      );
      expect(events).toMatchObject([
        { decision: 'refuse', reason: 'blocked', enforced: true },
        { decision: 'refuse', reason: 'blocked', enforced: true },
      ]);
      // Who has verified here is none of those that the range was blocked for.
      await expect(guarded.admit(HERS, { ...STRANGER, known: true })).resolves.toBeDefined();
      await guarded.unblock(HERS.phone, 'operator', DAY);
      await expect(guarded.admit(HERS, STRANGER)).resolves.toBeDefined();
    },
  );

  it('asks nobody what is blocked in mode off', async () => {
    const guarded = defence({ mode: 'off', guard: new InProcessPrefixGuard(() => NOON) });
    await guarded.block(HERS.phone, 'operator', DAY);
    await expect(guarded.admit(HERS, STRANGER)).resolves.toBeDefined();
  });

  describe('with a guard that asks for a challenge', () => {
    beforeEach(() => {
      guard.decide = ({ challenged }) =>
        challenged ? { assessedAt: 8 } : { decision: 'challenge', reason: 'conversion' };
    });

    it('requires one, names its kind, and counts nothing', async () => {
      const error = await refusal(defence().admit(HERS, STRANGER));
      expect(error).toBeInstanceOf(ChallengeRequiredError);
      expect(error).toMatchObject({ kind: 'riddle' });
    });

    it('requires one again when the answer is wrong', async () => {
      const error = await refusal(defence().admit({ ...HERS, challenge: 'a guess' }, STRANGER));
      expect(error).toBeInstanceOf(ChallengeRequiredError);
      expect(guard.asked).toHaveLength(1);
    });

    it('admits who solved it, as one who did', async () => {
      const solved = { ...HERS, challenge: ANSWER };
      await expect(defence().admit(solved, STRANGER)).resolves.toMatchObject({ assessedAt: 8 });
      expect(guard.asked.map(({ challenged }) => challenged)).toEqual([false, true]);
    });

    it('refuses who solved it where the guard has seen enough of those', async () => {
      guard.decide = ({ challenged }) =>
        challenged ? { decision: 'refuse', waitMs: 60_000 } : { decision: 'challenge' };
      const error = await refusal(defence().admit({ ...HERS, challenge: ANSWER }, STRANGER));
      expect(error).toMatchObject({ code: 'sending_paused', retryAfterMs: 60_000 });
    });

    it('refuses where there is no challenge to offer, for as long as one is asked for', async () => {
      guard.decide = () => ({ decision: 'challenge', waitMs: 70_000 });
      const error = await refusal(defence({ challenge: undefined }).admit(HERS, STRANGER));
      expect(error).toMatchObject({ code: 'sending_paused', retryAfterMs: 70_000 });
    });

    it('tells no wait where there is no challenge to offer, and the application asks for one too', async () => {
      guard.decide = () => ({ decision: 'challenge', waitMs: 70_000 });
      const own = { challenge: undefined, assessRisk: () => 'challenge' as const };
      const error = await refusal(defence(own).admit(HERS, STRANGER));
      expect(error).toMatchObject({ code: 'sending_paused', retryAfterMs: undefined });
    });
  });

  describe('with a guard that is out of order', () => {
    beforeEach(() => {
      guard.down = true;
    });

    it('never keeps out a number that has verified', async () => {
      await expect(defence().admit(HERS, { ...STRANGER, known: true })).resolves.toMatchObject({
        assessedAt: undefined,
      });
    });

    it('never lifts the budget', async () => {
      const prices = { byCountry: new Map(), defaultMicros: 60 };
      const guarded = defence({ prices, budgets: { overallMicros: 100 } });
      await guarded.admit(HERS, { ...STRANGER, known: true });
      const error = await refusal(guarded.admit(HERS, { ...STRANGER, known: true }));
      expect(error).toMatchObject({ code: 'sending_paused', retryAfterMs: DAY / 2 });
    });

    it('sends nothing to a number that it would have judged', async () => {
      const error = await refusal(defence().admit(HERS, STRANGER));
      expect(error).toBeInstanceOf(StorageUnavailableError);
    });

    it('spoils no success', async () => {
      await expect(defence().recordVerified(HERS.phone, 7)).resolves.toBeUndefined();
    });
  });

  describe('with prices', () => {
    const prices = { byCountry: new Map([['US', 8_000]]), defaultMicros: 100_000 };

    it('spends the price of the country for each segment, and refunds it with what the guard counted', async () => {
      const guarded = defence({ prices });
      const admission = await guarded.admit(HERS, { ...STRANGER, segments: 2 });
      expect(await budget.state('US')).toMatchObject({ countryMicros: 16_000, overallMicros: 16_000 });
      await guarded.release(admission);
      expect(await budget.state('US')).toMatchObject({ countryMicros: 0, overallMicros: 0 });
      expect(guard.released).toMatchObject([{ assessedAt: 7 }]);
    });

    it.each([
      ['overall', { overallMicros: 15_999 }],
      ['country', { byCountry: new Map([['US', 15_999]]) }],
    ] as const)(
      'pauses before the %s budget is gone over, until midnight, and takes the count back',
      async (scope, budgets) => {
        const guarded = defence({ prices, budgets });
        await guarded.admit(HERS, STRANGER);
        const error = await refusal(guarded.admit(HERS, STRANGER));
        expect(error).toMatchObject({ code: 'sending_paused', retryAfterMs: DAY / 2 });
        expect(guard.released).toHaveLength(1);
        expect(events.at(-1)).toEqual({ type: 'budget_exhausted', country: 'US', scope, waitMs: DAY / 2 });
        expect(await guarded.explain(HERS.phone)).toMatchObject({
          budget: { exhausted: true, opensInMs: DAY / 2 },
        });
      },
    );
  });

  describe('explains what its budget says', () => {
    const HALF = DAY / 2;
    it.each([
      ['a limit with room', 100, 60, { exhausted: false, opensInMs: 0 }, 0],
      ['a limit that a message reaches', 100, 100, { exhausted: false, opensInMs: 0 }, 0],
      ['a limit that the second message goes over', 100, 60, { exhausted: true, opensInMs: HALF }, 1],
      ['a limit with room, of a second free message', 100, 0, { exhausted: false, opensInMs: 0 }, 1],
      ['a limit that no message fits', 50, 60, { exhausted: true, opensInMs: undefined }, 0],
      ['a limit of 0', 0, 60, { exhausted: true, opensInMs: undefined }, 0],
      ['a limit of 0, of a free message', 0, 0, { exhausted: true, opensInMs: undefined }, 0],
      ['no limit', undefined, 60, { exhausted: false, opensInMs: 0 }, 0],
    ] as const)('as it would answer: %s', async (_what, limit, price, expected, before) => {
      const prices = { byCountry: new Map(), defaultMicros: price };
      const byCountry = new Map(limit === undefined ? [] : [['US', limit]]);
      for (const budgets of [{ overallMicros: limit }, { byCountry }]) {
        budget = new InProcessMoneyBudget(() => NOON);
        const guarded = defence({ prices, budgets });
        for (let sent = 0; sent < before; sent += 1) await guarded.admit(HERS, STRANGER);
        expect((await guarded.explain(HERS.phone)).budget).toEqual(expected);
        const answer = await refusal(guarded.admit(HERS, STRANGER));
        expect(answer instanceof SendingPausedError).toBe(expected.exhausted);
        if (expected.exhausted) expect(answer).toMatchObject({ retryAfterMs: expected.opensInMs });
      }
    });
  });

  it.each([
    ['off', [false, false]],
    ['record', [false, true]],
    ['enforce', [true, true]],
  ] as const)('explains in the mode %s what holds a number then', async (mode, [burst, blocked]) => {
    const own = new InProcessPrefixGuard(() => NOON, { ...PREFIX_GUARD_TUNING, warmUpMs: 0 });
    for (let sent = 0; sent < 8; sent += 1) await defence({ guard: own }).admit(HERS, STRANGER);
    const guarded = defence({ mode, guard: own });
    expect((await guarded.explain(HERS.phone)).levels[2]?.answer).toMatchObject({
      decision: 'challenge',
      reason: 'burst',
      enforced: burst,
    });
    await guarded.block(HERS.phone, 'range', DAY);
    expect((await guarded.explain(HERS.phone)).levels[2]?.answer).toEqual({
      decision: 'refuse',
      reason: 'blocked',
      waitMs: DAY,
      enforced: blocked,
    });
  });

  describe('with the application’s own signals', () => {
    it('hands them over as they came, and refuses where the application says so', async () => {
      const assessRisk = jest.fn(() => 'refuse' as const);
      const request = { ...HERS, context: { clientAddress: '192.0.2.1', signals: { accountAge: 3 } } };
      const error = await refusal(defence({ assessRisk }).admit(request, STRANGER));
      expect(error).toBeInstanceOf(SendingPausedError);
      // It does not say for how long.
      expect(error).toMatchObject({ retryAfterMs: undefined });
      expect(assessRisk).toHaveBeenCalledWith({ ...HERS, ...request.context, known: false });
      // The guard had counted it.
      expect(guard.released).toHaveLength(1);
    });

    it('challenges where it says so, a number that has verified too', async () => {
      const guarded = defence({ assessRisk: () => Promise.resolve('challenge') });
      const known = { ...STRANGER, known: true };
      expect(await refusal(guarded.admit(HERS, known))).toBeInstanceOf(ChallengeRequiredError);
      await expect(guarded.admit({ ...HERS, challenge: ANSWER }, known)).resolves.toBeDefined();
    });

    it('judges without them when the hook does not answer within a second', async () => {
      jest.useFakeTimers();
      try {
        const hanging = defence({ assessRisk: () => new Promise(() => undefined) });
        const admission = hanging.admit(HERS, STRANGER);
        await jest.advanceTimersByTimeAsync(1_000);
        await expect(admission).resolves.toBeDefined();
        await defence({ assessRisk: () => 'allow' }).admit(HERS, STRANGER);
        expect(jest.getTimerCount()).toBe(0);
      } finally {
        jest.useRealTimers();
      }
    });

    it('judges without them when the hook fails', async () => {
      const failing = (): never => {
        throw new Error('out of order');
      };
      await expect(defence({ assessRisk: failing }).admit(HERS, STRANGER)).resolves.toBeDefined();
    });
  });

  it.each([
    ['risk', {}, 'refuse', 'risk'],
    ['a challenge that is missing', {}, 'challenge', 'challenge_missing'],
    ['a challenge that is answered wrong', { challenge: 'a guess' }, 'challenge', 'challenge_wrong'],
  ] as const)('tells of a refusal by %s', async (_what, more, answer, reason) => {
    await refusal(defence({ assessRisk: () => answer }).admit({ ...HERS, ...more }, STRANGER));
    expect(events.at(-1)).toEqual({ ...HERS, type: 'refused', country: 'US', reason });
    guard.decide = () => ({ decision: 'challenge', reason: 'burst' });
    await refusal(defence({ assessRisk: () => answer }).admit({ ...HERS, ...more }, STRANGER));
    expect(events.at(-1)).toEqual({ ...HERS, type: 'refused', country: 'US', reason });
  });

  it('tells of a country that messages do not go to', async () => {
    const guarded = defence({ regions: new CountryPolicy({ deny: ['US'] }) });
    expect(await guarded.explain(HERS.phone)).toMatchObject({ countryAllowed: false, budget: undefined });
  });

  it('throws errors of the library alone', async () => {
    guard.decide = () => ({ decision: 'refuse' });
    expect(await refusal(defence().admit(HERS, STRANGER))).toBeInstanceOf(VerificationError);
  });
});

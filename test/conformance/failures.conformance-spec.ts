import { DAY, HOUR, MINUTE, Requester, SECOND, tally } from './requester';
import { describeEachStorage } from './storage-under-test';

/** Leaves the failure count as the one thing that can refuse a send. */
const NOTHING_ELSE_REFUSES = { quotas: [], cooldownsMs: [5 * SECOND] };

describeEachStorage('failure count (R4)', (under) => {
  it('goes on from verification to verification [NIST 3.1.3.2]', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    const first = await requester.issue();
    await requester.failTimes(first, 3);
    await under.advance(5 * SECOND);
    const second = await requester.issue();
    await expect(requester.fail(second)).resolves.toEqual({
      outcome: 'wrong',
      attemptsRemaining: 4,
      failures: 4,
      repeated: false,
    });
    await expect(requester.fail(first)).resolves.toEqual({
      outcome: 'wrong',
      attemptsRemaining: 1,
      failures: 5,
      repeated: false,
    });
  });

  it('outlives the verifications it came from [NIST 3.1.3.2]', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    await requester.failTimes(await requester.issue(), 4);
    await under.advance(DAY);
    await expect(requester.fail(await requester.issue())).resolves.toMatchObject({ failures: 5 });
  });

  it('is told to a success, and is zero after it [NIST 3.2.2]', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    const held = await requester.issue();
    await requester.failTimes(held, 4);
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified', failuresBefore: 4 });
    const next = await requester.issue();
    await expect(requester.fail(next)).resolves.toMatchObject({ failures: 1 });
    await expect(requester.verify(next)).resolves.toMatchObject({ failuresBefore: 1 });
  });

  it('is not cleared by a refused send, an expiry or a cancelled send', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    const held = await requester.issue();
    await requester.failTimes(held, 2);
    await requester.ask();
    await requester.cancel(held);
    await requester.cancel(await requester.issue());
    await under.advance(HOUR);
    await expect(requester.fail(await requester.issue())).resolves.toMatchObject({ failures: 3 });
  });

  it('gives no attempt back when it ends: by a success beside it, by a reset, or when its lock is served', async () => {
    const locking = { failureWaits: [{ failures: 10, waitMs: 10 * SECOND }] };
    const requester = Requester.of(under, { ...NOTHING_ELSE_REFUSES, ...locking });
    const held = await requester.issue();
    await requester.failTimes(held, 2);
    await under.advance(5 * SECOND);
    await requester.verify(await requester.issue());
    await expect(requester.fail(held)).resolves.toMatchObject({ attemptsRemaining: 2, failures: 1 });
    await requester.reset();
    await expect(requester.fail(held)).resolves.toMatchObject({ attemptsRemaining: 1, failures: 1 });

    const other = requester.somebodyElse();
    const first = await other.issue();
    await under.advance(5 * SECOND);
    await other.failTimes(await other.issue(), 5);
    await other.failTimes(first, 5);
    await under.advance(10 * SECOND);
    await other.issue();
    await expect(other.verify(first)).resolves.toMatchObject({ outcome: 'exhausted' });
  });

  it('keeps nothing of a verification that is gone: nobody can guess at it any more', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    const cancelled = await requester.issue();
    await requester.failTimes(cancelled, 1);
    await requester.cancel(cancelled);
    await expect(requester.fail(cancelled)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.verify(cancelled)).resolves.toEqual({ outcome: 'unknown' });

    const replacing = Requester.of(under, { ...NOTHING_ELSE_REFUSES, resend: 'new' });
    const replaced = await replacing.issue();
    await replacing.failTimes(replaced, 1);
    await under.advance(5 * SECOND);
    await replacing.issue({ resendOf: replaced.verificationId });
    await expect(replacing.fail(replaced)).resolves.toEqual({ outcome: 'unknown' });
    await expect(replacing.verify(replaced)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('is not told by an id that begins like the one that was guessed at', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    const held = await requester.issue();
    await requester.failTimes(held, 1);
    const alike = { ...held, verificationId: `${held.verificationId.slice(0, 8)}${'-'.repeat(14)}` };
    await expect(requester.verify(alike)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified', failuresBefore: 1 });
  });

  it('belongs to one purpose of one phone', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    await requester.failTimes(await requester.issue(), 5);
    for (const other of [requester.for('register'), requester.somebodyElse()]) {
      await expect(other.fail(await other.issue())).resolves.toMatchObject({ failures: 1 });
    }
  });

  it('is remembered for failureMemoryMs from the last failure on, hours after the first', async () => {
    const memory = { ...NOTHING_ELSE_REFUSES, cooldownMemoryMs: MINUTE, failureMemoryMs: DAY };
    const requester = Requester.of(under, memory);
    await requester.failTimes(await requester.issue(), 1);
    await under.advance(2 * HOUR);
    await requester.failTimes(await requester.issue(), 1);
    await under.advance(DAY - 10 * SECOND);
    await expect(requester.fail(await requester.issue())).resolves.toMatchObject({ failures: 3 });
  });

  it.each([
    ['guesses at one verification', false],
    ['guesses before and after a resend of its code', true],
  ])('is remembered for failureMemoryMs from the last of %s on', async (_, resends) => {
    // Nothing but the failures keeps the record; without them it is forgotten with its verification.
    const memory = { ...NOTHING_ELSE_REFUSES, cooldownMemoryMs: 0, rememberMs: 0, failureMemoryMs: DAY };
    const requester = Requester.of(under, memory);
    const held = await requester.issue();
    await requester.failTimes(held, 1);
    await under.advance(2 * MINUTE);
    if (resends) await requester.resend(held);
    await under.advance(2 * MINUTE);
    await requester.failTimes(held, 1);
    await under.advance(DAY - 10 * SECOND);
    await expect(requester.fail(await requester.issue())).resolves.toMatchObject({ failures: 3 });
  });

  it('is forgotten failureMemoryMs after the last failure, and not sooner', async () => {
    // The quota keeps the record for longer than that: what is forgotten is the count, not the whole record.
    const quotas = [{ limit: 100, windowMs: 2 * DAY }];
    const memory = { ...NOTHING_ELSE_REFUSES, quotas, failureMemoryMs: DAY };
    const remembering = Requester.of(under, memory);
    const forgetting = Requester.of(under, memory);
    for (const requester of [remembering, forgetting]) {
      await requester.failTimes(await requester.issue(), 3);
    }
    await under.advance(DAY - 10 * SECOND);
    await expect(remembering.fail(await remembering.issue())).resolves.toMatchObject({ failures: 4 });
    await under.advance(10 * SECOND);
    await expect(forgetting.fail(await forgetting.issue())).resolves.toMatchObject({ failures: 1 });
  });

  it('demands longer and longer waits, up to the lock at 100, and starts again when that was served [ASVS 6.6.3] [NIST 3.2.2]', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    const waits: number[] = [];
    let evaluated = 0;
    while (evaluated < 100) {
      const held = await requester.issue();
      for (let guess = 0; guess < requester.policy.maxAttempts; guess += 1) {
        evaluated += 1;
        await expect(requester.fail(held)).resolves.toMatchObject({ failures: evaluated });
      }
      const refusal = await requester.refusal();
      expect(refusal).toMatchObject({ reason: 'failures' });
      const { waitMs } = refusal ?? { waitMs: 0 };
      waits.push(Math.ceil(waitMs / MINUTE));
      await under.advance(waitMs - 5 * SECOND);
      await expect(requester.refusal()).resolves.toMatchObject({ reason: 'failures' });
      await under.advance(5 * SECOND);
    }
    const times = (count: number, minutes: number): number[] => Array<number>(count).fill(minutes);
    expect(waits).toEqual([1, ...times(2, 5), ...times(4, 15), ...times(6, 60), ...times(6, 240), 24 * 60]);
    await expect(requester.fail(await requester.issue())).resolves.toMatchObject({ failures: 1 });
  });

  it('takes no attempt from a verification that is open while the wait runs', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    const open = await requester.issue();
    await under.advance(5 * SECOND);
    await requester.failTimes(await requester.issue(), 5);
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'failures' });
    await expect(requester.verify(open)).resolves.toMatchObject({ outcome: 'verified', failuresBefore: 5 });
  });

  it('ends at reset, the operator’s way out of a lock', async () => {
    const requester = Requester.of(under, NOTHING_ELSE_REFUSES);
    await requester.failTimes(await requester.issue(), 5);
    await requester.reset();
    await expect(requester.fail(await requester.issue())).resolves.toMatchObject({ failures: 1 });
  });
});

describeEachStorage('attempts near the lock (R4, R9)', (under) => {
  const LOCK_AT_SIX = {
    ...NOTHING_ELSE_REFUSES,
    maxAttempts: 4,
    failureWaits: [{ failures: 6, waitMs: DAY }],
  };

  it('are set aside at issue: what open verifications may still fail counts against the lock', async () => {
    const requester = Requester.of(under, LOCK_AT_SIX);
    const first = await requester.issue();
    await under.advance(5 * SECOND);
    const second = await requester.issue();
    await under.advance(5 * SECOND);
    await expect(requester.status(first)).resolves.toMatchObject({ attemptsRemaining: 4 });
    await expect(requester.status(second)).resolves.toMatchObject({ attemptsRemaining: 2 });
    // Nothing is left for a third one until the first expires.
    await expect(requester.roundedRefusal()).resolves.toEqual({
      reason: 'failures',
      waitMs: 5 * MINUTE - 10 * SECOND,
    });
  });

  it('never let more than the lock’s count be evaluated, whatever runs in parallel [ASVS 6.6.3] [NIST 3.2.2]', async () => {
    const requester = Requester.of(under, LOCK_AT_SIX);
    const held = [await requester.issue()];
    await under.advance(5 * SECOND);
    held.push(await requester.issue());
    const outcomes = await Promise.all(
      under.instances.flatMap((storage) =>
        held.flatMap((one) => Array.from({ length: 10 }, () => requester.via(storage).fail(one))),
      ),
    );
    expect(tally(outcomes)).toMatchObject({ wrong: 6 });
    await expect(requester.roundedRefusal()).resolves.toEqual({
      reason: 'failures',
      waitMs: DAY,
    });
  });

  it('come back when an open verification ends without having failed', async () => {
    const requester = Requester.of(under, LOCK_AT_SIX);
    const first = await requester.issue();
    await under.advance(5 * SECOND);
    const second = await requester.issue();
    await under.advance(5 * SECOND);
    await requester.cancel(first);
    const third = await requester.issue();
    await expect(requester.status(second)).resolves.toMatchObject({ attemptsRemaining: 2 });
    await expect(requester.status(third)).resolves.toMatchObject({ attemptsRemaining: 4 });
    await requester.verify(third);
    await expect(requester.status(await requester.issue())).resolves.toMatchObject({ attemptsRemaining: 4 });
  });

  it('are what the count has left, and a full set again once the lock was served', async () => {
    const requester = Requester.of(under, LOCK_AT_SIX);
    await requester.failTimes(await requester.issue(), 4);
    await under.advance(5 * SECOND);
    const last = await requester.issue();
    await expect(requester.status(last)).resolves.toMatchObject({ attemptsRemaining: 2 });
    await requester.failTimes(last, 2);
    await under.advance(DAY);
    await expect(requester.status(await requester.issue())).resolves.toMatchObject({ attemptsRemaining: 4 });
  });
});

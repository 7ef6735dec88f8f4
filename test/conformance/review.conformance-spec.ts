import { RedisSmsCodeStorage } from '@app/sms-verification';
import { RedisKeys } from '../../libs/sms-verification/src/storage/redis/redis-keys';
import { MINUTE, Requester, SECOND, rounded, tally, together } from './requester';
import { describeEachStorage, openRedis, type RedisUnderTest } from './storage-under-test';

// The defects that a review found in the storage this library replaces, each as the test that would have caught
// it. The first two are races between two Redis commands; here each pair is one step.

describeEachStorage('what the review found', (under) => {
  it('1: a code is not consumed twice by two requests that both read it before either deletes it [ASVS 6.5.1]', async () => {
    for (let round = 0; round < 50; round += 1) {
      const requester = Requester.of(under);
      const held = await requester.issue();
      const outcomes = await together(under, requester, 2, (seat) => seat.verify(held));
      expect(tally(outcomes)).toEqual({ verified: 1, unknown: 1 });
    }
  });

  it('2: a code that has expired is never half there, and leaves only the cooldown to wait for', async () => {
    const requester = Requester.of(under, { lifetimeMs: 30 * SECOND });
    await requester.issue();
    await under.advance(25 * SECOND);
    expect(rounded(await requester.check())).toMatchObject({ exists: true, ttlMs: 5 * SECOND });
    await under.advance(5 * SECOND);
    expect(rounded(await requester.check())).toMatchObject({
      exists: false,
      ttlMs: 0,
      resendInMs: 30 * SECOND,
    });
    await under.advance(30 * SECOND);
    await expect(requester.check()).resolves.toMatchObject({ exists: false, ttlMs: 0, resendInMs: 0 });
    await requester.issue();
  });

  it('3: the cooldown is not computed from a lifetime that another purpose may not have', async () => {
    const usual = Requester.of(under, { quotas: [] });
    const long = usual.for('reset_password', { lifetimeMs: 10 * MINUTE });
    const short = usual.for('register', { lifetimeMs: 20 * SECOND });
    for (const requester of [usual, long, short]) {
      await requester.issue();
    }
    // "Age = 300 s − remaining lifetime" would say −300, 0 and 280 seconds here, and so 360, 60 and 0 to wait.
    for (const requester of [usual, long, short]) {
      expect(rounded(await requester.check())).toMatchObject({ resendInMs: MINUTE });
    }
    await under.advance(MINUTE);
    for (const requester of [usual, long, short]) {
      await expect(requester.refusal()).resolves.toBeUndefined();
    }
  });

  it('4: a late compare-and-delete with a stale value deletes nothing of the newer code', async () => {
    const requester = Requester.of(under, { quotas: [] });
    const stale = await requester.issue();
    await under.advance(5 * MINUTE);
    const newer = await requester.issue();
    await expect(requester.verify(stale)).resolves.toEqual({ outcome: 'unknown' });
    await requester.cancel(stale);
    await expect(requester.status(newer)).resolves.toMatchObject({ state: 'pending', attemptsRemaining: 5 });
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'cooldown' });
    await expect(requester.verify(newer)).resolves.toMatchObject({ outcome: 'verified' });
  });
});

describe(`${RedisSmsCodeStorage.name}: PTTL that tells nothing`, () => {
  let under: RedisUnderTest;
  beforeEach(async () => {
    under = await openRedis();
  });
  afterEach(() => under.close());

  const recordOf = ({ fingerprint }: Requester): string => new RedisKeys(under.keyPrefix).record(fingerprint);

  it('-1: with a record that somebody made persistent, its own times rule, and the next send lets it expire again', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.redis.persist(recordOf(requester));
    await expect(under.redis.pttl(recordOf(requester))).resolves.toBe(-1);
    expect(rounded(await requester.check())).toMatchObject({
      exists: true,
      ttlMs: 5 * MINUTE,
      resendInMs: MINUTE,
    });

    await under.advance(5 * MINUTE);
    await expect(requester.check()).resolves.toMatchObject({ exists: false, ttlMs: 0, resendInMs: 0 });
    await expect(requester.status(held)).resolves.toMatchObject({ state: 'expired' });
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
    await expect(under.redis.pttl(recordOf(requester))).resolves.toBe(-1);

    await requester.issue();
    await expect(under.redis.pttl(recordOf(requester))).resolves.toBeGreaterThan(0);
  });

  it('-1: a code in a persistent record is good once', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.redis.persist(recordOf(requester));
    await requester.fail(held);
    const outcomes = await together(under, requester, 10, (seat) => seat.verify(held));
    expect(tally(outcomes)).toEqual({ verified: 1, unknown: 9 });
    // The success clears the failure count and settles anew how long the record is needed.
    await expect(under.redis.pttl(recordOf(requester))).resolves.toBeGreaterThan(0);
  });

  it('-2: with a record that is gone, nothing is known, nothing fails, and a send is allowed at once', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.redis.del(recordOf(requester));
    await expect(under.redis.pttl(recordOf(requester))).resolves.toBe(-2);
    await expect(requester.check()).resolves.toEqual({
      exists: false,
      ttlMs: 0,
      known: false,
      resendInMs: 0,
      refusal: undefined,
    });
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.fail(held)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.status(held)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.cancel(held)).resolves.toBe(false);
    await requester.reset();
    await requester.issue();
  });
});

import { RedisSmsCodeStorage, StorageUnavailableError } from '@app/sms-verification';
import { keysUnder } from '../support/time-travel';
import { TOPOLOGIES } from '../support/topologies';
import { unsoundKeys } from './redis-audit';
import { DAY, MINUTE, Requester, SECOND, upToFiveSeconds } from './requester';
import { openRedis, serverTime, type RedisUnderTest } from './storage-under-test';

describe.each(TOPOLOGIES)(`${RedisSmsCodeStorage.name}$where: what stands in Redis`, ({ connect }) => {
  let under: RedisUnderTest;
  beforeEach(async () => {
    under = await openRedis(connect);
  });
  afterEach(() => under.close());

  /** The keys of a phone and, rounded up to five seconds, how long they will live. */
  async function lifetimes(): Promise<Record<string, number>> {
    const keys = await keysUnder(under.redis, under.keyPrefix);
    const entries = keys.map(async (key) => {
      const kind = key.endsWith(':known') ? 'known' : 'record';
      return [kind, upToFiveSeconds(await under.redis.pttl(key))] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  it('expires, stays in one slot and names neither phone nor code, after every step (R13, R15) [ASVS 16.2.5]', async () => {
    const requester = Requester.of(under, { maxAttempts: 2 });
    const codes: string[] = [];
    const audit = async (): Promise<void> => {
      const unsound = await unsoundKeys(under.redis, {
        keyPrefix: under.keyPrefix,
        fingerprints: [requester.fingerprint],
        phones: [requester.phone],
        codes,
        longestTtlMs: 30 * DAY + 5 * MINUTE,
      });
      expect(unsound).toEqual([]);
    };
    const issue = async () => {
      const held = await requester.issue();
      codes.push(held.code);
      return held;
    };

    const first = await issue();
    await audit();
    for (const step of [
      () => requester.ask(),
      () => requester.check(),
      () => requester.status(first),
      () => requester.fail(first),
      () => requester.fail(first),
      () => requester.fail(first),
      () => requester.cancel(first),
      () => requester.reset(),
      issue,
      () => requester.reset(),
    ]) {
      await step();
      await audit();
    }
    const last = await issue();
    const proof = requester.draw();
    await requester.verify(last, proof);
    await audit();
    expect(await keysUnder(under.redis, under.keyPrefix)).toHaveLength(2);
    await requester.redeem(proof);
    await audit();
  });

  it('finds what it looks for: the audit sees a phone, a code, a missing TTL and a wrong tag', async () => {
    const { redis, keyPrefix } = under;
    const { phone, fingerprint } = Requester.of(under);
    const expected = {
      keyPrefix,
      fingerprints: [fingerprint],
      phones: [phone],
      codes: ['1234567890'],
      longestTtlMs: DAY,
    };
    await redis.set(`${keyPrefix}{${fingerprint}}`, `for ${phone.e164}`, 'PX', DAY);
    await redis.hset(`${keyPrefix}{0123456789abcdef}`, 'field', 'a code 1234567890');
    expect((await unsoundKeys(redis, expected)).sort()).toEqual(
      [
        '{0123456789abcdef} contains a phone or a code',
        '{0123456789abcdef} has a PTTL of -1',
        '{0123456789abcdef} has the wrong form or hash tag',
        `{${fingerprint}} contains a phone or a code`,
      ].sort(),
    );
    await redis.unlink(`${keyPrefix}{0123456789abcdef}`);
  });

  it('lives as long as something in it matters and no longer (R13)', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    // The longest quota counts this send for a day.
    await expect(lifetimes()).resolves.toEqual({ record: DAY });
    await requester.fail(held);
    // Guesses are counted until the code expires, and remembered from then on.
    await expect(lifetimes()).resolves.toEqual({ record: 30 * DAY + 5 * MINUTE });
    await requester.fail(held);
    await expect(lifetimes()).resolves.toEqual({ record: 30 * DAY + 5 * MINUTE });
    await requester.verify(held);
    // The success clears the failure count, and with it the reason to remember for a month.
    await expect(lifetimes()).resolves.toEqual({ record: DAY, known: 90 * DAY });
    await under.advance(10 * MINUTE);
    await expect(lifetimes()).resolves.toEqual({ record: DAY - 10 * MINUTE, known: 90 * DAY - 10 * MINUTE });
    await under.advance(DAY - 10 * MINUTE);
    await expect(lifetimes()).resolves.toEqual({ known: 89 * DAY });
    await under.advance(89 * DAY);
    await expect(lifetimes()).resolves.toEqual({});
  });

  it('is compact with codes of up to 7 digits, guessed at or not, which takes half the memory', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue({ sealedCode: '1234567' });
    const [record = ''] = await keysUnder(under.redis, under.keyPrefix);
    await expect(under.redis.object('ENCODING', record)).resolves.toBe('listpack');
    await requester.fail(held);
    await expect(under.redis.object('ENCODING', record)).resolves.toBe('listpack');
    const proof = requester.draw();
    await requester.verify(held, proof);
    await requester.redeem(proof);
    await expect(under.redis.object('ENCODING', record)).resolves.toBe('listpack');
  });

  it('lets go of a proof that has expired, at the next send', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    const [record = ''] = await keysUnder(under.redis, under.keyPrefix);
    await requester.verify(held);
    const proofs = async (): Promise<string[]> =>
      (await under.redis.hkeys(record)).filter((field) => field.startsWith('p:'));
    await expect(proofs()).resolves.toHaveLength(1);
    await under.advance(10 * MINUTE);
    await requester.issue();
    await expect(proofs()).resolves.toEqual([]);
  });

  it('lives, without quotas, for what the code, its outcome, the cooldown schedule and the proof need', async () => {
    const nothing = { quotas: [], rememberMs: 0, cooldownMemoryMs: 0, cooldownsMs: [5 * SECOND] };
    await Requester.of(under, nothing).issue();
    await expect(lifetimes()).resolves.toEqual({ record: 5 * MINUTE });
    await under.advance(5 * MINUTE);
    await Requester.of(under, { ...nothing, rememberMs: 10 * MINUTE }).issue();
    await expect(lifetimes()).resolves.toEqual({ record: 15 * MINUTE });
    await under.advance(15 * MINUTE);
    await Requester.of(under, { ...nothing, cooldownMemoryMs: DAY }).issue();
    await expect(lifetimes()).resolves.toEqual({ record: DAY + 5 * SECOND });
    await under.advance(DAY + 5 * SECOND);
    const verifier = Requester.of(under, { ...nothing, proofLifetimeMs: 20 * MINUTE });
    const proof = verifier.draw();
    await verifier.verify(await verifier.issue(), proof);
    await expect(lifetimes()).resolves.toMatchObject({ record: 20 * MINUTE });
    // A failure cleared, and a send taken back: neither forgets the proof.
    await verifier.reset();
    await verifier.cancel(await verifier.issue());
    await expect(lifetimes()).resolves.toMatchObject({ record: 20 * MINUTE });
    // Spent in its last seconds, it tells the call that spent it so for five more.
    const [record = ''] = (await keysUnder(under.redis, under.keyPrefix)).filter(
      (key) => !key.endsWith(':known'),
    );
    await under.advance(20 * MINUTE - 3 * SECOND);
    await expect(verifier.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
    await expect(under.redis.pttl(record)).resolves.toBeGreaterThan(3 * SECOND);
  });

  it('is gone at once when a cancel leaves nothing to remember', async () => {
    const requester = Requester.of(under);
    await requester.cancel(await requester.issue());
    await expect(keysUnder(under.redis, under.keyPrefix)).resolves.toEqual([]);
  });

  it('is not there at all after looks, refusals and guesses at a phone that nothing was sent to', async () => {
    const requester = Requester.of(under);
    await requester.check();
    await requester.reset();
    await requester.cancel({ verificationId: 'A'.repeat(22) });
    await requester.verify({ verificationId: 'A'.repeat(22), code: '1234567890' });
    await requester.verify({ code: '1234567890' });
    await requester.redeem(requester.draw());
    await expect(keysUnder(under.redis, under.keyPrefix)).resolves.toEqual([]);
  });

  it('tells the time by the server’s clock, however wrong the application’s is (R12)', async () => {
    for (const skewMs of [-DAY, DAY]) {
      const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + skewMs);
      const requester = Requester.of(under);
      const before = await serverTime(under.redis);
      const held = await requester.issue();
      const after = await serverTime(under.redis);
      expect(held.sentAt).toBeGreaterThanOrEqual(before);
      expect(held.sentAt).toBeLessThanOrEqual(after);
      await expect(requester.refusal()).resolves.toMatchObject({ reason: 'cooldown' });
      await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
      clock.mockRestore();
    }
  });

  it('throws StorageUnavailableError from every method, with the cause, when Redis cannot be asked (R17)', async () => {
    const requester = Requester.of(under);
    const held = await requester.issue();
    await under.close();
    const calls: readonly (() => Promise<unknown>)[] = [
      () => requester.ask(),
      () => requester.verify(held),
      () => requester.check(),
      () => requester.cancel(held),
      () => requester.status(held),
      () => requester.redeem(requester.draw()),
      () => requester.reset(),
      () => requester.storage.ping(),
    ];
    for (const call of calls) {
      const error: unknown = await call().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect((error as StorageUnavailableError).cause).toBeInstanceOf(Error);
    }
  });
});

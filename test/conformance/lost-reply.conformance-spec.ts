import { once } from 'node:events';
import { Redis } from 'ioredis';
import { RedisSmsCodeStorage, RedisSpentChallenges, StorageUnavailableError } from '@app/sms-verification';
import { SINGLE } from '../../apps/api/src/redis/redis-presets';
import { RedisServer } from '../support/redis-server';
import { ReplyCuttingProxy } from '../support/reply-cutting-proxy';
import { passTime } from '../support/time-travel';
import { Requester, wrong } from './requester';

describe(`${RedisSmsCodeStorage.name}: a reply that is lost after the script has run (R19)`, () => {
  let server: RedisServer;
  let proxy: ReplyCuttingProxy;
  let client: Redis;
  let direct: Redis;
  /** The phone through the proxy, and the same without. */
  let requester: Requester;
  let undisturbed: Requester;

  beforeAll(async () => {
    server = await RedisServer.start();
    direct = new Redis(server.url);
  });
  afterAll(async () => {
    direct.disconnect();
    await server.dispose();
  });
  beforeEach(async () => {
    proxy = await ReplyCuttingProxy.to(server.port);
    client = new Redis(proxy.url, SINGLE);
    client.on('error', () => undefined);
    await once(client, 'ready');
    requester = Requester.of({ instances: [new RedisSmsCodeStorage(client)], shiftMs: 0 });
    undisturbed = requester.via(new RedisSmsCodeStorage(direct));
    // The server knows every script from here on, so that what is cut is never the news that it does not.
    const other = undisturbed.somebodyElse();
    const proof = other.draw();
    await other.verify(await other.issue(), proof);
    await other.redeem(proof);
  });
  afterEach(async () => {
    client.disconnect();
    await proxy.close();
  });

  /** The two ways to lose a reply: for good, or for longer than a command may take. */
  const WAYS = [
    [
      'cut',
      (text: string) => {
        proxy.cutReplyTo(text);
      },
    ],
    [
      'late',
      (text: string) => {
        proxy.delayReplyTo(text, 700);
      },
    ],
  ] as const;

  describe.each(WAYS)('%s', (_, lose) => {
    afterEach(() => {
      expect(proxy.met).toBe(1);
    });

    it('leaves a right code right: spent once, proven once', async () => {
      const held = await undisturbed.issue();
      await undisturbed.fail(held);
      const proof = requester.draw();
      lose('evalsha');
      await expect(requester.verify(held, proof)).resolves.toMatchObject({
        outcome: 'verified',
        failuresBefore: 1,
        repeated: false,
      });
      await expect(undisturbed.status(held)).resolves.toMatchObject({
        state: 'verified',
        attemptsRemaining: 4,
      });
      await expect(undisturbed.verify(held)).resolves.toEqual({ outcome: 'unknown' });
      await expect(undisturbed.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
      await expect(undisturbed.redeem(proof)).resolves.toEqual({ outcome: 'unknown' });
    });

    it('leaves a right code right that is meant without an id', async () => {
      const { code } = await undisturbed.issue();
      lose('evalsha');
      await expect(requester.verify({ code })).resolves.toMatchObject({
        outcome: 'verified',
        repeated: false,
      });
    });

    it('is no repeat by the client, though the request has an idempotency key', async () => {
      const held = await undisturbed.issue();
      const proof = requester.draw();
      lose('evalsha');
      await expect(requester.verify(held, proof, 'key')).resolves.toMatchObject({ repeated: false });
      await expect(undisturbed.verify(held, proof, 'key')).resolves.toMatchObject({ repeated: true });
    });

    it('tells a phone that has verified for known as before the send, not as after it', async () => {
      await undisturbed.verify(await undisturbed.issue());
      await undisturbed.issue();
      await undisturbed.for('register').issue();
      lose('evalsha');
      // The third in a row that is not verified: for the next one it is known no more.
      const third = await requester.for('change_phone').ask();
      expect(third).toMatchObject({ outcome: { outcome: 'issued', known: true } });
      await expect(undisturbed.for('reset_password').ask()).resolves.toMatchObject({
        outcome: { known: false },
      });
    });

    it('counts a wrong code once', async () => {
      const held = await undisturbed.issue();
      await undisturbed.fail(held);
      lose('evalsha');
      await expect(requester.fail(held)).resolves.toEqual({
        outcome: 'wrong',
        attemptsRemaining: 3,
        failures: 2,
        repeated: false,
      });
      await expect(undisturbed.status(held)).resolves.toMatchObject({ attemptsRemaining: 3 });
      await expect(undisturbed.verify({ ...held, code: wrong(held.code) })).resolves.toMatchObject({
        attemptsRemaining: 2,
        failures: 3,
      });
    });

    it('reserves a send once, and issues what the request asked for', async () => {
      lose('evalsha');
      const held = await requester.issue({ idempotencyKey: 'key' });
      await undisturbed.recordSent(held, { gateway: 'inbox', messageId: held.verificationId }, 'key');
      await expect(undisturbed.askAgain(held, { idempotencyKey: 'key' })).resolves.toMatchObject({
        outcome: 'repeated',
        verificationId: held.verificationId,
      });
      await undisturbed.cancel(held);
      // One cancel gives back all there is: cooldown and quota.
      const sends = await direct.hexists(`sms:{${requester.fingerprint}}`, 's');
      expect(sends).toBe(0);
      await expect(undisturbed.refusal()).resolves.toBeUndefined();
    });

    it('reserves a resend once', async () => {
      const short = Requester.of(
        { instances: [new RedisSmsCodeStorage(client)], shiftMs: 0 },
        { cooldownsMs: [60_000], quotas: [{ limit: 2, windowMs: 3_600_000 }] },
      );
      const held = await short.issue();
      await passTime(direct, `sms:{${short.fingerprint}}`, 60_000);
      lose('evalsha');
      const resent = await short.resend(held, { idempotencyKey: 'key' });
      expect(resent.code).toBe(held.code);
      const key = `sms:{${short.fingerprint}}`;
      await expect(direct.hstrlen(key, 's')).resolves.toBe(2 * 6);
      await expect(short.cancel(resent, 'resend', 'key')).resolves.toBe(true);
      await expect(direct.hstrlen(key, 's')).resolves.toBe(6);
    });

    it('redeems a proof, once', async () => {
      const proof = requester.draw();
      await undisturbed.verify(await undisturbed.issue(), proof);
      lose('evalsha');
      await expect(requester.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
      await expect(undisturbed.redeem(proof)).resolves.toEqual({ outcome: 'unknown' });
      await expect(requester.redeem(proof)).resolves.toEqual({ outcome: 'unknown' });
    });

    it('takes the answer to a challenge, once', async () => {
      const challenges = new RedisSpentChallenges(client);
      const id = requester.fingerprint;
      await challenges.spend(`warm up ${id}`, 10_000);
      lose('evalsha');
      await expect(challenges.spend(id, 10_000)).resolves.toBe(true);
      await expect(challenges.spend(id, 10_000)).resolves.toBe(false);
    });
  });

  it('is told within a second and a little, when the second is lost too', async () => {
    const held = await undisturbed.issue();
    const begun = performance.now();
    await direct.client('PAUSE', 2_500, 'ALL');
    await expect(requester.verify(held)).rejects.toBeInstanceOf(StorageUnavailableError);
    expect(performance.now() - begun).toBeLessThan(1_200);
    await direct.client('UNPAUSE');
  });

  it('is not waited for when the command was never sent', async () => {
    await Promise.all([once(client, 'close'), proxy.close()]);
    const begun = performance.now();
    await expect(requester.check()).rejects.toBeInstanceOf(StorageUnavailableError);
    expect(performance.now() - begun).toBeLessThan(200);
    proxy = await ReplyCuttingProxy.to(server.port);
  });
});

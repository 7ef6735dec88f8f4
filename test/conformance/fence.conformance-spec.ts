import { Redis } from 'ioredis';
import { RedisSmsCodeStorage, type Durability } from '@app/sms-verification';
import { RedisServer } from '../support/redis-server';
import { HOUR, Requester, SECOND } from './requester';

describe(`${RedisSmsCodeStorage.name}: the mastership fence (R19)`, () => {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.dispose();
  });

  /** What a promotion does: the same data, under another mastership. */
  async function promote(): Promise<void> {
    const before = await replicationId();
    await redis.replicaof('127.0.0.1', 1);
    await redis.replicaof('NO', 'ONE');
    expect(await replicationId()).not.toBe(before);
  }

  async function replicationId(): Promise<string | undefined> {
    return /^master_replid:([0-9a-f]{40})\r?$/m.exec(await redis.info('replication'))?.[1];
  }

  const under = (durability?: Durability) => ({
    instances: [new RedisSmsCodeStorage(redis, 'sms:', durability)] as const,
    shiftMs: 0,
  });
  const fenced = (policy: Parameters<typeof Requester.of>[1] = {}) => Requester.of(under(), policy);

  it('leaves everything as it is while the mastership lasts', async () => {
    const requester = fenced();
    const held = await requester.issue();
    await requester.fail(held);
    await expect(requester.status(held)).resolves.toMatchObject({ state: 'pending', attemptsRemaining: 4 });
    await expect(requester.check()).resolves.toMatchObject({ exists: true });
    const proof = requester.draw();
    await expect(requester.verify(held, proof)).resolves.toMatchObject({ outcome: 'verified' });
    await expect(requester.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
  });

  it('refuses a code of the lost mastership, right or wrong, and says nothing of it', async () => {
    const requester = fenced();
    const held = await requester.issue();
    await promote();
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.verify({ code: held.code })).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.status(held)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('counts a wrong guess at it, whose mastership is not asked for; the right one stays refused', async () => {
    const requester = fenced();
    const held = await requester.issue();
    await promote();
    await expect(requester.fail(held)).resolves.toEqual({
      outcome: 'wrong',
      attemptsRemaining: 4,
      failures: 1,
      repeated: false,
    });
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
    await requester.failTimes(held, 4);
    await expect(requester.fail(held)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('keeps nothing of it with the failures, which stay', async () => {
    const requester = fenced({ cooldownsMs: [1] });
    const held = await requester.issue();
    await requester.failTimes(held, 2);
    await promote();
    await expect(requester.fail(held)).resolves.toMatchObject({ attemptsRemaining: 2, failures: 3 });
    const next = await requester.issue();
    await expect(requester.fail(held)).resolves.toEqual({ outcome: 'unknown' });
    await expect(requester.fail(next)).resolves.toMatchObject({ attemptsRemaining: 4, failures: 4 });
    await expect(requester.verify(next)).resolves.toMatchObject({ failuresBefore: 4 });
  });

  it('refuses it after a second promotion too, and on a server that was master before', async () => {
    const requester = fenced();
    const held = await requester.issue();
    await promote();
    await promote();
    await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('lets a new code be sent at once, and begins the schedule of cooldowns anew', async () => {
    const requester = fenced({ cooldownsMs: [60 * SECOND, 120 * SECOND] });
    await requester.issue();
    await expect(requester.check()).resolves.toMatchObject({
      exists: true,
      refusal: { reason: 'cooldown' },
    });
    await promote();
    await expect(requester.check()).resolves.toMatchObject({ exists: false, ttlMs: 0, resendInMs: 0 });
    const held = await requester.issue();
    expect(held.resendInMs).toBeLessThanOrEqual(60 * SECOND);
    await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('keeps the quota', async () => {
    const requester = fenced({ quotas: [{ limit: 2, windowMs: HOUR }] });
    await requester.issue();
    await promote();
    await requester.issue();
    await promote();
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'quota', limit: 2 });
  });

  it('keeps the failure count, and its wait', async () => {
    const requester = fenced();
    const held = await requester.issue();
    await requester.failTimes(held, 5);
    await promote();
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'failures' });
  });

  it('issues a new code where the lost one was to be sent again', async () => {
    const requester = fenced();
    const held = await requester.issue();
    await promote();
    const { outcome, ...renewed } = await requester.ask({ resendOf: held.verificationId });
    expect(outcome).toMatchObject({ outcome: 'issued' });
    await expect(requester.verify(renewed)).resolves.toMatchObject({ outcome: 'verified' });
  });

  it('serves anew a send whose first answer names what is lost', async () => {
    const requester = fenced();
    const held = await requester.issue({ idempotencyKey: 'key' });
    await requester.recordSent(held, { gateway: 'inbox', messageId: held.verificationId }, 'key');
    await promote();
    const again = await requester.ask({ idempotencyKey: 'key' });
    expect(again.outcome).toMatchObject({ outcome: 'issued' });
  });

  it('refuses a proof of the lost mastership: it may be redeemed already', async () => {
    const requester = fenced();
    const [redeemed, unspent] = [requester.draw(), requester.draw()];
    await requester.verify(await requester.issue(), unspent, 'key');
    await promote();
    await expect(requester.redeem(unspent)).resolves.toEqual({ outcome: 'unknown' });
    await requester.verify(await requester.issue(), redeemed);
    await expect(requester.redeem(redeemed)).resolves.toMatchObject({ outcome: 'redeemed' });
  });

  it('does not tell a repeat of a success that its proof is lost with: there is nothing to tell', async () => {
    const requester = fenced();
    const held = await requester.issue();
    const proof = requester.draw();
    await requester.verify(held, proof, 'key');
    await expect(requester.verify(held, proof, 'key')).resolves.toMatchObject({ repeated: true });
    await promote();
    await expect(requester.verify(held, proof, 'key')).resolves.toEqual({ outcome: 'unknown' });
  });

  it('leaves nothing of what is lost in the record once something new is sent', async () => {
    const requester = fenced();
    const held = await requester.issue({ idempotencyKey: 'key' });
    await requester.recordSent(held, { gateway: 'inbox', messageId: held.verificationId }, 'key');
    await promote();
    const { verificationId } = await requester.issue();
    const fields = await redis.hkeys(`sms:{${requester.fingerprint}}`);
    expect(fields.sort()).toEqual(['c:login', 's', `v:login:${verificationId}`]);
  });

  it('still lets a send of the lost mastership be taken back, with its place in the quota', async () => {
    const requester = fenced({ quotas: [{ limit: 1, windowMs: HOUR }] });
    const held = await requester.issue();
    await promote();
    await expect(requester.refusal()).resolves.toMatchObject({ reason: 'quota' });
    await expect(requester.cancel(held)).resolves.toBe(true);
    await expect(requester.refusal()).resolves.toBeUndefined();
  });

  it.each(['none', 'wait'] as const)(
    'is not there with %s: the code and the proof live on',
    async (durability) => {
      const requester = Requester.of(under(durability));
      const held = await requester.issue();
      await promote();
      const proof = requester.draw();
      await expect(requester.verify(held, proof)).resolves.toMatchObject({ outcome: 'verified' });
      await promote();
      await expect(requester.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
    },
  );

  it('treats as lost what was issued before it was put up', async () => {
    const open = Requester.of(under('none'));
    const held = await open.issue();
    await expect(open.via(under().instances[0]).verify(held)).resolves.toEqual({ outcome: 'unknown' });
  });

  it.each(['from an append-only file', 'from a snapshot'])('stands after a restart %s', async (from) => {
    const settings = from === 'from a snapshot' ? [] : ['--appendonly', 'yes', '--appendfsync', 'always'];
    const restarted = await RedisServer.start(...settings);
    const client = new Redis(restarted.url, { retryStrategy: () => 20 });
    try {
      const requester = Requester.of({ instances: [new RedisSmsCodeStorage(client)], shiftMs: 0 });
      const held = await requester.issue();
      if (from === 'from a snapshot') await client.save();
      await restarted.stop();
      await restarted.resume();
      await client.ping();
      await expect(client.exists(`sms:{${requester.fingerprint}}`)).resolves.toBe(1);
      await expect(requester.verify(held)).resolves.toEqual({ outcome: 'unknown' });
      await requester.issue();
    } finally {
      client.disconnect();
      await restarted.dispose();
    }
  });
});

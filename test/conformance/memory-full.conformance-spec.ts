import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { RedisSmsCodeStorage, StorageUnavailableError, type Durability } from '@app/sms-verification';
import { RedisServer } from '../support/redis-server';
import { Requester } from './requester';

describe(`${RedisSmsCodeStorage.name}: a server whose memory is full (noeviction)`, () => {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await RedisServer.start('--maxmemory-policy', 'noeviction');
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.dispose();
  });
  beforeEach(() => redis.config('SET', 'maxmemory', '0'));

  const fill = () => redis.config('SET', 'maxmemory', '1');

  const requester = (durability?: Durability) =>
    Requester.of({ instances: [new RedisSmsCodeStorage(redis, 'sms:', durability)], shiftMs: 0 });

  describe.each(['fence', 'none'] as const)('durability %s', (durability) => {
    it.each([
      ['at the first try', 0],
      ['after wrong ones', 2],
    ])('takes a code that was sent before, %s, and its proof', async (_, failures) => {
      const person = requester(durability);
      const held = await person.issue();
      await person.failTimes(held, failures);
      await fill();
      const proof = person.draw();
      await expect(person.verify(held, proof, 'key')).resolves.toMatchObject({
        outcome: 'verified',
        failuresBefore: failures,
      });
      await expect(person.verify(held)).resolves.toEqual({ outcome: 'unknown' });
      await expect(person.redeem(proof)).resolves.toMatchObject({ outcome: 'redeemed' });
      await expect(person.redeem(proof)).resolves.toEqual({ outcome: 'unknown' });
    });

    it('counts every wrong guess, so that nobody guesses for nothing', async () => {
      const person = requester(durability);
      const held = await person.issue();
      await fill();
      for (const attemptsRemaining of [4, 3, 2, 1, 0]) {
        await expect(person.fail(held)).resolves.toMatchObject({ outcome: 'wrong', attemptsRemaining });
      }
      await expect(person.fail(held)).resolves.toMatchObject({ outcome: 'exhausted' });
      await expect(person.verify(held)).resolves.toMatchObject({ outcome: 'exhausted' });
    });

    it.each([2, 5])('lets an operator reset what %s wrong guesses have led to', async (failures) => {
      const person = requester(durability);
      await person.failTimes(await person.issue(), failures);
      await fill();
      await expect(person.reset()).resolves.toBeUndefined();
    });

    it('lets a send be taken back at whose code somebody has guessed', async () => {
      const person = requester(durability);
      const held = await person.issue();
      await person.failTimes(held, 2);
      await fill();
      await person.cancel(held);
      await expect(person.fail(held)).resolves.toEqual({ outcome: 'unknown' });
    });

    it('binds a key to the verify that comes with it', async () => {
      const storage = new RedisSmsCodeStorage(redis, 'sms:', durability);
      const key = randomBytes(16).toString('base64url');
      await fill();
      await expect(storage.claimIdempotencyKey(key, 'a request', 60_000)).resolves.toBe(true);
      await expect(storage.claimIdempotencyKey(key, 'another', 60_000)).resolves.toBe(false);
    });

    it('sends no new code', async () => {
      await fill();
      await expect(requester(durability).ask()).rejects.toBeInstanceOf(StorageUnavailableError);
    });
  });
});

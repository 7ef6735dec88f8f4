import { PhoneNumber, SmsVerificationService } from '@app/sms-verification';
import { Redis } from 'ioredis';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { startApp } from '../support/start-app';

// An exhibit, kept for good: the two ways of verifying that the reviewed service had or could have had, written
// out here and used nowhere, under the load that ours is put under. What they do wrong is measured, not told.

const ROUNDS = 100;
const CONCURRENT = 20;
const CODE = '123456';

type VerifyCode = Parameters<SmsVerificationService['verify']>[0];

/** What one way of verifying did in all rounds together. */
interface Measured {
  /** Rounds in which more than one of the concurrent requests succeeded. */
  doubleSpends: number;
  /** Attempts that had to be made again because something changed in between. */
  retries: number;
  /** Times that a request waited for Redis. */
  roundTrips: number;
}

/** Each concurrent request has a connection of its own, as requests on different instances have. */
const connections: Redis[] = [];
let server: RedisServer;
const connection = (index: number): Redis => {
  const found = connections[index];
  if (found === undefined) throw new Error('more requests than connections');
  return found;
};

beforeAll(async () => {
  server = await RedisServer.start();
  for (let index = 0; index < CONCURRENT; index += 1) connections.push(new Redis(server.url));
  await Promise.all(connections.map((redis) => redis.ping()));
});
afterAll(async () => {
  for (const redis of connections) redis.disconnect();
  await server.dispose();
});

async function measure(
  verify: (redis: Redis, key: string, measured: Measured) => Promise<boolean>,
): Promise<Measured> {
  const measured: Measured = { doubleSpends: 0, retries: 0, roundTrips: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const key = `reviewed:${freshPhone()}`;
    await connection(0).set(key, CODE, 'EX', 300);
    const results = await Promise.all(connections.map((redis) => verify(redis, key, measured)));
    const successes = results.filter(Boolean).length;
    expect(successes).toBeGreaterThan(0);
    if (successes > 1) measured.doubleSpends += 1;
  }
  return measured;
}

describe('the reviewed GET, compare, DELETE', () => {
  async function verify(redis: Redis, key: string, measured: Measured): Promise<boolean> {
    measured.roundTrips += 1;
    const stored = await redis.get(key);
    if (stored !== CODE) return false;
    measured.roundTrips += 1;
    await redis.del(key);
    return true;
  }

  it('spends one code several times', async () => {
    const measured = await measure(verify);
    console.log(`GET, compare, DELETE: ${JSON.stringify(measured)} in ${String(ROUNDS)} rounds`);
    expect(measured.doubleSpends).toBeGreaterThan(0);
  });
});

describe('the alternative of WATCH, MULTI, EXEC', () => {
  async function verify(redis: Redis, key: string, measured: Measured): Promise<boolean> {
    for (;;) {
      measured.roundTrips += 2;
      await redis.watch(key);
      const stored = await redis.get(key);
      if (stored !== CODE) {
        measured.roundTrips += 1;
        await redis.unwatch();
        return false;
      }
      measured.roundTrips += 1;
      if ((await redis.multi().del(key).exec()) !== null) return true;
      measured.retries += 1;
    }
  }

  it('spends each code once, for retries and at least three round trips a request', async () => {
    const measured = await measure(verify);
    console.log(`WATCH, MULTI, EXEC: ${JSON.stringify(measured)} in ${String(ROUNDS)} rounds`);
    expect(measured.doubleSpends).toBe(0);
    expect(measured.retries).toBeGreaterThan(0);
    expect(measured.roundTrips).toBeGreaterThanOrEqual(3 * ROUNDS * CONCURRENT);
  });
});

describe('our verify', () => {
  it('spends each code once, without a retry, in one round trip a request', async () => {
    // Without the guard of number ranges, which is told of a success by a script of its own.
    const environment = { REDIS_URL: server.url, REDIS_KEY_PREFIX: 'ours:', SMS_ABUSE_MODE: 'off' };
    const apis = [await startApp({ environment }), await startApp({ environment })] as const;
    // The service itself, so that no other part of the application adds to what the server counts.
    const services = apis.map(({ app }) => app.get(SmsVerificationService));
    const verify = (index: number, request: VerifyCode): Promise<unknown> =>
      services[index % 2]?.verify(request) ?? Promise.reject(new Error('no service'));
    const measured: Measured = { doubleSpends: 0, retries: 0, roundTrips: 0 };
    // The first verify of all finds its script unknown to the server and sends it once, in full.
    const verificationId = 'A'.repeat(22);
    const nobody = { phone: PhoneNumber.parse(freshPhone()), purpose: 'login', code: CODE, verificationId };
    await verify(0, nobody).catch(() => undefined);
    for (let round = 0; round < ROUNDS; round += 1) {
      const phone = freshPhone();
      const sent = await apis[0].client.send(phone);
      const code = await apis[0].client.newestCode(phone);
      const request = {
        ...nobody,
        phone: PhoneNumber.parse(phone),
        code,
        verificationId: sent.verificationId,
      };
      // The inbox reports what it delivered a moment later, by scripts that are not to be counted.
      while ((await apis[0].client.status(phone, sent.verificationId)).body['delivery'] !== 'delivered');
      const before = await scriptCalls(connection(0));
      const outcomes = await Promise.allSettled(connections.map((_, index) => verify(index, request)));
      measured.roundTrips += (await scriptCalls(connection(0))) - before;
      if (outcomes.filter(({ status }) => status === 'fulfilled').length !== 1) measured.doubleSpends += 1;
    }
    // The server counts every call it got: what is more than one a request would be a retry.
    measured.retries = measured.roundTrips - ROUNDS * CONCURRENT;
    console.log(`ours: ${JSON.stringify(measured)} in ${String(ROUNDS)} rounds`);
    await Promise.all(apis.map((api) => api.close()));
    expect(measured).toEqual({ doubleSpends: 0, retries: 0, roundTrips: ROUNDS * CONCURRENT });
  });
});

/** Calls by digest that the server has run: how the library, and nothing else here, runs its scripts. */
async function scriptCalls(redis: Redis): Promise<number> {
  const stats = await redis.info('commandstats');
  const [, calls = '0'] = /cmdstat_evalsha:calls=([0-9]+)/.exec(stats) ?? [];
  return Number(calls);
}

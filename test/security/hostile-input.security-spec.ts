import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import { RedisServer } from '../support/redis-server';
import { freshPhone } from '../support/phones';
import { sendRaw } from '../support/raw-http';
import { startApp, type TestApp } from '../support/start-app';
import { tokenOf, type Answer } from '../support/api-client';
import { expectProblem } from './expect-problem';
import type { Live } from './hostile-request';
import { HOSTILE_REQUESTS } from './hostile-requests';

describe.each(['redis', 'in-process'] as const)('hostile input, with the %s store', (store) => {
  // What refuses them stands before the stores: with the other one, every fifth tells whether it still does.
  const requests = HOSTILE_REQUESTS.filter((_, index) => store === 'redis' || index % 5 === 0);
  let api: TestApp;
  let server: RedisServer;
  let redis: Redis;
  let live: Live;
  let before: { readonly status: unknown; readonly stored: unknown };
  /** Whether everything is as it was: a request that was let through must not spoil the test of the next one. */
  let untouched = false;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
    const environment = { SMS_CODE_EXPIRY_SECONDS: '600', REDIS_URL: server.url };
    api = await startApp({ store, environment });
  });
  beforeEach(async () => {
    if (untouched) return;
    live = await establish(api);
    before = await state();
    untouched = true;
  });
  afterAll(async () => {
    redis.disconnect();
    await api.close();
    await server.dispose();
  });

  const state = async (): Promise<typeof before> => ({
    status: lasting(await api.client.post('/auth/sms/status', live.status)),
    stored: await redis.callBuffer('EVAL', EVERYTHING, 0),
  });

  it('[ASVS 2.2.1] knows more than 300 hostile requests, each by a name of its own', () => {
    expect(new Set(HOSTILE_REQUESTS.map(({ name }) => name)).size).toBe(HOSTILE_REQUESTS.length);
    expect(HOSTILE_REQUESTS.length).toBeGreaterThan(300);
    // What the table compares is there: on Redis the record of the phone, that it is
    // known, two messages, and the guard's start and three levels.
    expect(before).toMatchObject({ status: { status: 200, state: 'pending', attemptsRemaining: 5 } });
    expect(before.stored).toHaveLength(store === 'redis' ? 8 : 0);
  });

  it.each(requests)(
    '[ASVS 2.2.1, RFC 9457] refuses and changes nothing — $name',
    async ({ bytes, hangUp, refusal }) => {
      const answer = await sendRaw(api.client.url, bytes(live), hangUp);
      const after = await state();
      untouched = isDeepStrictEqual(after, before);
      expectProblem(answer, refusal);
      expect(after).toEqual(before);
    },
  );

  // Comes last: the requests above differ from these in the one thing that each names.
  it('[ASVS 2.2.1] still accepts every request that the hostile ones were made from', async () => {
    expect(await api.client.post('/auth/sms/status', live.status)).toMatchObject({ status: 200 });
    expect(await api.client.post('/auth/sms/verify', live.verify)).toMatchObject({ status: 200 });
    expect(await api.client.post('/auth/sms/redeem', live.redeem)).toMatchObject({ status: 200 });
    expect(await api.client.post('/auth/sms/challenge', live.challenge)).toMatchObject({ status: 200 });
    expect(await api.client.post('/auth/sms/send', live.send)).toMatchObject({ status: 202 });
  });
});

/** A phone with a live verification, an unspent proof, and a purpose for which a send would be accepted. */
async function establish({ client }: TestApp): Promise<Live> {
  const phone = freshPhone();
  const first = await client.send(phone, 'change_phone');
  const code = await client.newestCode(phone);
  const token = tokenOf(await client.verify(phone, code, first.verificationId, 'change_phone'));
  const { verificationId } = await client.send(phone, 'login');
  return {
    send: { phone, purpose: 'register' },
    verify: { phone, purpose: 'login', code: await client.newestCode(phone), verificationId },
    status: { phone, purpose: 'login', verificationId },
    redeem: { token, purpose: 'change_phone' },
    challenge: { phone },
  };
}

/** The answer without what passes by itself. */
function lasting({ status, body }: Answer): unknown {
  const { expiresIn, resendIn, ...rest } = body;
  return { status, ...rest, members: [typeof expiresIn, typeof resendIn] };
}

/** Every key with its value, dumped, and its expiry; but for the counts of requests by address. */
const EVERYTHING = `
local all = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  if not string.find(key, 'sms:ip:', 1, true) then
    table.insert(all, { key, redis.call('DUMP', key), redis.call('PEXPIRETIME', key) })
  end
end
table.sort(all, function(first, second) return first[1] < second[1] end)
return all`;

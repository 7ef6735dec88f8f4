import { CooldownError, PhoneNumber, SmsVerificationService } from '@app/sms-verification';
import type { Redis } from 'ioredis';
import { freshPhone } from '../support/phones';
import { connectSharedRedis } from '../support/shared-redis';
import { startApp, type TestApp } from '../support/start-app';
import { passTime } from '../support/time-travel';

const SENDS = 100;

describe.each(['redis', 'in-process'] as const)('sends in parallel, %s store', (store) => {
  let api: TestApp;

  beforeAll(async () => {
    api = await startApp({ store });
  });
  afterAll(() => api.close());

  it(`sends one message for ${String(SENDS)} requests [ASVS 2.3.4]`, async () => {
    const phone = freshPhone();
    const answers = await Promise.all(
      Array.from({ length: SENDS }, () => api.client.post('/auth/sms/send', { phone, purpose: 'login' })),
    );
    const refused = answers.filter(({ status }) => status !== 202);

    expect(refused).toHaveLength(SENDS - 1);
    for (const { status, body, headers } of refused) {
      expect({ status, code: body['code'] }).toEqual({ status: 429, code: 'cooldown' });
      expect(headers['retry-after']).toBe(String(body['retryAfter']));
      // All within the first second of a minute's cooldown.
      expect([59, 60]).toContain(body['retryAfter']);
    }
    expect(await api.client.inbox(phone)).toHaveLength(1);
  });

  it('sends one message when the guard is out of the way and other code calls the service', async () => {
    const phone = PhoneNumber.parse(freshPhone());
    const service = api.app.get(SmsVerificationService);
    const outcomes = await Promise.allSettled(
      Array.from({ length: SENDS }, () => service.send({ phone, purpose: 'login' })),
    );
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );

    expect(refusals).toHaveLength(SENDS - 1);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(CooldownError);
    expect(await api.client.inbox(phone.e164)).toHaveLength(1);
  });
});

describe('the Retry-After of a refused send', () => {
  let api: TestApp;
  let redis: Redis;

  beforeAll(async () => {
    api = await startApp();
    redis = connectSharedRedis();
  });
  afterAll(async () => {
    redis.disconnect();
    await api.close();
  });

  it('is true: one second less is refused again, that long is enough [RFC 9110 §10.2.3]', async () => {
    const phone = freshPhone();
    const send = (): ReturnType<typeof api.client.post> =>
      api.client.post('/auth/sms/send', { phone, purpose: 'login' });
    await send();
    const retryAfter = Number((await send()).headers['retry-after']);
    await passTime(redis, api.keyPrefix, (retryAfter - 1) * 1_000);
    expect((await send()).status).toBe(429);
    await passTime(redis, api.keyPrefix, 1_000);
    expect((await send()).status).toBe(202);
  });
});

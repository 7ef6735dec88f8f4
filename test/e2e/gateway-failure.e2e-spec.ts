import type { Redis } from 'ioredis';
import type { Answer } from '../support/api-client';
import { accept, neverAnswer, refuse, ScriptedGateway } from '../support/gateways';
import { freshPhone } from '../support/phones';
import { connectSharedRedis } from '../support/shared-redis';
import { startApp, type TestApp } from '../support/start-app';
import { keysUnder } from '../support/time-travel';

const FAILURES = {
  'refuses the message': refuse,
  'throws before it does anything': (): Promise<never> => {
    throw new Error('not connected');
  },
  'does not answer in time': neverAnswer,
  'accepts the message and throws then': async (): Promise<never> => {
    await accept();
    throw new Error('connection lost after the message was accepted');
  },
};

describe.each(['redis', 'in-process'] as const)('a gateway that fails, %s store', (store) => {
  const gateway = new ScriptedGateway();
  let api: TestApp;
  let redis: Redis;

  const send = (phone: string, purpose = 'login'): Promise<Answer> =>
    api.client.post('/auth/sms/send', { phone, purpose });

  beforeAll(async () => {
    const environment = { SMS_SEND_TIMEOUT_MS: '100', SMS_PHONE_QUOTA: '2/1h' };
    api = await startApp({ store, gateway, environment });
    redis = connectSharedRedis();
  });
  beforeEach(() => {
    gateway.behaviour = accept;
  });
  afterAll(async () => {
    redis.disconnect();
    await api.close();
  });

  describe.each(Object.entries(FAILURES))('%s', (_name, failure) => {
    it('gives code, cooldown and quota back, and a send right after it succeeds (R6) [ASVS 2.3.3]', async () => {
      const phone = freshPhone();
      gateway.behaviour = failure;
      // More failures than the quota allows sends: none of them counts.
      for (let time = 0; time < 3; time += 1) {
        const refused = await send(phone);
        expect(refused).toMatchObject({ status: 503, body: { code: 'gateway_unavailable', retryAfter: 1 } });
        expect(refused.headers['retry-after']).toBe('1');
      }
      const lost = gateway.newestFor(phone);
      gateway.behaviour = accept;
      const sent = await send(phone);
      expect(sent.status).toBe(202);

      // The message that may have gone out all the same brings a code that is worth nothing.
      const late = await api.client.verify(phone, lost.code, lost.verificationId);
      expect(late).toMatchObject({ status: 400, body: { code: 'code_invalid' } });
      const { code, verificationId } = gateway.newestFor(phone);
      expect((await api.client.verify(phone, code, verificationId)).status).toBe(200);
    });
  });

  it('never takes back a newer verification than its own', async () => {
    const phone = freshPhone();
    // The first message is still on its way to failing when a second one, of another purpose, is sent.
    let fail: () => void = () => undefined;
    const handedOver = new Promise<void>((handed) => {
      gateway.behaviour = () => {
        handed();
        return new Promise((_resolve, reject) => {
          fail = () => {
            reject(new Error('refused late'));
          };
        });
      };
    });
    const first = send(phone, 'login');
    await handedOver;
    gateway.behaviour = accept;
    expect((await send(phone, 'register')).status).toBe(202);
    fail();
    expect((await first).status).toBe(503);

    // The second one stands, and so do its cooldown and its place in the quota of two.
    expect((await send(phone, 'register')).body).toMatchObject({ code: 'cooldown' });
    expect((await send(phone, 'login')).status).toBe(202);
    expect((await send(phone, 'change_phone')).body).toMatchObject({
      code: 'quota_exceeded',
      limit: 2,
      window: 3600,
    });
    const { code, verificationId } = gateway.handed.findLast(({ purpose }) => purpose === 'register') ?? {
      code: '',
      verificationId: '',
    };
    expect((await api.client.verify(phone, code, verificationId, 'register')).status).toBe(200);
  });

  if (store === 'redis') {
    it('leaves no key behind when the failed send was the only one', async () => {
      const before = await keysUnder(redis, `${api.keyPrefix}sms:{`);
      gateway.behaviour = refuse;
      await send(freshPhone());
      expect(await keysUnder(redis, `${api.keyPrefix}sms:{`)).toHaveLength(before.length);
    });
  }
});

import { wrongCode, type Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { STORES, withTimedApp, type TimedApp } from './timed-app';

/** A wait that a client can be told: how it is brought about, and the request that is told of it. */
interface Wait {
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Leads up to the refusal, which comes with the next send. */
  readonly bringAbout: (api: TimedApp, phone: string) => Promise<void>;
}

const send = (api: TimedApp, phone: string): Promise<Answer> =>
  api.client.post('/auth/sms/send', { phone, purpose: 'login' });

const WAITS: readonly Wait[] = [
  {
    code: 'cooldown',
    environment: {},
    bringAbout: async (api, phone) => {
      await send(api, phone);
      await api.pass(0.25);
    },
  },
  {
    code: 'quota_exceeded',
    environment: { SMS_COOLDOWN_SECONDS: '1', SMS_PHONE_QUOTA: '2/1h' },
    bringAbout: async (api, phone) => {
      for (let n = 0; n < 2; n += 1) {
        await send(api, phone);
        await api.pass(31.3);
      }
    },
  },
  {
    code: 'attempts_exhausted',
    environment: { SMS_COOLDOWN_SECONDS: '1', SMS_FAILURE_WAITS: '3/20m,100/1d' },
    bringAbout: async (api, phone) => {
      const sent = await send(api, phone);
      const wrong = wrongCode(await api.client.newestCode(phone));
      for (let n = 0; n < 3; n += 1) {
        await api.client.verify(phone, wrong, String(sent.body['verificationId']));
        await api.pass(2.7);
      }
    },
  },
  {
    code: 'rate_limited',
    environment: { SMS_IP_SEND_LIMIT: '3/10m' },
    bringAbout: async (api) => {
      for (let n = 0; n < 3; n += 1) {
        await send(api, freshPhone());
        await api.pass(100.4);
      }
    },
  },
];

/** Has the request refused and returns the seconds that it was told to wait, which header and body agree on. */
async function refusedFor(api: TimedApp, phone: string, code: string): Promise<number> {
  const { status, headers, body } = await send(api, phone);
  expect({ status, code: body['code'] }).toEqual({ status: 429, code });
  expect(headers['retry-after']).toMatch(/^[1-9][0-9]*$/);
  expect(String(body['retryAfter'])).toBe(headers['retry-after']);
  return Number(headers['retry-after']);
}

describe.each(WAITS)('the Retry-After of $code', ({ code, environment, bringAbout }) => {
  // On a frozen clock, so that nothing but the seconds waited decides.
  it('[RFC 9110 §10.2.3] is true to the second, with the in-process store', () =>
    withTimedApp({ store: 'in-process', environment }, async (api) => {
      const phone = freshPhone();
      await bringAbout(api, phone);
      const wait = await refusedFor(api, phone, code);
      await api.pass(wait - 1);
      expect(await refusedFor(api, phone, code)).toBe(1);
      await api.pass(1);
      expect((await send(api, phone)).status).toBe(202);
    }));

  // Redis keeps its own time, which cannot be stopped: what must not be enough is ten seconds less.
  it('[RFC 9110 §10.2.3] is enough, and much less is not, with the redis store', () =>
    withTimedApp({ store: 'redis', environment }, async (api) => {
      const phone = freshPhone();
      await bringAbout(api, phone);
      const wait = await refusedFor(api, phone, code);
      await api.pass(wait - 10);
      expect(await refusedFor(api, phone, code)).toBeLessThanOrEqual(10);
      await api.pass(10);
      expect((await send(api, phone)).status).toBe(202);
    }));

  it.each(STORES)(
    '[RFC 9110 §10.2.3] is true also for a client that kept asking, with the %s store',
    (store) =>
      withTimedApp({ store, environment }, async (api) => {
        const phone = freshPhone();
        await bringAbout(api, phone);
        let wait = await refusedFor(api, phone, code);
        for (let asked = 0; asked < 200 && wait > 10; asked += 1) {
          await api.pass(Math.ceil(wait / 20));
          wait = await refusedFor(api, phone, code);
        }
        await api.pass(wait);
        expect((await send(api, phone)).status).toBe(202);
      }),
  );
});

describe('the waits that success tells', () => {
  it.each(STORES)('[RFC 9110 §10.2.3] are true: resendIn of send and status, with the %s store', (store) =>
    withTimedApp({ store }, async (api) => {
      // Of the holder of the verification's id, who is told them.
      const phone = freshPhone();
      let verificationId: string | undefined;
      for (let n = 0; n < 5; n += 1) {
        const sent = await api.client.post('/auth/sms/send', { phone, purpose: 'login', verificationId });
        expect(sent.status).toBe(202);
        verificationId = String(sent.body['verificationId']);
        await api.pass(20);
        const { body } = await api.client.status(phone, verificationId);
        expect(body['resendIn']).toBeLessThanOrEqual(Number(sent.body['resendIn']) - 20);
        const early = await api.client.post('/auth/sms/send', { phone, purpose: 'login', verificationId });
        expect(early.status).toBe(429);
        await api.pass(Number(body['resendIn']));
      }
    }),
  );
});

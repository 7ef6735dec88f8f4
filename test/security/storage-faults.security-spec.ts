import {
  PhoneNumber,
  SmsVerificationEvents,
  SmsVerificationService,
  StorageUnavailableError,
  type SmsVerificationEvent,
} from '@app/sms-verification';
import { tokenOf, type Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { startApp, type TestApp } from '../support/start-app';
import { expectProblem } from './expect-problem';
import { STORAGE_FAULTS } from './storage-faults';

/** What an answer must not show of what goes on inside. */
const INSIDE = /redis|ECONN|READONLY|OOM|NOPERM|BUSY|timed out/i;
const UNAVAILABLE = { status: 503, code: 'storage_unavailable' };

describe.each(STORAGE_FAULTS)('a Redis that $name', ({ begin, keepsData, notReady }) => {
  let server: RedisServer;
  let api: TestApp;
  const happened: SmsVerificationEvent[] = [];

  beforeAll(async () => {
    server = await RedisServer.start('--busy-reply-threshold', '100');
    api = await startApp({ environment: { REDIS_URL: server.url } });
    api.app.get(SmsVerificationEvents).subscribe((event) => {
      happened.push(event);
    });
  });
  afterAll(async () => {
    await api.close();
    await server.dispose();
  });

  interface Held {
    readonly phone: string;
    readonly code: string;
    readonly verificationId: string;
    readonly token: string;
  }

  /** A phone with a live verification and an unspent proof. */
  async function hold(): Promise<Held> {
    const phone = freshPhone();
    const first = await api.client.send(phone, 'register');
    const firstCode = await api.client.newestCode(phone);
    const token = tokenOf(await api.client.verify(phone, firstCode, first.verificationId, 'register'));
    const { verificationId } = await api.client.send(phone);
    return { phone, code: await api.client.newestCode(phone), verificationId, token };
  }

  const everyRoute = ({ phone, code, verificationId, token }: Held): (() => Promise<Answer>)[] => [
    () => api.client.post('/auth/sms/send', { phone: freshPhone(), purpose: 'login' }),
    () => api.client.verify(phone, code, verificationId),
    () => api.client.redeem(token, 'register'),
    () => api.client.status(phone, verificationId),
  ];

  /** Whatever the application calls, past the limits of HTTP that come first. */
  const everyUse = (held: Held): (() => Promise<unknown>)[] => {
    const service = api.app.get(SmsVerificationService);
    const phone = PhoneNumber.parse(held.phone);
    const { code, verificationId } = held;
    return [
      () => service.send({ phone: PhoneNumber.parse(freshPhone()), purpose: 'login' }),
      () => service.verify({ phone, purpose: 'login', code, verificationId }),
      () => service.redeemProof(held.token, { purpose: 'register' }),
      () => service.status({ phone, purpose: 'login', verificationId }),
      () => service.assertSendAllowed({ phone, purpose: 'reset_password' }),
      () => service.ping(),
    ];
  };

  const becomesReady = async (): Promise<void> => {
    // A question is answered as soon as the client has tried, so this asks as often as the client tries.
    for (let asked = 0; asked < 20_000; asked += 1) {
      if ((await api.client.get('/health/ready')).status === 200) return;
    }
    throw new Error('the application did not become ready again');
  };

  /** What the action yields while the fault lasts, which it ends for whatever reason. */
  async function meanwhile<Result>(action: () => Promise<Result>): Promise<Result> {
    const end = await begin(server);
    try {
      return await action();
    } finally {
      await end();
      await becomesReady();
    }
  }

  it('[ASVS 16.5.1, ASVS 16.5.2, ASVS 16.5.3] is answered with 503, lets nobody in, and is recovered from', async () => {
    const [overHttp, inside] = [await hold(), await hold()];
    happened.length = 0;
    // All of it is answered while the fault lasts: nothing waits for its end.
    const { answers, outcomes, live } = await meanwhile(async () => {
      const given: Answer[] = [];
      for (const ask of everyRoute(overHttp)) given.push(await ask());
      return {
        answers: given,
        outcomes: await Promise.allSettled(everyUse(inside).map((use) => use())),
        live: await api.client.get('/health/live'),
      };
    });

    for (const answer of answers) {
      expectProblem(answer, UNAVAILABLE);
      expect(answer.headers['retry-after']).toBe('1');
      expect(JSON.stringify(answer.body)).not.toMatch(INSIDE);
    }
    // Reads may still be answered, as from a replica; but no code
    // is sent and none accepted.
    const refused = { status: 'rejected', reason: expect.any(StorageUnavailableError) as unknown };
    expect(outcomes.slice(0, 2)).toEqual([refused, refused]);
    // `delivered` may come late from a message that was sent before.
    const harmless: string[] = ['redeemed', 'delivered'];
    expect(happened.filter(({ type }) => !harmless.includes(type))).toEqual([]);
    expect(live.status).toBe(200);

    const [, verified, redeemed, found] = await Promise.all(everyRoute(overHttp).map((ask) => ask()));
    if (keepsData) {
      // Nothing was spent: what was refused over HTTP is as good as before.
      expect([verified?.status, redeemed?.status, found?.status]).toEqual([200, 200, 200]);
    } else {
      // Everything was forgotten: that is a refusal, never a success.
      expect([verified?.status, redeemed?.status, found?.status]).toEqual([400, 401, 404]);
    }
    const later = await hold();
    for (const ask of everyRoute(later)) expect((await ask()).status).toBeLessThan(300);
  });

  if (notReady) {
    it('[ASVS 16.5.2] is seen in readiness while it lasts, and not after', async () => {
      const { ready, live } = await meanwhile(async () => ({
        ready: await api.client.get('/health/ready'),
        live: await api.client.get('/health/live'),
      }));
      expectProblem(ready, { status: 503, code: 'not_ready' });
      expect(live.status).toBe(200);
    });
  }
});

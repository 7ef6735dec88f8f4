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

const UNAVAILABLE = { status: 503, code: 'storage_unavailable' };

describe.each(STORAGE_FAULTS)('a Redis that $name', ({ begin, keepsData, silent }) => {
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
    // Each question waits for the client to have an answer, so this asks as often as the client can.
    while ((await api.client.get('/health/ready')).status !== 200) await api.client.get('/health/live');
  };

  it('[ASVS 16.5.1, ASVS 16.5.2, ASVS 16.5.3] is answered with 503, lets nobody in, and is recovered from', async () => {
    const [overHttp, inside] = [await hold(), await hold()];
    const end = await begin(server);
    happened.length = 0;

    // All of it is answered while the fault lasts: nothing waits for its end.
    for (const ask of everyRoute(overHttp)) {
      const answer = await ask();
      expectProblem(answer, UNAVAILABLE);
      expect(answer.headers['retry-after']).toBe('1');
      expect(JSON.stringify(answer.body)).not.toMatch(
        /redis|ioredis|ECONN|READONLY|OOM|NOPERM|BUSY|timed out/i,
      );
    }
    const uses = everyUse(inside);
    const outcomes = await Promise.allSettled(uses.map((use) => use()));
    // Reads may still be answered, as from a replica, and a proof be spent where only memory lacks; but no code
    // is sent and none accepted.
    for (const outcome of outcomes.slice(0, 2)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: expect.any(StorageUnavailableError) as unknown,
      });
    }
    expect(happened.filter(({ type }) => type !== 'redeemed')).toEqual([]);
    expect((await api.client.get('/health/live')).status).toBe(200);

    await end();
    await becomesReady();
    const [, verify, redeem, status] = everyRoute(overHttp);
    if (keepsData) {
      // Nothing was spent: what was refused over HTTP is as good as before.
      expect((await status?.())?.body).toMatchObject({ state: 'pending', attemptsRemaining: 5 });
      expect((await verify?.())?.status).toBe(200);
      expect((await redeem?.())?.status).toBe(200);
    } else {
      // Everything was forgotten: that is a refusal, never a success.
      expect((await status?.())?.status).toBe(404);
      expect((await verify?.())?.body).toMatchObject({ code: 'code_invalid' });
      expect((await redeem?.())?.body).toMatchObject({ code: 'proof_invalid' });
    }
    const later = await hold();
    for (const ask of everyRoute(later)) expect((await ask()).status).toBeLessThan(300);
  });

  if (silent) {
    it('[ASVS 16.5.2] is seen in readiness while it lasts, and not after', async () => {
      const end = await begin(server);
      const ready = await api.client.get('/health/ready');
      const live = await api.client.get('/health/live');
      await end();
      await becomesReady();
      expectProblem(ready, { status: 503, code: 'not_ready' });
      expect(live.status).toBe(200);
    });
  }
});

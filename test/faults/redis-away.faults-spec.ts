import { Redis } from 'ioredis';
import { tokenOf, type Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { startProcess, type ApiProcess } from '../support/start-process';

/** The client's command timeout plus what a busy machine needs to answer; Redis is asked at most twice. */
const PROMPT_MS = 2_500;

describe('Redis away', () => {
  let server: RedisServer;
  let api: ApiProcess;

  beforeAll(async () => {
    server = await RedisServer.start();
    api = await startProcess({ REDIS_URL: server.url });
  });
  afterAll(async () => {
    await api.stop();
    await server.dispose();
  });

  const send = (): Promise<Answer> =>
    api.client.post('/auth/sms/send', { phone: freshPhone(), purpose: 'login' });

  /** Requests of every kind over several connections, from before `body` begins until it has ended. */
  async function underLoad(body: (answers: readonly Answer[]) => Promise<void>): Promise<Answer[]> {
    const answers: Answer[] = [];
    const id = 'A'.repeat(22);
    let running = true;
    const client = async (): Promise<void> => {
      while (running) {
        answers.push(await send());
        answers.push(await api.client.verify(freshPhone(), '123456', id));
        answers.push(await api.client.redeem(`${'A'.repeat(16)}.${'A'.repeat(43)}`));
        answers.push(await api.client.status(freshPhone(), id));
      }
    };
    const clients = Promise.all(Array.from({ length: 8 }, client));
    try {
      await more(answers);
      await body(answers);
      await more(answers);
    } finally {
      running = false;
      await clients;
    }
    return answers;
  }

  /** Waits until a hundred more requests were answered. */
  async function more(answers: readonly Answer[]): Promise<void> {
    const enough = answers.length + 100;
    while (answers.length < enough) await api.client.get('/health/live');
  }

  it('answers 503 to every request, stays alive, and serves again when Redis returns [ASVS 16.5.2] [ASVS 16.5.3]', async () => {
    // Load runs through all of it: while Redis serves, while it dies, while it is away, and when it is back.
    const answers = await underLoad(async (soFar) => {
      await server.stop();
      await more(soFar);

      const started = Date.now();
      const refused = await Promise.all([send(), send(), send()]);
      expect(Date.now() - started).toBeLessThan(PROMPT_MS);
      for (const { status, body, headers } of refused) {
        expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'storage_unavailable' });
        expect(headers['retry-after']).toBe('1');
      }
      expect((await api.client.get('/health/live')).status).toBe(200);
      expect(await api.client.get('/health/ready')).toMatchObject({
        status: 503,
        body: { code: 'not_ready', parts: { storage: { status: 'down' } } },
      });

      await server.resume();
      await untilReady(api);
    });

    const unexpected = answers.filter(({ status }) => ![202, 400, 401, 404, 503].includes(status));
    expect(unexpected).toEqual([]);
    expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
    expect(api.child.exitCode).toBeNull();
    expect(api.output()).not.toMatch(/unhandled|uncaught/i);

    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const verified = await api.client.verify(phone, await api.client.newestCode(phone), verificationId);
    expect((await api.client.redeem(tokenOf(verified))).status).toBe(200);
  });

  it('fails no request while its scripts are flushed from the server under load (F8)', async () => {
    const admin = new Redis(server.url);
    const answers = await underLoad(async () => {
      for (let flush = 0; flush < 50; flush += 1) {
        await admin.script('FLUSH');
        await send();
      }
    });
    admin.disconnect();

    expect(answers.length).toBeGreaterThan(50);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });
});

describe('Redis away at the start', () => {
  it('starts all the same, answers 503, and serves when Redis comes', async () => {
    const server = await RedisServer.start();
    await server.stop();
    const api = await startProcess({ REDIS_URL: server.url });
    const { status, body } = await api.client.post('/auth/sms/send', {
      phone: freshPhone(),
      purpose: 'login',
    });
    expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'storage_unavailable' });
    await server.resume();
    await untilReady(api);
    await api.client.send(freshPhone());
    expect(await api.stop()).toBe(0);
    await server.dispose();
  });
});

/** Asks again and again; the test's own time limit ends the wait if it never comes true. */
async function untilReady({ client }: ApiProcess): Promise<void> {
  for (;;) {
    if ((await client.get('/health/ready')).status === 200) return;
  }
}

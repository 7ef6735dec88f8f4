import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tokenOf, wrongCode, type Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { connectSharedRedis, freshPrefix, sharedRedisUrl } from '../support/shared-redis';
import { startApp, type TestApp } from '../support/start-app';
import { startProcess } from '../support/start-process';
import { passTime } from '../support/time-travel';

describe.each(['redis', 'in-process'] as const)('a repeated request, %s store', (store) => {
  let api: TestApp;

  beforeAll(async () => {
    api = await startApp({ store });
  });
  afterAll(() => api.close());

  const send = (phone: string, key: string, purpose = 'login'): Promise<Answer> =>
    api.client.post('/auth/sms/send', { phone, purpose }, { 'idempotency-key': key });

  it('of send gets the first answer again and no second message (R11)', async () => {
    const phone = freshPhone();
    const first = await send(phone, `send-${phone}`);
    const second = await send(phone, `"send-${phone}"`);
    expect(first.status).toBe(202);
    expect(second.status).toBe(202);
    expect(second.body['verificationId']).toBe(first.body['verificationId']);
    expect(await api.client.inbox(phone)).toHaveLength(1);
  });

  it('with another body is a conflict', async () => {
    const phone = freshPhone();
    await send(phone, `other-${phone}`);
    for (const other of [send(phone, `other-${phone}`, 'register'), send(freshPhone(), `other-${phone}`)]) {
      expect(await other).toMatchObject({ status: 422, body: { code: 'idempotency_conflict' } });
    }
  });

  it('of verify gets the same proof after a success, and is not counted after a failure', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    const verify = (guess: string, key: string): Promise<Answer> =>
      api.client.post(
        '/auth/sms/verify',
        { phone, purpose: 'login', code: guess, verificationId },
        { 'idempotency-key': `${key}-${phone}` },
      );
    for (let time = 0; time < 3; time += 1) {
      expect((await verify(wrongCode(code), 'wrong')).body).toMatchObject({ attemptsRemaining: 4 });
    }
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify(code, 'right')));
    expect(new Set(answers.map(tokenOf)).size).toBe(1);
    const [first] = answers;
    if (first === undefined) throw new Error('no answer');
    const redeemed = await Promise.all(answers.map(() => api.client.redeem(tokenOf(first))));
    expect(redeemed.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each(['', 'with space', 'a'.repeat(129), 'quote"inside', 'ключ'])('refuses %p as a key', async (key) => {
    const header = Buffer.from(key).toString('latin1');
    const answer = await send(freshPhone(), header);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('a process that dies after the gateway accepted and before it answered', () => {
  /** Accepts every message, and holds back its answer to the first one for good. */
  async function receiver(): Promise<{
    server: Server;
    messages: number;
    first: Promise<void>;
    url: string;
  }> {
    let arrived: () => void = () => undefined;
    const state = { messages: 0, first: new Promise<void>((resolve) => (arrived = resolve)) };
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        state.messages += 1;
        if (state.messages === 1) arrived();
        else response.end('{}');
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    return Object.assign(state, { server, url: `http://127.0.0.1:${String(port)}/` });
  }

  it('leaves one message and one id: the repeat gets the verification of the first request', async () => {
    const carrier = await receiver();
    const keyPrefix = freshPrefix();
    const environment = {
      REDIS_URL: sharedRedisUrl(),
      REDIS_KEY_PREFIX: keyPrefix,
      SMS_GATEWAYS: 'webhook',
      WEBHOOK_URL: carrier.url,
      WEBHOOK_SECRET: 'a secret of this test, thirty-two characters',
    };
    const [dying, living] = await Promise.all([startProcess(environment), startProcess(environment)]);
    const redis = connectSharedRedis();
    const phone = freshPhone();
    const send = (client: typeof living.client): Promise<Answer> =>
      client.post('/auth/sms/send', { phone, purpose: 'login' }, { 'idempotency-key': 'the-one' });

    const lost = send(dying.client).catch(() => 'no answer');
    await carrier.first;
    dying.child.kill('SIGKILL');
    expect(await lost).toBe('no answer');

    // While the first request might still be running, the repeat is told to wait.
    const waiting = await send(living.client);
    expect(waiting).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    await passTime(redis, keyPrefix, Number(waiting.headers['retry-after']) * 1_000);
    const repeated = await send(living.client);
    const again = await send(living.client);
    expect(repeated.status).toBe(202);
    expect(again.body['verificationId']).toBe(repeated.body['verificationId']);
    expect(carrier.messages).toBe(1);

    redis.disconnect();
    await Promise.all([living.stop(), dying.stop()]);
    carrier.server.closeAllConnections();
    carrier.server.close();
  });
});

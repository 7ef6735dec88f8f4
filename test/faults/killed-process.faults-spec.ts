import { once } from 'node:events';
import { LoopbackPeer } from '../gateways/loopback-peer';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { startProcess, type ApiProcess } from '../support/start-process';
import { until } from '../support/redis-ask';
import { measured } from './measured';

/** What the gateway was to carry. */
const codeIn = (text: string): string => /\d{6}/.exec(text)?.[0] ?? '';

describe('a process that is killed between the reservation and the hand-over', () => {
  let redis: RedisServer;
  let peer: LoopbackPeer;
  let environment: Record<string, string>;

  beforeAll(async () => {
    redis = await RedisServer.start();
    peer = await LoopbackPeer.start();
    environment = {
      REDIS_URL: redis.url,
      SMS_GATEWAYS: 'webhook',
      WEBHOOK_URL: peer.url,
      WEBHOOK_SECRET: 'a secret of this test, thirty-two characters',
      SMS_COOLDOWN_SECONDS: '1',
      SMS_BINDING: 'optional',
    };
  });
  afterAll(async () => {
    await peer.close();
    await redis.dispose();
  });

  /** A send whose process dies while the gateway has not answered; returns the code that nobody was given. */
  async function dieBeforeHandOver(phone: string): Promise<string> {
    const first = await startProcess(environment);
    const arrived = peer.staysSilent();
    // Nobody will ever answer it.
    const lost = first.client.post('/auth/sms/send', { phone, purpose: 'login' }).catch(() => undefined);
    await arrived;
    const ended = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await ended;
    await lost;
    await first.stop();
    const { text } = JSON.parse(peer.requests.at(-1)?.body ?? '{}') as { text: string };
    peer.answers(200);
    return codeIn(text);
  }

  it('leaves a code that nobody can enter, for its id went with the answer (F15)', async () => {
    const phone = freshPhone();
    const code = await dieBeforeHandOver(phone);
    const attempt = { phone, purpose: 'login', code };
    const strict = await startProcess({ ...environment, SMS_BINDING: 'required' });
    expect((await strict.client.post('/auth/sms/verify', attempt)).status).toBe(400);
    await strict.stop();

    const lax = await startProcess(environment);
    await until('the cooldown is over', async () => {
      const { body } = await lax.client.post('/auth/sms/send', { phone, purpose: 'register' });
      return body['code'] !== 'cooldown';
    });
    const { status } = await lax.client.post('/auth/sms/verify', attempt);
    measured(
      'F15',
      `without asking again: id required, 400; id optional, ${String(status)} after the cooldown`,
    );
    await lax.stop();
  });

  it('lets the person ask again after the cooldown, and the code that comes is right (F15)', async () => {
    const phone = freshPhone();
    const lost = await dieBeforeHandOver(phone);
    const next: ApiProcess = await startProcess(environment);
    const send = { phone, purpose: 'login' };
    const started = performance.now();
    let resent = await next.client.post('/auth/sms/send', send);
    await until('the cooldown is over', async () => {
      if (resent.status === 202) return true;
      expect(resent).toMatchObject({ status: 429, body: { code: 'cooldown' } });
      resent = await next.client.post('/auth/sms/send', send);
      return resent.status === 202;
    });
    const waitedMs = performance.now() - started;
    const { text } = JSON.parse(peer.requests.at(-1)?.body ?? '{}') as { text: string };

    // The id of the lost one died with the answer, so only a guess without an id can reach it: the newest is meant.
    const stale = await next.client.post('/auth/sms/verify', { ...send, code: lost });
    const fresh = await next.client.post('/auth/sms/verify', { ...send, code: codeIn(text) });
    measured(
      'F15',
      `asked again ${waitedMs.toFixed(0)} ms after the restart (cooldown 1 s); never handed over: ` +
        `${String(stale.status)}, handed over: ${String(fresh.status)}`,
    );
    expect(stale.status).toBe(400);
    expect(fresh.status).toBe(200);
    expect(await next.stop()).toBe(0);
  });
});

import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { LoopbackPeer } from '../gateways/loopback-peer';
import { freshPhone } from '../support/phones';
import { until } from '../support/redis-ask';
import { connectSharedRedis, sharedRedisUrl, freshPrefix } from '../support/shared-redis';
import { startProcess, type ApiProcess } from '../support/start-process';
import { measured } from './measured';

const HANDS = 32;
const HEAD_END = '\r\n\r\n';

/** How one request on a connection of its own went. */
interface Attempt {
  readonly connectedAt: number | undefined;
  /** The status line's number, once the whole answer was there; `undefined` when it never came. */
  readonly status: number | undefined;
  readonly startedAt: number;
}

/** One send on a connection of its own, so that it is beyond doubt which request a closed connection belongs to. */
async function sendOnce(port: number): Promise<Attempt> {
  const body = JSON.stringify({ phone: freshPhone(), purpose: 'login' });
  const startedAt = performance.now();
  const socket: Socket = connect(port, '127.0.0.1');
  let connectedAt: number | undefined;
  let answer = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.on('connect', () => {
    connectedAt = performance.now();
    socket.write(
      `POST /auth/sms/send HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${String(Buffer.byteLength(body))}\r\nConnection: close${HEAD_END}${body}`,
    );
  });
  await new Promise((closed) => socket.once('close', closed));
  const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? Number.NaN);
  const bodyAt = answer.indexOf(HEAD_END) + HEAD_END.length;
  const whole = Buffer.byteLength(answer.slice(bodyAt)) === length;
  return { startedAt, connectedAt, status: whole ? Number(answer.slice(9, 12)) : undefined };
}

/** How many phones' records say that a gateway took a message. */
async function notedMessages(prefix: string): Promise<number> {
  const redis = connectSharedRedis();
  try {
    const records = await redis.keys(`${prefix}sms:{????????????????}`);
    const fields = await Promise.all(records.map((record) => redis.hkeys(record)));
    return fields.filter((names) => names.some((name) => name.startsWith('m:'))).length;
  } finally {
    redis.disconnect();
  }
}

describe('a process that is asked to end under load', () => {
  const prefix = freshPrefix();
  let peer: LoopbackPeer;
  let api: ApiProcess;

  beforeAll(async () => {
    peer = await LoopbackPeer.start();
    peer.answersAfter(200, 200);
    api = await startProcess({
      REDIS_URL: sharedRedisUrl(),
      REDIS_KEY_PREFIX: prefix,
      SMS_GATEWAYS: 'webhook',
      WEBHOOK_URL: peer.url,
      WEBHOOK_SECRET: 'a secret of this test, thirty-two characters',
      SHUTDOWN_GRACE_MS: '1000',
    });
  });
  afterAll(async () => {
    await api.stop();
    await peer.close();
  });

  it('answers every request that it has, notes what it sent, refuses none before it closes its door, and ends with 0 (F16)', async () => {
    const port = Number(new URL(api.client.url).port);
    const attempts: Attempt[] = [];
    let open = true;
    const hand = async (): Promise<void> => {
      while (open) {
        const attempt = await sendOnce(port);
        attempts.push(attempt);
        // Refused: the door is closed.
        if (attempt.connectedAt === undefined) open = false;
      }
    };
    const hands = Promise.all(Array.from({ length: HANDS }, hand));
    await until('the load is on', () => Promise.resolve(attempts.length > 2 * HANDS));
    const ended = once(api.child, 'exit');
    const askedAt = performance.now();
    api.child.kill('SIGTERM');
    await until('it says that it is about to end', async () => {
      const { status, body } = await api.client.get('/health/ready');
      return status === 503 && JSON.stringify(body).includes('is shutting down');
    });
    const saidAt = performance.now();
    await hands;
    await ended;

    const inFlight = attempts.filter(
      ({ startedAt, connectedAt = Infinity }) => startedAt < askedAt && connectedAt < askedAt,
    );
    const unanswered = inFlight.filter(({ status }) => status === undefined);
    const refusedEarly = attempts.filter(
      ({ startedAt, connectedAt }) => connectedAt === undefined && startedAt < askedAt,
    );
    const answered = attempts.filter(({ status }) => status !== undefined);
    const other = answered.filter(({ status }) => status !== 202);
    const servedAfter = answered.filter(({ startedAt }) => startedAt > saidAt);
    // The kernel connects whom the process has not let in yet; it turns away who waits so when the door closes.
    const late = attempts.filter(
      ({ connectedAt, status }) => (connectedAt ?? 0) > askedAt && status === undefined,
    );
    measured(
      'F16',
      `${String(answered.length)} answered, ${String(unanswered.length)} in flight unanswered, ${String(refusedEarly.length)} ` +
        `refused early; ${String(servedAfter.length)} answered that came after it was not ready any more, ` +
        `${String(late.length)} at the door when it closed`,
    );
    expect(unanswered).toEqual([]);
    expect(refusedEarly).toEqual([]);
    expect(other).toEqual([]);
    expect(servedAfter.length).toBeGreaterThan(0);
    expect(api.child.exitCode).toBe(0);
    // None that was answered is missing; of one whose client had gone nobody was answered.
    expect(await notedMessages(prefix)).toBeGreaterThanOrEqual(answered.length);
  });
});

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshPhone } from '../support/phones';
import { RedisServer } from '../support/redis-server';
import { startProcess, type ApiProcess } from '../support/start-process';
import { measured, seconds } from './measured';

const DOWN_MS = 10_000;
const ANSWERED_WITHIN_MS = 600;
const SERVED_WITHIN_MS = 1_000;
const GROWTH_BYTES = 64 * 1_024 * 1_024;
/** A request of each hand so often: a load that leaves the machine time to answer. */
const PAUSE_MS = 40;
const HANDS = 8;

/** One answer, when it was asked for and when it came. */
interface Timed {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number;
}

describe('Redis away for ten seconds', () => {
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

  it.each([
    {
      how: 'killed',
      goAway: () => server.stop(),
      comeBack: () => server.resume(),
    },
    {
      how: 'frozen',
      goAway: () => {
        server.freeze();
        return Promise.resolve();
      },
      comeBack: () => {
        server.thaw();
        return Promise.resolve();
      },
    },
  ])(
    '($how) answers 503 within 0.6 s, queues nothing, and serves within 1 s of its return (F9)',
    async (how) => {
      const answers: Timed[] = [];
      let going = true;
      const hand = async (): Promise<void> => {
        while (going) {
          const startedAt = performance.now();
          const { status } = await api.client.post('/auth/sms/send', {
            phone: freshPhone(),
            purpose: 'login',
          });
          answers.push({ startedAt, endedAt: performance.now(), status });
          await sleep(PAUSE_MS);
        }
      };
      const hands = Promise.all(Array.from({ length: HANDS }, hand));
      await sleep(PAUSE_MS * 10);
      const memory = residentBytes(api);
      const goneAt = performance.now();
      await how.goAway();
      await sleep(DOWN_MS);
      const grown = residentBytes(api) - memory;
      await how.comeBack();
      const backAt = performance.now();
      // Long enough to see one that is served late.
      await sleep(2 * SERVED_WITHIN_MS);
      going = false;
      await hands;

      const before = answers.filter(({ endedAt }) => endedAt < goneAt);
      const away = answers.filter(({ startedAt, endedAt }) => startedAt > goneAt && endedAt < backAt);
      const slowest = Math.max(...answers.map(({ startedAt, endedAt }) => endedAt - startedAt));
      const lastRefusal = Math.max(
        ...answers.filter(({ status }) => status === 503).map(({ endedAt }) => endedAt),
      );
      const servedAfter = Math.max(0, lastRefusal - backAt);
      const megabytes = (grown / 1_024 / 1_024).toFixed(1);
      measured(
        'F9',
        `${how.how}: ${String(away.length)} requests, slowest ${seconds(slowest)}, served ${seconds(servedAfter)} after, memory +${megabytes} MiB`,
      );
      expect(before.every(({ status }) => status === 202)).toBe(true);
      expect(away.length).toBeGreaterThan(HANDS);
      expect(away.filter(({ status }) => status !== 503)).toEqual([]);
      expect(slowest).toBeLessThan(ANSWERED_WITHIN_MS);
      expect(servedAfter).toBeLessThan(SERVED_WITHIN_MS);
      expect(grown).toBeLessThan(GROWTH_BYTES);
    },
  );
});

/** What the process holds in memory, as Linux counts it. */
function residentBytes({ child }: ApiProcess): number {
  const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

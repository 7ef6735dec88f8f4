import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/redis-ask';
import { RedisServer } from '../support/redis-server';
import { startProcess, type ApiProcess } from '../support/start-process';
import { HttpLoad } from './http-load';
import { measured, seconds } from './measured';
import { Stillness } from './stillness';

const DOWN_MS = 10_000;
const SERVED_WITHIN_MS = 1_000;
const GROWTH_BYTES = 64 * 1_024 * 1_024;
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
      within: '0.6 s',
      withinMs: 600,
      goAway: () => server.stop(),
      comeBack: () => server.resume(),
    },
    {
      // Silence is known from delay only by waiting: this one has the patience of F6.
      how: 'frozen',
      within: '1.2 s',
      withinMs: 1_200,
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
    '($how) answers 503 within $within, queues nothing, and serves within 1 s of its return (F9)',
    async (how) => {
      const load = new HttpLoad(api);
      const { answers } = load;
      await until('the load is on', () => Promise.resolve(answers.length > 50));
      const memory = residentBytes(api);
      const stillness = new Stillness();
      const goneAt = performance.now();
      await how.goAway();
      await sleep(DOWN_MS);
      const grown = residentBytes(api) - memory;
      await how.comeBack();
      const backAt = performance.now();
      // Long enough to see one that is served late.
      await sleep(2 * SERVED_WITHIN_MS);
      await load.end();
      const stillMs = stillness.end();

      const before = answers.filter(({ endedAt }) => endedAt < goneAt);
      const away = answers.filter(({ startedAt, endedAt }) => startedAt > goneAt && endedAt < backAt);
      const servedAfter = Math.max(0, load.lastRefusalAt - backAt);
      const megabytes = (grown / 1_024 / 1_024).toFixed(1);
      measured(
        'F9',
        `${how.how}: ${String(away.length)} requests, slowest ${seconds(load.slowestMs)}, served ${seconds(servedAfter)} after, memory +${megabytes} MiB`,
      );
      expect(before.every(({ status }) => status === 202)).toBe(true);
      expect(away.length).toBeGreaterThan(100);
      expect(away.filter(({ status }) => status !== 503)).toEqual([]);
      expect(load.slowestMs - stillMs).toBeLessThan(how.withinMs);
      expect(servedAfter - stillMs).toBeLessThan(SERVED_WITHIN_MS);
      expect(grown).toBeLessThan(GROWTH_BYTES);
    },
  );
});

/** What the process holds in memory, as Linux counts it. */
function residentBytes({ child }: ApiProcess): number {
  const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

import { freshPhone } from '../../support/phones';
import { RedisServer } from '../../support/redis-server';
import type { Part, Row } from '../runner/part';
import { inRounds, ratioTo, summary, type Contender, type Measured } from '../runner/rounds';
import { rates } from '../runner/tables';
import { CONNECTIONS, load } from './load';
import { PLACEMENT, ServerProcess, startOurs, toLoadCore } from './server-process';
import { post } from './wire';
import { WRONG, wrongGuesses } from './wrong-guesses';

const ROUNDS = 15;
/** As many as it takes until Node has compiled what a service that runs for days has: about 15,000 sends. */
const WARM_UPS = 10;
const BARE = 'bare route';
const IN_JSON = ', log in JSON';
const BARE_REQUESTS = 6_000;
const SENDS = 1_500;
const GUESSED_PHONES = 400;

/** The public routes of the built application against a bare route of the same framework. */
export const httpThroughput: Part = {
  name: 'http',
  title: 'HTTP: send and verify against a bare Nest + Fastify route with one Redis call',
  async run() {
    const redis = await RedisServer.start('--appendonly', 'no');
    toLoadCore(redis.pid);
    toLoadCore(process.pid);
    const ours = await startOurs(redis.url);
    const inJson = await startOurs(redis.url, { LOG_FORMAT: 'json' });
    const bare = await startBare(redis.url);
    try {
      const cpu = new Map<string, number[]>();
      const rate =
        (
          name: string,
          server: ServerProcess,
          status: number,
          write: () => Promise<Buffer[]> | Buffer[],
        ): Contender =>
        async () => {
          const { rate: perSecond, cpuMicros } = await load(server, await write(), status);
          cpu.set(name, [...(cpu.get(name) ?? []), cpuMicros]);
          return perSecond;
        };
      const contenders = {
        [BARE]: rate(BARE, bare, 200, bareRequests),
        verify: rate('verify', ours, 400, () => wrongGuesses(ours, GUESSED_PHONES)),
        send: rate('send', ours, 202, sends),
        [`verify${IN_JSON}`]: rate(`verify${IN_JSON}`, inJson, 400, () =>
          wrongGuesses(inJson, GUESSED_PHONES),
        ),
        [`send${IN_JSON}`]: rate(`send${IN_JSON}`, inJson, 202, sends),
      };
      const measured = await inRounds(ROUNDS, contenders, WARM_UPS);
      const cpuTimes = Object.fromEntries(
        [...cpu].map(([name, times]) => [name, summary(times.slice(WARM_UPS))]),
      );
      return { rows: rows(measured), details: details(measured, cpuTimes) };
    } finally {
      await Promise.all([ours.stop(), inJson.stop(), bare.stop()]);
      await redis.dispose();
    }
  },
};

function startBare(redisUrl: string): Promise<ServerProcess> {
  const args = ['-r', './test/bench/abuse/register.js', 'test/bench/http/bare-server.ts'];
  return ServerProcess.start(args, { REDIS_URL: redisUrl });
}

function bareRequests(): Buffer[] {
  const verificationId = 'A'.repeat(22);
  return Array.from({ length: BARE_REQUESTS }, () =>
    post('/verify', { phone: freshPhone(), purpose: 'login', code: WRONG, verificationId }),
  );
}

function sends(): Buffer[] {
  return Array.from({ length: SENDS }, () =>
    post('/auth/sms/send', { phone: freshPhone(), purpose: 'login' }),
  );
}

function rows(measured: Record<string, Measured>): Row[] {
  const row = (what: string, name: string, bounds: Pick<Row, 'budget' | 'aim'>): Row => ({
    what,
    measured: ratioTo(measured[name], measured[BARE]),
    unit: '×',
    better: 'more',
    ...bounds,
  });
  const verify =
    '`POST /auth/sms/verify`, wrong code, everything on, against a bare Nest + Fastify route with one Redis call';
  const send = '`POST /auth/sms/send`, null gateway, everything on, against the same bare route';
  return [
    row(verify, 'verify', { budget: 0.5, aim: 0.7 }),
    row(send, 'send', { budget: 0.35, aim: 0.5 }),
    row(verify + IN_JSON, `verify${IN_JSON}`, {}),
    row(send + IN_JSON, `send${IN_JSON}`, {}),
  ];
}

function details(measured: Record<string, Measured>, cpuTimes: Record<string, Measured>): string {
  return `${rates('requests a second', BARE, measured)}

${rates('µs of the server’s CPU time a request', BARE, cpuTimes)}

${PLACEMENT}; ${String(CONNECTIONS)} connections, one request at a time on each; ${String(ROUNDS)} rounds, after ${String(WARM_UPS)} that warmed all up. Everything on: limits for each address (set too high to refuse), validation, the guard of number ranges, metrics, a line in the log for each outcome, failover around a gateway that accepts everything. Each number is sent to once and guessed at ten times. In JSON each line names its request, for which Node 20 and 22 follow every promise of it.`;
}

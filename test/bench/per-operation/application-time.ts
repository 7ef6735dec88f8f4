import { join } from 'node:path';
import { Redis } from 'ioredis';
import { APPLICATION_REQUESTS, type ApplicationRequest, type Figures } from '../../sizing/figures';
import { freshPhone } from '../../support/phones';
import { RedisServer } from '../../support/redis-server';
import { load } from '../http/load';
import { startOurs, toLoadCore, type ServerProcess } from '../http/server-process';
import { post } from '../http/wire';
import { summary } from '../runner/rounds';
import { infoNumber } from '../runner/server-side';

const ROUNDS = 5;
const PEOPLE = 1_500;
const KNOWN_CODE = ['-r', join(__dirname, 'known-code.js')];
const CODE = '424242';
const WRONG = '000000';

/** Microseconds of the application's processor time for each request, and how many connections it keeps. */
export async function applicationTime(): Promise<Pick<Figures, 'application' | 'connections'>> {
  const server = await RedisServer.start('--appendonly', 'no');
  const redis = new Redis(server.url);
  toLoadCore(server.pid);
  toLoadCore(process.pid);
  const application = await startOurs(server.url, {}, KNOWN_CODE);
  try {
    const found: Record<ApplicationRequest, number[]> = { send: [], wrongGuess: [], verify: [], redeem: [] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const micros = await oneRound(application);
      // The first round warms up.
      if (round > 0) for (const name of APPLICATION_REQUESTS) found[name].push(micros[name]);
    }
    const clients = await infoNumber(redis, 'clients', /connected_clients:([0-9]+)/);
    const median = (numbers: readonly number[]): number => Math.round(summary(numbers).median);
    return {
      application: {
        send: median(found.send),
        wrongGuess: median(found.wrongGuess),
        verify: median(found.verify),
        redeem: median(found.redeem),
      },
      // All but the one that asks.
      connections: clients - 1,
    };
  } finally {
    await application.stop();
    redis.disconnect();
    await server.dispose();
  }
}

async function oneRound(application: ServerProcess): Promise<Record<ApplicationRequest, number>> {
  const subjects = Array.from({ length: PEOPLE }, () => ({ phone: freshPhone(), purpose: 'login' }));
  const writeAll = (path: string, body: (index: number) => object): Buffer[] =>
    subjects.map((subject, index) => post(path, { ...subject, ...body(index) }));

  const sent = await load(
    application,
    writeAll('/auth/sms/send', () => ({})),
    202,
  );
  const ids = sent.answers.map(({ body }) => textOf(body, /"verificationId":"([^"]+)"/));
  const guessing = (code: string): Buffer[] =>
    writeAll('/auth/sms/verify', (index) => ({ code, verificationId: ids[index] }));
  const wrong = await load(application, guessing(WRONG), 400);
  const right = await load(application, guessing(CODE), 200);
  const tokens = right.answers.map(({ body }) => textOf(body, /"token":"([^"]+)"/));
  const redeems = tokens.map((token) => post('/auth/sms/redeem', { token, purpose: 'login' }));
  const redeemed = await load(application, redeems, 200);
  return {
    send: sent.cpuMicros,
    wrongGuess: wrong.cpuMicros,
    verify: right.cpuMicros,
    redeem: redeemed.cpuMicros,
  };
}

function textOf(body: string, pattern: RegExp): string {
  const found = pattern.exec(body)?.[1];
  if (found === undefined) throw new Error(`not in the answer: ${body}`);
  return found;
}

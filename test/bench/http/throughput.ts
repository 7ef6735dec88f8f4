import { freshPhone } from '../../support/phones';
import { RedisServer } from '../../support/redis-server';
import type { Part } from '../runner/part';
import { inRounds } from '../runner/rounds';
import { rates } from '../runner/tables';
import { load } from './load';
import { PLACEMENT, ServerProcess, startOurs, toLoadCore } from './server-process';
import { post } from './wire';

const ROUNDS = 7;
const SENDS = 1_500;
/** As many as one verification allows. */
const GUESSES = 10;
const WRONG = '000000';

/** The public routes of the built application against a bare route of the same framework. */
export const httpThroughput: Part = {
  name: 'http',
  title: 'HTTP: send and verify against a bare Nest + Fastify route with one Redis call',
  async run() {
    const redis = await RedisServer.start('--appendonly', 'no');
    toLoadCore(redis.pid);
    toLoadCore(process.pid);
    const ours = await startOurs(redis.url);
    const bare = await ServerProcess.start(
      ['-r', './test/bench/abuse/register.js', 'test/bench/http/bare-server.ts'],
      { REDIS_URL: redis.url },
    );
    try {
      const measured = await inRounds(ROUNDS, {
        bare: async () => (await load(bare.port, BARE_REQUESTS, 200)).rate,
        send: async () => {
          const sends = Array.from({ length: SENDS }, () =>
            post('/auth/sms/send', { phone: freshPhone(), purpose: 'login' }),
          );
          return (await load(ours.port, sends, 202)).rate;
        },
        verify: async () => {
          const guesses = await wrongGuesses(ours.port, 400);
          return (await load(ours.port, guesses, 400)).rate;
        },
      });
      const { bare: base, send, verify } = measured;
      return {
        rows: [
          {
            what: '`POST /auth/sms/verify`, wrong code, everything on, against the bare route',
            measured: verify.median / base.median,
            unit: '×',
            better: 'more',
            budget: 0.5,
            aim: 0.7,
          },
          {
            what: '`POST /auth/sms/send`, null gateway, everything on, against the bare route',
            measured: send.median / base.median,
            unit: '×',
            better: 'more',
            budget: 0.35,
            aim: 0.5,
          },
        ],
        details: `${rates('requests a second', 'bare', measured)}\n\n${PLACEMENT}; 32 connections, ${String(ROUNDS)} rounds.`,
      };
    } finally {
      await Promise.all([ours.stop(), bare.stop()]);
      await redis.dispose();
    }
  },
};

const BARE_REQUESTS = Array.from({ length: 8_000 }, () =>
  post('/verify', { phone: freshPhone(), purpose: 'login', code: WRONG, verificationId: 'A'.repeat(22) }),
);

/** Sends codes and writes guesses at them, of which none is right but one in a million. */
async function wrongGuesses(port: number, phones: number): Promise<Buffer[]> {
  const subjects = Array.from({ length: phones }, () => ({ phone: freshPhone(), purpose: 'login' }));
  const sent = await load(port, subjects.map((subject) => post('/auth/sms/send', subject)), 202);
  const guesses = subjects.map((subject, index) => {
    const { verificationId } = JSON.parse(sent.answers[index]?.body ?? '') as { verificationId: string };
    return post('/auth/sms/verify', { ...subject, code: WRONG, verificationId });
  });
  return Array.from({ length: GUESSES }, () => guesses).flat();
}

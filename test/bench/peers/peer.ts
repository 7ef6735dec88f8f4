import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshPhone } from '../../support/phones';
import { RedisServer } from '../../support/redis-server';
import { CONNECTIONS, load } from '../http/load';
import { PLACEMENT, ServerProcess, startOurs, toLoadCore } from '../http/server-process';
import { post } from '../http/wire';
import { WRONG, wrongGuesses } from '../http/wrong-guesses';
import type { Part } from '../runner/part';
import { inRounds, ratioTo } from '../runner/rounds';
import { rates, table } from '../runner/tables';
import { betterAuth, ours } from './contestants';
import { race } from './races';

const FOLDER = join(__dirname, 'better-auth');
const ROUNDS = 15;
/** For both alike: a service that runs for days is warm. */
const WARM_UPS = 5;
const PHONES = 200;
const GUESSES = 10;

/** The same verify, and the same races, on a framework that many TypeScript applications use. */
export const peer: Part = {
  name: 'peer',
  title: 'Beside better-auth: the phone-number plugin with Redis as secondary storage',
  async run() {
    if (!existsSync(join(FOLDER, 'node_modules'))) {
      execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        cwd: FOLDER,
        stdio: 'inherit',
      });
    }
    const redis = await RedisServer.start('--appendonly', 'no');
    toLoadCore(redis.pid);
    toLoadCore(process.pid);
    const loaded = await startOurs(redis.url);
    const raced = await startOurs(redis.url, { REDIS_KEY_PREFIX: 'races:' }, []);
    const other = await ServerProcess.start([join(FOLDER, 'server.mjs')], {
      NODE_ENV: 'production',
      REDIS_URL: redis.url,
    });
    try {
      const theirs = betterAuth(other);
      const rivals = {
        'better-auth': async () => (await load(other, await theirGuesses(other), 400)).rate,
        ours: async () => (await load(loaded, await wrongGuesses(loaded, PHONES), 400)).rate,
      };
      const measured = await inRounds(ROUNDS, rivals, WARM_UPS);
      const races = [];
      for (const contestant of [ours(raced), theirs]) {
        const { rightRefused, messages, successes } = await race(contestant);
        races.push([contestant.name, rightRefused, messages, successes]);
      }
      const head = [
        '',
        'right code refused beside one wrong guess',
        'messages of 50 parallel sends',
        'successes of 20 parallel right codes',
      ];
      return {
        rows: [
          {
            what: '`POST /auth/sms/verify`, wrong code, against the phone-OTP verify route of better-auth',
            measured: ratioTo(measured.ours, measured['better-auth']),
            unit: '×',
            better: 'more',
            budget: 5,
            aim: 8,
          },
        ],
        details: `${rates('wrong codes a second', 'better-auth', measured)}

${table(head, races)}

better-auth ${version('better-auth')} with @better-auth/redis-storage ${version('@better-auth/redis-storage')}, in its favour: no rate limit, log, telemetry or check of origins, users in memory, a million attempts, plain Node in front. Ours with everything on. ${PLACEMENT}; ${String(CONNECTIONS)} connections, ${String(ROUNDS)} rounds, after ${String(WARM_UPS)} that warmed both up. Of a send that finds a cooldown better-auth knows nothing: its answer to parallel sends is its rate limit for each address, which one person has to oneself and which was off here.`,
      };
    } finally {
      await Promise.all([loaded.stop(), raced.stop(), other.stop()]);
      await redis.dispose();
    }
  },
};

async function theirGuesses(server: ServerProcess): Promise<Buffer[]> {
  const phones = Array.from({ length: PHONES }, () => freshPhone());
  const sends = phones.map((phone) => post('/api/auth/phone-number/send-otp', { phoneNumber: phone }));
  await load(server, sends, 200);
  const guesses = phones.map((phone) =>
    post('/api/auth/phone-number/verify', { phoneNumber: phone, code: WRONG }),
  );
  return Array.from({ length: GUESSES }, () => guesses).flat();
}

function version(name: string): string {
  const manifest = readFileSync(join(FOLDER, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

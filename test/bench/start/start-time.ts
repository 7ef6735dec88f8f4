import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, RedisServer } from '../../support/redis-server';
import type { Part } from '../runner/part';
import { inRounds } from '../runner/rounds';
import { short } from '../runner/tables';

const ROUNDS = 7;
const MAIN = join(__dirname, '../../../dist/apps/api/src/main.js');
/** The packages of gateways' SDKs, of which none is to be loaded while its gateway is not configured. */
const SDKS = ['twilio', '@vonage', '@aws-sdk', '@smithy'];

/** From the start of the process until it answers /health/live. */
export const startTime: Part = {
  name: 'start',
  title: 'Start: from the process to the first answer',
  async run() {
    const redis = await RedisServer.start('--appendonly', 'no');
    try {
      const measured = await inRounds(ROUNDS, {
        'Node alone': () => start(['-e', EMPTY_SERVER], {}),
        'in-process store': () => start([MAIN], {}),
        'with Redis': () => start([MAIN], { REDIS_URL: redis.url }),
      });
      const loaded = await loadedPackages({ REDIS_URL: redis.url });
      const sdks = SDKS.filter((sdk) => loaded.has(sdk));
      const lines = Object.entries(measured).map(
        ([name, { median, lowest, highest }]) =>
          `- ${name}: ${short(median)} s (${short(lowest)} – ${short(highest)})`,
      );
      return {
        rows: [
          {
            what: 'start: first answer of `/health/live` after `node dist/…`, with Redis',
            measured: measured['with Redis'].median,
            unit: 's',
            better: 'less',
            budget: 1,
            aim: 0.5,
          },
          {
            what: "gateways' SDKs loaded without being configured",
            measured: sdks.length,
            unit: '',
            better: 'less',
            budget: 0,
          },
        ],
        details: `${lines.join('\n')}\n\n${String(ROUNDS)} rounds; _Node alone_ is a process whose HTTP server does nothing else. ${String(loaded.size)} packages are loaded, of ${SDKS.join(', ')} ${sdks.length === 0 ? 'none' : sdks.join(', ')}.`,
      };
    } finally {
      await redis.dispose();
    }
  },
};

const EMPTY_SERVER = `require('node:http').createServer((_, r) => r.end()).listen(process.env.PORT, '127.0.0.1')`;

/** Seconds until the first answer. */
async function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const port = await freePort();
  const from = process.hrtime.bigint();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error('the process ended before it answered');
  }
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  return seconds;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get({ port, host: '127.0.0.1', path: '/health/live', agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        resolve(answer.statusCode === 200);
      });
    });
    asked.once('error', () => {
      // Often enough to see the moment, seldom enough to leave the machine to the process that starts.
      setTimeout(() => {
        resolve(false);
      }, 5);
    });
  });
}

/** The npm packages that the application has loaded by the time it ends. */
async function loadedPackages(environment: Readonly<Record<string, string>>): Promise<ReadonlySet<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'sms-verification-start-'));
  const list = join(folder, 'modules.json');
  try {
    await start(['-r', join(__dirname, 'list-modules.js'), MAIN], { ...environment, MODULE_LIST: list });
    const files = JSON.parse(readFileSync(list, 'utf8')) as string[];
    const names = files.map((file) => /.*node_modules\/((@[^/]+)\/[^/]+|[^/]+)/.exec(file));
    return new Set(names.flatMap((match) => [match?.[2], match?.[1]]).filter((name) => name !== undefined));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { freshPrefix, sharedRedisUrl } from '../support/shared-redis';
import { startProcess, type ApiProcess } from '../support/start-process';

const PROCESSES = 4;
const SENDERS = 64;
const SENDS_EACH = 3;
/** Cents: a dollar is spent by fifty messages, fewer than there are senders. */
const PRICE = 0.02;
const AFFORDABLE = 50;

const isUntilMidnight = (seconds: number): boolean => {
  const now = Date.now();
  const rest = (86_400_000 - (now % 86_400_000)) / 1_000;
  return seconds > 0 && Math.abs(seconds - rest) < 60;
};

describe('the last dollar of a budget', () => {
  let folder: string;
  let processes: ApiProcess[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prices-'));
    const prices = join(folder, 'prices.json');
    writeFileSync(prices, JSON.stringify({ default: PRICE }));
    const environment = {
      REDIS_URL: sharedRedisUrl(),
      REDIS_KEY_PREFIX: freshPrefix(),
      SMS_PRICES: prices,
      SMS_BUDGET_USD_DAY: '1',
    };
    processes = await Promise.all(Array.from({ length: PROCESSES }, () => startProcess(environment)));
  });
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop()));
    rmSync(folder, { recursive: true });
  });

  it(`is not overspent by ${String(SENDERS)} parallel senders through ${String(PROCESSES)} processes [ASVS 2.4.1, ASVS 15.4.2]`, async () => {
    const answers: Answer[] = [];
    await Promise.all(
      Array.from({ length: SENDERS }, async (_, sender) => {
        for (let n = 0; n < SENDS_EACH; n += 1) {
          const process = processes[(sender + n) % PROCESSES];
          if (process === undefined) throw new Error('no process was started');
          const { client } = process;
          answers.push(await client.post('/auth/sms/send', { phone: freshPhone(), purpose: 'login' }));
        }
      }),
    );

    const sent = answers.filter(({ status }) => status === 202);
    expect(sent).toHaveLength(AFFORDABLE);
    const inboxes = await Promise.all(processes.map(({ client }) => client.get('/dev/inbox/messages')));
    expect(inboxes.flatMap(({ body }) => Object.values(body))).toHaveLength(AFFORDABLE);
    const refused = answers.filter(({ status }) => status !== 202);
    expect(refused).toHaveLength(SENDERS * SENDS_EACH - AFFORDABLE);
    for (const { status, headers, body } of refused) {
      expect({ status, code: body['code'] }).toEqual({ status: 429, code: 'sending_paused' });
      expect(isUntilMidnight(Number(headers['retry-after']))).toBe(true);
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PhoneNumber, SmsVerificationService, type GuardDecision } from '@app/sms-verification';
import { RESOLVED_OPTIONS } from '../../libs/sms-verification/src/sms-verification.module-definition';
import type { ResolvedSmsVerificationOptions } from '../../libs/sms-verification/src/sms-verification.options';
import type { Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { connectSharedRedis } from '../support/shared-redis';
import { STORES, withTimedApp, type TimedApp } from './timed-app';

const DAY_MS = 86_400_000;
const FRENCH = '+33612345678';

const send = (api: TimedApp, from?: string, phone = freshPhone()): Promise<Answer> => {
  const headers = from === undefined ? {} : { 'x-forwarded-for': from };
  return api.client.post('/auth/sms/send', { phone, purpose: 'login' }, headers);
};

/** Requires a refusal with a wait, which header and body agree on, and returns its seconds. */
function waitOf({ status, headers, body }: Answer, code: string): number {
  expect({ status, code: body['code'] }).toEqual({ status: 429, code });
  expect(headers['retry-after']).toMatch(/^[1-9][0-9]*$/);
  expect(String(body['retryAfter'])).toBe(headers['retry-after']);
  return Number(headers['retry-after']);
}

/** The codes that the abuse defence answers with have pages that say what to do. */
async function expectPage(api: TimedApp, { body }: Answer, remedy: RegExp): Promise<void> {
  const page = await api.client.get(String(body['type']));
  expect(page).toMatchObject({ status: 200, body: { code: body['code'], status: body['status'] } });
  expect(page.body['remedy']).toMatch(remedy);
}

describe.each(STORES)('the limit of a subnet, with the %s store', (store) => {
  const environment = { TRUST_PROXY: '1', SMS_SUBNET_SEND_LIMIT: '3/10m' };

  it.each([
    ['IPv4 /24', (host: number) => `203.0.113.${String(host)}`, '198.51.100.1'],
    ['IPv6 /48', (host: number) => `2001:db8:1:${String(host)}::1`, '2001:db8:2:1::1'],
  ])(
    '[ASVS 2.4.1, RFC 9110 §10.2.3] refuses all addresses of an %s with a true wait, and no others',
    (_name, address, elsewhere) =>
      withTimedApp({ store, environment }, async (api) => {
        for (let host = 1; host <= 3; host += 1) {
          expect((await send(api, address(host))).status).toBe(202);
          await api.pass(100.4);
        }
        const refused = await send(api, address(4));
        const wait = waitOf(refused, 'rate_limited');
        await expectPage(api, refused, /retryAfter/);
        expect((await send(api, elsewhere)).status).toBe(202);
        // Redis keeps its own time, which cannot be stopped: what must not be enough there is ten seconds less.
        const little = store === 'redis' ? 10 : 1;
        await api.pass(wait - little);
        expect(waitOf(await send(api, address(5)), 'rate_limited')).toBeLessThanOrEqual(little);
        await api.pass(little);
        expect((await send(api, address(6))).status).toBe(202);
      }),
  );
});

describe('a budget that is spent', () => {
  let folder: string;
  let SMS_PRICES: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'prices-'));
    SMS_PRICES = join(folder, 'prices.json');
    writeFileSync(SMS_PRICES, '{ "default": 0.02 }');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Spends all of it, and returns what the next send is answered. */
  async function exhaust(api: TimedApp): Promise<Answer> {
    for (let n = 0; n < 2; n += 1) expect((await send(api)).status).toBe(202);
    return send(api);
  }

  const BUDGETS = ['SMS_BUDGET_USD_DAY', 'SMS_BUDGET_USD_DAY_US'] as const;

  it.each(BUDGETS)(
    '[ASVS 2.4.1, RFC 9110 §10.2.3] pauses until the day ends, to the second, with the in-process store: %s',
    (budget) =>
      withTimedApp({ store: 'in-process', environment: { SMS_PRICES, [budget]: '0.04' } }, async (api) => {
        const refused = await exhaust(api);
        const wait = waitOf(refused, 'sending_paused');
        expect(wait).toBe(Math.ceil((DAY_MS - (Date.now() % DAY_MS)) / 1_000));
        await expectPage(api, refused, /Retry-After/);
        // Of one country, it pauses no other.
        const abroad = await send(api, undefined, FRENCH);
        expect(abroad.status).toBe(budget.endsWith('_US') ? 202 : 429);
        await api.pass(wait - 1);
        expect(waitOf(await send(api), 'sending_paused')).toBe(1);
        await api.pass(1);
        expect((await send(api)).status).toBe(202);
      }),
  );

  it.each(BUDGETS)(
    '[ASVS 2.4.1, RFC 9110 §10.2.3] pauses until the day of the server ends, and not longer, with the redis store: %s',
    (budget) =>
      withTimedApp({ store: 'redis', environment: { SMS_PRICES, [budget]: '0.04' } }, async (api) => {
        const redis = connectSharedRedis();
        try {
          const wait = waitOf(await exhaust(api), 'sending_paused');
          const [seconds] = await redis.time();
          const rest = 86_400 - (Number(seconds) % 86_400);
          expect(wait).toBeGreaterThanOrEqual(rest);
          expect(wait).toBeLessThan(rest + 30);
          // The server's day cannot be ended; what was spent on it becomes yesterday's.
          await redis.hincrby(`${api.keyPrefix}sms:{budget}`, 'day', -1);
          expect((await send(api)).status).toBe(202);
        } finally {
          redis.disconnect();
        }
      }),
  );
});

describe.each(STORES)('what the guard and the country policy refuse, with the %s store', (store) => {
  const environment = { SMS_REGIONS_DENY: 'FR', SMS_ABUSE_WARM_UP_DAYS: '0' };

  it('[ASVS 2.4.1, RFC 9110 §10.2.3] is paused for as long as an operator blocks a range', () =>
    withTimedApp({ store, environment }, async (api) => {
      const range = { phone: PhoneNumber.parse(freshPhone()), level: 'operator' } as const;
      await api.app.get(SmsVerificationService).block(range, 3_600_000);
      const wait = waitOf(await send(api), 'sending_paused');
      expect(wait).toBeLessThanOrEqual(3_600);
      expect(wait).toBeGreaterThan(3_600 - 60);
      if (store === 'redis') return;
      // Only where the clock is the test's own can it be passed, since the guard's records are not moved.
      await api.pass(wait - 1);
      expect(waitOf(await send(api), 'sending_paused')).toBe(1);
      await api.pass(1);
      expect((await send(api)).status).toBe(202);
    }));

  it('[ASVS 2.4.1, RFC 9110 §10.2.3] tells no wait where waiting does not help: a country, and a challenge', () =>
    withTimedApp({ store, environment }, async (api) => {
      const { abuse } = api.app.get<ResolvedSmsVerificationOptions>(RESOLVED_OPTIONS);
      const decision: GuardDecision = {
        ...{ decision: 'challenge', reason: 'burst', level: 'range' },
        ...{ waitMs: 3_600_000, enforced: true, assessedAt: 0 },
      };
      const abroad = await send(api, undefined, FRENCH);
      jest.spyOn(abuse.guard, 'assess').mockResolvedValueOnce(decision);
      const refusals = [
        { answer: abroad, code: 'region_not_allowed', remedy: /country/ },
        { answer: await send(api), code: 'challenge_required', remedy: /\/auth\/sms\/challenge/ },
      ];
      for (const { answer, code, remedy } of refusals) {
        expect(answer).toMatchObject({ status: 403, body: { code } });
        expect(answer.headers['retry-after']).toBeUndefined();
        expect(answer.body['retryAfter']).toBeUndefined();
        await expectPage(api, answer, remedy);
      }
    }));
});

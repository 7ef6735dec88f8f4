import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import {
  AttemptsExhaustedError,
  BOUNDS,
  CodeInvalidError,
  CooldownError,
  DEFAULT_POLICY,
  GatewayUnavailableError,
  HumanChallenge,
  IdempotencyConflictError,
  InvalidRequestError,
  PhoneInvalidError,
  PhoneNumber,
  PhoneNotSupportedError,
  ProofInvalidError,
  PurposeUnknownError,
  QuotaExceededError,
  RegionNotAllowedError,
  ChallengeRequiredError,
  SendingPausedError,
  ChallengeUnavailableError,
  StorageUnavailableError,
  VerificationNotFoundError,
  WebhookForgedError,
  type AnyVerificationError,
  type ChallengeOffer,
  type VerificationErrorCode,
} from '@app/sms-verification';
import { ServiceUnavailableException } from '@nestjs/common';
import { Environment, EnvironmentError, PER_PURPOSE } from '../../apps/api/src/config/environment';
import { readSettings } from '../../apps/api/src/config/settings';
import { errorToProblem } from '../../apps/api/src/http/error-to-problem';
import { PROBLEMS } from '../../apps/api/src/http/problems';
import { RateLimitedError } from '../../apps/api/src/http/rate-limited.error';
import { solveAltcha } from '../challenges/solve-altcha';
import { tokenOf } from '../support/api-client';
import { environmentVariables } from '../support/environment-variables';
import { codeWords, readDocument, tableOf } from '../support/markdown';
import { freshPhone } from '../support/phones';
import { servedRoutes } from '../support/served-routes';
import { connectSharedRedis } from '../support/shared-redis';
import { startApp, type TestApp } from '../support/start-app';
import { keysUnder } from '../support/time-travel';

const README = readDocument('README.md');
const GATEWAYS = readDocument('docs/gateways.md');
/** The variables that tell a gateway its account. */
const ACCOUNT = /^(?:TWILIO|AWS|VONAGE|SMPP|KANNEL|WEBHOOK)_[A-Z_]+$/;
const word = (cell: string): string => cell.replaceAll('`', '');

describe('the tables of the README', () => {
  describe('of routes', () => {
    it('has every route of the application, and no other', async () => {
      const routes = await servedRoutes(['ALL']);
      const documented = tableOf(README, 'route', 'body', 'success').flatMap(({ route }) => codeWords(route));
      expect(documented.sort()).toEqual([...routes].sort());
    });
  });

  describe('of errors', () => {
    const rows = tableOf(README, 'code', 'status', 'title', 'more members');

    it('has every code with its status and title, in the order of problems.ts', () => {
      const documented = rows.map(({ code, status, title }) => [word(code), Number(status), title]);
      expect(documented).toEqual(
        Object.entries(PROBLEMS).map(([code, { status, title }]) => [code, status, title]),
      );
    });

    it('names the members that each one adds', () => {
      const OF_LIBRARY: Record<VerificationErrorCode, AnyVerificationError> = {
        invalid_request: new InvalidRequestError([]),
        phone_invalid: new PhoneInvalidError(),
        phone_not_supported: new PhoneNotSupportedError(),
        purpose_unknown: new PurposeUnknownError(),
        cooldown: new CooldownError(1),
        quota_exceeded: new QuotaExceededError(1, 1, 1),
        region_not_allowed: new RegionNotAllowedError(),
        challenge_required: new ChallengeRequiredError('altcha'),
        sending_paused: new SendingPausedError(1),
        challenge_unavailable: new ChallengeUnavailableError(),
        code_invalid: new CodeInvalidError(1),
        attempts_exhausted: new AttemptsExhaustedError(1),
        proof_invalid: new ProofInvalidError(),
        verification_not_found: new VerificationNotFoundError(),
        idempotency_conflict: new IdempotencyConflictError(1),
        gateway_unavailable: new GatewayUnavailableError(),
        storage_unavailable: new StorageUnavailableError(),
      };
      const samples = [
        ...Object.values(OF_LIBRARY),
        new RateLimitedError(1),
        new WebhookForgedError(),
        new ServiceUnavailableException({ details: {} }),
      ];
      const added = samples.map(errorToProblem).flatMap(({ code, ...problem }) => {
        const members = Object.keys(problem).filter(
          (name) => !['type', 'title', 'status', 'detail'].includes(name),
        );
        return members.length === 0 ? [] : [[code, members]];
      });
      const documented = rows.flatMap((row) => {
        const members = codeWords(row['more members']);
        return members.length === 0 ? [] : [[word(row.code), members]];
      });
      expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(added));
    });
  });

  describe('of settings', () => {
    const OF_README = tableOf(README, 'variable', 'default', 'bounds', 'what it is').flatMap((row) =>
      codeWords(row.variable).map((name) => ({
        name,
        documented: word(row.default),
        bounds: word(row.bounds),
      })),
    );
    const OF_GUIDE = tableOf(GATEWAYS, 'variable', 'meaning', 'default')
      .filter((row) => row.default.startsWith('`'))
      .map((row) => ({
        name: word(row.variable),
        documented: word(row.default),
        bounds: /\(([0-9]+–[0-9]+)\)$/.exec(row.meaning)?.[1] ?? '',
      }));
    const rows = [...OF_README, ...OF_GUIDE];

    it('has every variable there is, with its default [ASVS 6.1.1]', () => {
      const defaults = new Map(Object.entries(new Environment())) as Map<string, string | number>;
      // The accounts of the gateways are in the guide, everything else is in the table.
      const accounts = environmentVariables().filter((name) => ACCOUNT.test(name));
      const inReadme = environmentVariables().filter((name) => !ACCOUNT.test(name));
      expect(OF_README.map(({ name }) => name).sort()).toEqual(inReadme);
      const inGuide = codeWords(GATEWAYS);
      expect(accounts.filter((name) => !inGuide.includes(name))).toEqual([]);
      const named = inGuide.filter((name) => ACCOUNT.test(name));
      expect(named.filter((name) => !accounts.includes(name))).toEqual([]);
      expect(Object.fromEntries(rows.map(({ name, documented }) => [name, documented]))).toEqual(
        Object.fromEntries(rows.map(({ name }) => [name, String(defaults.get(name) ?? '')])),
      );
    });

    it.each(rows.filter(({ bounds }) => bounds !== ''))(
      'has the true bounds of $name: $bounds [ASVS 6.1.1]',
      ({ name, bounds }) => {
        const { inside, outside } = edgesOf(bounds);
        expect(inside.filter((value) => isRefused(name, value))).toEqual([]);
        expect(outside.filter((value) => !isRefused(name, value))).toEqual([]);
      },
    );

    it('has bounds for every number [ASVS 6.1.1]', () => {
      const without = rows.filter(({ bounds }) => bounds === '').map(({ name }) => name);
      expect(without).toEqual([
        ...['HOST', 'TRUST_PROXY', 'API_DOCS', 'REDIS_URL', 'REDIS_CLUSTER_NODES', 'REDIS_SENTINELS'],
        ...['REDIS_SENTINEL_NAME', 'REDIS_KEY_PREFIX', 'REDIS_USERNAME', 'REDIS_PASSWORD'],
        ...['REDIS_SENTINEL_USERNAME', 'REDIS_SENTINEL_PASSWORD', 'REDIS_TLS', 'REDIS_TLS_CA_FILE'],
        ...['REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE', 'SMS_PURPOSES', 'PUBLIC_URL'],
        ...['SMS_PRODUCT_NAME', 'SMS_DEFAULT_LOCALE', 'SMS_WEBOTP_HOSTS', 'SMS_ANDROID_APP_HASHES'],
        'SMS_ALLOW_MULTI_SEGMENT',
        'TURNSTILE_SITE_KEY',
        'TURNSTILE_SECRET',
        'HCAPTCHA_SITE_KEY',
        'HCAPTCHA_SECRET',
        'SMS_REGIONS_ALLOW',
        'SMS_REGIONS_DENY',
        'SMS_PRICES',
      ]);
    });

    it('has the module’s own defaults, and its remaining options in a sentence below [ASVS 6.1.1]', () => {
      const { verification } = readSettings({});
      const shared = { ...verification, ...verification.purposes?.['login'] };
      const withVariable = Object.fromEntries(
        Object.entries(DEFAULT_POLICY).filter(([name]) => name in shared),
      );
      expect(shared).toMatchObject(withVariable);

      const [, sentence = ''] = /^(.*Options of the module without a variable.*)$/m.exec(README) ?? [];
      const documented = [...sentence.matchAll(/`([A-Za-z]+)` (\w+) \(([^)]+)\)/g)].map(
        ([, option = '', value, bounds]) => ({ option, value, bounds }),
      );
      const numbers = [
        ...(['cooldownMemoryMs', 'failureMemoryMs', 'idempotencyMs', 'sendLeaseMs', 'rememberMs'] as const),
      ].map((option) => ({
        option,
        value: String(DEFAULT_POLICY[option]),
        bounds: BOUNDS[option].join('–'),
      }));
      expect(documented).toEqual(
        expect.arrayContaining([
          ...numbers,
          { option: 'resend', value: DEFAULT_POLICY.resend, bounds: 'same, new' },
        ]),
      );
      expect(Object.keys(DEFAULT_POLICY).sort()).toEqual(
        [...Object.keys(withVariable), ...documented.map(({ option }) => option)].sort(),
      );
    });

    it('names the variables that a purpose may have of its own', () => {
      const [, sentence = ''] = /^(A purpose may have its own .*?:)/m.exec(README) ?? [];
      expect(codeWords(sentence)).toEqual([...PER_PURPOSE]);
    });
  });

  describe('of Redis keys', () => {
    let api: TestApp;
    let redis: Redis;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'prices-'));
      const prices = join(folder, 'prices.json');
      writeFileSync(prices, '{ "default": 0.1 }');
      api = await startApp({ environment: { SMS_IP_VERIFY_LIMIT: '2/10m', SMS_PRICES: prices } });
      redis = connectSharedRedis();
    });
    afterAll(async () => {
      redis.disconnect();
      await api.close();
      rmSync(folder, { recursive: true });
    });

    it('has every key that a full run leaves, with its type, and no other', async () => {
      const phone = freshPhone();
      const request = { phone, purpose: 'login' };
      const sent = await api.client.post('/auth/sms/send', request, { 'idempotency-key': phone });
      const verificationId = String(sent.body['verificationId']);
      const code = await api.client.newestCode(phone);
      const offer = (await api.client.post('/auth/sms/challenge', { phone })).body;
      const answer = await solveAltcha(offer as ChallengeOffer);
      const solved = { phone: PhoneNumber.parse(phone) };
      expect(await api.app.get(HumanChallenge).verify(answer, solved)).toBe(true);
      tokenOf(await api.client.verify(phone, code, verificationId));
      expect((await api.client.verify(phone, code, verificationId)).status).toBe(429);
      expect((await api.client.get('/health/ready')).status).toBe(200);
      const documented = tableOf(README, 'key', 'type', 'what it is', 'lives');
      const found: string[] = [];
      for (const key of await keysUnder(redis, api.keyPrefix)) {
        const name = key.slice(api.keyPrefix.length);
        const forms = documented.filter((row) => formOf(word(row.key)).test(name));
        found.push(...forms.map((row) => word(row.key)));
        expect({ name, types: forms.map(({ type }) => type) }).toEqual({
          name,
          types: [await redis.type(key)],
        });
        expect(await redis.pttl(key)).toBeGreaterThan(0);
      }
      expect([...new Set(found)].sort()).toEqual(documented.map(({ key }) => word(key)).sort());
    });
  });
});

/** Values at the edges of what a cell of bounds says, and just beyond. */
function edgesOf(bounds: string): { inside: string[]; outside: string[] } {
  const bytes = /^([0-9]+)–([0-9]+) bytes$/.exec(bounds);
  if (bytes !== null) {
    const [low, high] = [Number(bytes[1]), Number(bytes[2])];
    const text = (length: number): string => 'x'.repeat(length);
    return { inside: [text(low), text(high)], outside: [text(low - 1), text(high + 1)] };
  }
  const numbers = /^(?:each )?([0-9]+)–([0-9]+)$/.exec(bounds);
  if (numbers !== null) {
    const [low, high] = [Number(numbers[1]), Number(numbers[2])];
    return { inside: [String(low), String(high)], outside: [String(low - 1), String(high + 1)] };
  }
  const rates = /^(?:each )?1\/1s–([0-9]+)\/([0-9]+)d$/.exec(bounds);
  if (rates !== null) {
    const [count, days] = [Number(rates[1]), Number(rates[2])];
    const rate = (hits: number, duration: string): string => `${String(hits)}/${duration}`;
    return {
      inside: [rate(1, '1s'), rate(count, `${String(days)}d`)],
      outside: [rate(0, '1s'), rate(1, '0s'), rate(count + 1, '1s'), rate(1, `${String(days + 1)}d`)],
    };
  }
  return { inside: bounds.split(', '), outside: ['anything else'] };
}

/** Whether the variable itself is refused, whatever else this value would need. */
function isRefused(name: string, value: string): boolean {
  try {
    readSettings({ [name]: value });
    return false;
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return error.problems.some((problem) => problem.startsWith(`${name} must be `));
  }
}

/** A key as the README writes it, as a pattern. */
function formOf(key: string): RegExp {
  const parts: Record<string, string> = {
    '<level>': '[A-Z]{2}(-[A-Za-z0-9_-]+)?',
    '<answer>': '[A-Za-z0-9_-]{22,43}',
    '<fingerprint>': '[A-Za-z0-9_-]{16}',
    '<purpose>': '[a-z][a-z0-9_]*',
    '<digest>': '[A-Za-z0-9_-]{43}',
    '<name>': '[A-Za-z0-9_-]{22}',
    '<key>': '[A-Za-z0-9_-]{22}',
    '<limit>': '(?:send|verify|subnet)',
    '<subnet>': '[0-9a-f.:/]+',
    '<network>': '[0-9a-f.:/]+',
  };
  const escaped = key.replace(/[{}]/g, '\\$&').replace(/<[a-z]+>/g, (part) => parts[part] ?? part);
  return new RegExp(`^${escaped}$`);
}

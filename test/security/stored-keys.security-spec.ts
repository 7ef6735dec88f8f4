import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { PhoneNumber, type ChallengeOffer } from '@app/sms-verification';
import { PhoneFingerprinter } from '../../libs/sms-verification/src/phone/phone-fingerprint';
import { bucketOf } from '../../libs/sms-verification/src/recognition/recognition-token';
import { RESOLVED_OPTIONS } from '../../libs/sms-verification/src/sms-verification.module-definition';
import type { ResolvedSmsVerificationOptions } from '../../libs/sms-verification/src/sms-verification.options';
import { solveAltcha } from '../challenges/solve-altcha';
import { KEY_KINDS, kindOf, unsoundKeys } from '../conformance/redis-audit';
import { freshPhone } from '../support/phones';
import { connectSharedRedis } from '../support/shared-redis';
import { startApp, type TestApp } from '../support/start-app';
import { keysUnder } from '../support/time-travel';

const PHONE_KEY = 'the key for phones of this test, 32 bytes and more';
/** The failure count is remembered longest of all that is in a phone's record. */
const LONGEST_MS = 30 * 86_400_000 + 300_000;
const fingerprinter = new PhoneFingerprinter(PHONE_KEY);

describe('the keys that the whole application leaves in Redis', () => {
  let api: TestApp;
  let redis: Redis;
  let folder: string;
  const phone = PhoneNumber.parse(freshPhone());
  const fingerprints: string[] = [fingerprinter.of(phone)];
  const secrets: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prices-'));
    const prices = join(folder, 'prices.json');
    writeFileSync(prices, '{ "default": 0.1 }');
    // Codes of ten digits: six could turn up in a time or a count by chance.
    const environment = { SMS_PHONE_KEY: PHONE_KEY, SMS_CODE_LENGTH: '10', SMS_PRICES: prices };
    api = await startApp({ environment });
    redis = connectSharedRedis();
    await useEverything();
  });
  afterAll(async () => {
    redis.disconnect();
    await api.close();
    rmSync(folder, { recursive: true });
  });

  const ask = async (route: string, more: object, headers = {}) => {
    const body = { phone: phone.e164, ...more };
    const answer = await api.client.post(`/auth/sms/${route}`, body, headers);
    expect(answer.status).toBeLessThan(300);
    return answer.body;
  };

  /** A send that has to solve a challenge, a success, and a send of the device that is recognised after it. */
  async function useEverything(): Promise<void> {
    const { abuse } = api.app.get<ResolvedSmsVerificationOptions>(RESOLVED_OPTIONS);
    const assess = abuse.guard.assess.bind(abuse.guard);
    const demanding = jest.spyOn(abuse.guard, 'assess').mockImplementation(async (request) => {
      const judged = await assess(request);
      return request.challenged ? judged : { ...judged, decision: 'challenge', enforced: true };
    });
    const challenge = await solveAltcha((await ask('challenge', {})) as ChallengeOffer);
    const idempotent = { 'idempotency-key': 'of-this-test' };
    const { verificationId } = await ask('send', { purpose: 'login', challenge }, idempotent);
    demanding.mockRestore();

    const code = await api.client.newestCode(phone.e164);
    const verified = await ask('verify', { purpose: 'login', code, verificationId });
    const { token } = verified['proof'] as { token: string };
    const { token: recognition } = verified['recognition'] as { token: string };
    const [deviceId = '', , , signature = ''] = recognition.split('.');
    secrets.push(code, token.split('.')[1] ?? '', signature, challenge);
    fingerprints.push(fingerprinter.ofDevices(phone, bucketOf(deviceId)));
    await ask('send', { purpose: 'register', recognition });
    secrets.push(await api.client.newestCode(phone.e164));
    expect((await api.client.get('/health/ready')).status).toBe(200);
  }

  const prefix = (): string => `${api.keyPrefix}sms:`;
  const audit = (): Promise<string[]> =>
    unsoundKeys(redis, {
      keyPrefix: prefix(),
      ...{ fingerprints, phones: [phone], codes: secrets, longestTtlMs: LONGEST_MS },
    });

  it('[ASVS 16.2.5] are of every kind there is, and begin with its prefix', async () => {
    const names = await keysUnder(redis, api.keyPrefix);
    expect(names.filter((name) => !name.startsWith(prefix()))).toEqual([]);
    const kinds = names.map((name) => kindOf(name.slice(prefix().length)));
    expect([...new Set(kinds)].sort()).toEqual([...KEY_KINDS].sort());
    // The phone's own record, and that of the device that is recognised.
    expect(kinds.filter((kind) => kind === 'record')).toHaveLength(2);
  });

  it('[ASVS 16.2.5] expire, each kind as soon as it may, and hold no phone, no code and no token', async () => {
    expect(secrets.every((secret) => secret.length >= 10)).toBe(true);
    expect(await audit()).toEqual([]);
  });

  it('[ASVS 16.2.5] are seen by the audit where they are wrong', async () => {
    const range = `{guard}:US-${phone.e164.slice(2)}`;
    const challenge = `challenge:{${'A'.repeat(22)}}`;
    await redis.set(prefix() + range, '', 'PX', 100_000);
    await redis.set(prefix() + challenge, secrets[0] ?? '', 'PX', 16 * 60_000);
    await redis.persist(`${prefix()}{budget}`);
    const unsound = await audit();
    expect(unsound).toHaveLength(5);
    expect(unsound).toEqual(
      expect.arrayContaining([
        `${range} has the wrong form or hash tag`,
        `${range} contains a phone or a code`,
        expect.stringMatching(/^challenge:\{A{22}\} has a PTTL of 9[56][0-9]{4}$/),
        `${challenge} contains a phone or a code`,
        '{budget} has a PTTL of -1',
      ]),
    );
  });
});

import type { Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { STORES, withTimedApp, type TimedApp } from './timed-app';

describe.each(STORES)('the limits of a phone, with the %s store', (store) => {
  it('[ASVS 2.4.1] are five sends an hour and ten a day, over all purposes together', () =>
    withTimedApp({ store, environment: { SMS_COOLDOWN_SECONDS: '1' } }, async (api) => {
      const phone = freshPhone();
      const purposes = ['login', 'register', 'reset_password', 'change_phone'];
      const send = (n: number): Promise<Answer> =>
        api.client.post('/auth/sms/send', { phone, purpose: purposes[n % 4] });
      const accepted: number[] = [];
      const refusals: unknown[] = [];
      // One every 400 seconds, for two hours and forty minutes.
      for (let n = 0; n < 24; n += 1) {
        const { status, body } = await send(n);
        if (status === 202) accepted.push(n);
        else refusals.push([body['code'], body['limit'], body['window']]);
        await api.pass(400);
      }
      expect(accepted).toEqual([0, 1, 2, 3, 4, 9, 10, 11, 12, 13]);
      expect(refusals.slice(0, 4)).toEqual(new Array(4).fill(['quota_exceeded', 5, 3_600]));
      expect(refusals.at(-1)).toEqual(['quota_exceeded', 10, 86_400]);
    }));

  it('[ASVS 2.4.1] grow from one send to the next: 60, 60, 120, 300 seconds', () =>
    withTimedApp({ store, environment: { SMS_MAX_LIVE: '5' } }, async (api) => {
      const phone = freshPhone();
      const waits: number[] = [];
      for (let n = 0; n < 4; n += 1) {
        await api.client.send(phone);
        const refused = await api.client.post('/auth/sms/send', { phone, purpose: 'login' });
        expect(refused).toMatchObject({ status: 429, body: { code: 'cooldown' } });
        waits.push(Number(refused.headers['retry-after']));
        await api.pass(Number(refused.headers['retry-after']));
      }
      expect(waits).toEqual([60, 60, 120, 300]);
    }));
});

const SEND = { SMS_IP_SEND_LIMIT: '2/10m' };
const BEHIND_ONE_PROXY = { ...SEND, TRUST_PROXY: '1' };
const BEHIND_PROXIES = { ...SEND, TRUST_PROXY: '127.0.0.1,10.0.0.0/8' };

describe.each(STORES)('the limit of an address, with the %s store', (store) => {
  /** The codes of the answers to sends, each for a fresh phone, with these X-Forwarded-For headers. */
  async function sendFrom(api: TimedApp, forwarded: readonly string[]): Promise<unknown[]> {
    const codes: unknown[] = [];
    for (const from of forwarded) {
      const headers = from === '' ? {} : { 'x-forwarded-for': from };
      const body = { phone: freshPhone(), purpose: 'login' };
      const answer = await api.client.post('/auth/sms/send', body, headers);
      codes.push(answer.status === 202 ? 'sent' : answer.body['code']);
    }
    return codes;
  }

  it('[ASVS 2.4.1] refuses what is over it, with a wait and the fields that count down', () =>
    withTimedApp({ store, environment: SEND }, async (api) => {
      const seen: unknown[] = [];
      for (let n = 0; n < 3; n += 1) {
        const answer = await api.client.post('/auth/sms/send', { phone: freshPhone(), purpose: 'login' });
        seen.push([answer.status, answer.headers['ratelimit'], answer.headers['retry-after']]);
        expect(answer.headers['ratelimit-policy']).toMatch(/^"send";q=2;w=600(, "subnet";q=999999;w=600)?$/);
      }
      const field = (remaining: number): unknown =>
        expect.stringMatching(
          new RegExp(`^"send";r=${String(remaining)};t=(5[5-9][0-9]|600)(, "subnet".*)?$`),
        );
      expect(seen).toEqual([
        [202, field(1), undefined],
        [202, field(0), undefined],
        [429, field(0), expect.stringMatching(/^(5[5-9][0-9]|600)$/)],
      ]);
    }));

  it('[ASVS 2.4.1] counts malformed requests, too', () =>
    withTimedApp({ store, environment: SEND }, async (api) => {
      for (let n = 0; n < 2; n += 1) {
        expect((await api.client.post('/auth/sms/send', { phone: 'x' })).status).toBe(400);
      }
      expect(await sendFrom(api, [''])).toEqual(['rate_limited']);
    }));

  it('[ASVS 2.4.1] of verify, redeem and status is one, apart from that of send', () =>
    withTimedApp({ store, environment: { ...SEND, SMS_IP_VERIFY_LIMIT: '3/10m' } }, async (api) => {
      const id = 'A'.repeat(22);
      expect((await api.client.verify(freshPhone(), '123456', id)).status).toBe(400);
      expect((await api.client.redeem('token')).status).toBe(401);
      expect((await api.client.status(freshPhone(), id)).status).toBe(404);
      for (const refused of [
        await api.client.verify(freshPhone(), '123456', id),
        await api.client.redeem('token'),
        await api.client.status(freshPhone(), id),
      ]) {
        expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      }
      expect(await sendFrom(api, ['', '', ''])).toEqual(['sent', 'sent', 'rate_limited']);
    }));

  it('[ASVS 2.4.1] ignores X-Forwarded-For unless proxies are trusted', () =>
    withTimedApp({ store, environment: SEND }, async (api) => {
      const forged = ['203.0.113.1', '203.0.113.2', '203.0.113.3', 'garbage'];
      expect(await sendFrom(api, forged)).toEqual(['sent', 'sent', 'rate_limited', 'rate_limited']);
    }));

  it('[ASVS 2.4.1] counts the hop before the one trusted proxy, whatever the client wrote before it', () =>
    withTimedApp({ store, environment: BEHIND_ONE_PROXY }, async (api) => {
      const forged = ['198.51.100.1, 203.0.113.1', '198.51.100.2, 203.0.113.1', '203.0.113.1'];
      expect(await sendFrom(api, forged)).toEqual(['sent', 'sent', 'rate_limited']);
      expect(await sendFrom(api, ['203.0.113.1, 203.0.113.2'])).toEqual(['sent']);
    }));

  it('[ASVS 2.4.1] counts the rightmost address that is no trusted proxy', () =>
    withTimedApp({ store, environment: BEHIND_PROXIES }, async (api) => {
      const forged = [
        '203.0.113.1',
        '198.51.100.9, 203.0.113.1, 10.0.0.7',
        '10.9.9.9, 203.0.113.1, 10.0.0.8, 10.0.0.7',
      ];
      expect(await sendFrom(api, forged)).toEqual(['sent', 'sent', 'rate_limited']);
      expect(await sendFrom(api, ['203.0.113.1, 203.0.113.2, 10.0.0.7'])).toEqual(['sent']);
    }));

  it('[ASVS 2.4.1] counts all addresses of an IPv6 /64 as one, and other networks apart', () =>
    withTimedApp({ store, environment: BEHIND_ONE_PROXY }, async (api) => {
      const one = ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0DB8:0001:0002:0:0:0:9'];
      expect(await sendFrom(api, one)).toEqual(['sent', 'sent', 'rate_limited']);
      expect(await sendFrom(api, ['2001:db8:1:3::1', '2001:db8:1:3::1'])).toEqual(['sent', 'sent']);
    }));

  it('[ASVS 2.4.1] counts an IPv4 address and the same one written as IPv6 as one', () =>
    withTimedApp({ store, environment: BEHIND_ONE_PROXY }, async (api) => {
      const one = ['203.0.113.1', '::ffff:203.0.113.1', '::ffff:cb00:7101'];
      expect(await sendFrom(api, one)).toEqual(['sent', 'sent', 'rate_limited']);
      expect(await sendFrom(api, ['::ffff:203.0.113.2'])).toEqual(['sent']);
    }));

  it('[ASVS 2.4.1] counts all that cannot be read as one, and never fails over it', () =>
    withTimedApp({ store, environment: BEHIND_ONE_PROXY }, async (api) => {
      const unreadable = ['unknown', '203.0.113.1:port', '_hidden', 'x'.repeat(5_000)];
      expect(await sendFrom(api, unreadable)).toEqual(['sent', 'sent', 'rate_limited', 'rate_limited']);
    }));
});

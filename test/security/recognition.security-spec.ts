import { wrongCode, type Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { STORES, withTimedApp, type TimedApp } from './timed-app';

const MINUTES = 60;

describe.each(STORES)('a returning user with a recognition token, with the %s store', (store) => {
  const environment = { TRUST_PROXY: '1' };

  const ask = (api: TimedApp, phone: string, more: object = {}): Promise<Answer> =>
    api.client.post('/auth/sms/send', { phone, purpose: 'login', ...more });

  /** Sends, reads the message, verifies; every refusal fails the test. Returns the token for the next time. */
  async function logIn(api: TimedApp, phone: string, recognition?: string): Promise<string> {
    const known = recognition === undefined ? {} : { recognition };
    const sent = await ask(api, phone, known);
    expect(sent).toMatchObject({ status: 202 });
    const code = await api.client.newestCode(phone);
    const { verificationId } = sent.body;
    const subject = { phone, purpose: 'login', verificationId, ...known };
    expect(await api.client.post('/auth/sms/status', subject)).toMatchObject({ status: 200 });
    const verified = await api.client.post('/auth/sms/verify', { ...subject, code });
    expect(verified).toMatchObject({ status: 200, body: { recognition: { expiresIn: 90 * 86_400 } } });
    return (verified.body['recognition'] as { token: string }).token;
  }

  it('[ASVS 6.1.1, ASVS 6.3.1] is never refused, whatever strangers spend of its number’s limits for an hour', () =>
    withTimedApp({ store, environment }, async (api) => {
      const phone = freshPhone();
      let token = await logIn(api, phone);
      const refusals = new Set<unknown>();
      let address = 0;
      for (let minute = 0; minute < MINUTES; minute += 1) {
        // The strangers send whenever they may, and guess wrong as long as they may.
        const from = { 'x-forwarded-for': `198.51.${String(minute)}.${String((address += 1) % 250)}` };
        const sent = await api.client.post('/auth/sms/send', { phone, purpose: 'login' }, from);
        if (sent.status === 202) {
          const wrong = wrongCode(await api.client.newestCode(phone));
          const id = String(sent.body['verificationId']);
          for (let guess = 0; guess < 5; guess += 1) await api.client.verify(phone, wrong, id);
        } else {
          refusals.add(sent.body['code']);
        }
        if (minute % 15 === 14) {
          // Without the token the user would have to wait.
          const early = await ask(api, phone);
          expect(early.status).toBe(429);
          refusals.add(early.body['code']);
          token = await logIn(api, phone, token);
        }
        await api.pass(60);
      }
      expect(refusals).toEqual(new Set(['attempts_exhausted', 'quota_exceeded']));
    }));

  it('[ASVS 6.1.1] has limits of its own, which it can use up', () =>
    withTimedApp({ store, environment }, async (api) => {
      const phone = freshPhone();
      const recognition = await logIn(api, phone);
      expect(await ask(api, phone, { recognition })).toMatchObject({ status: 202 });
      expect(await ask(api, phone, { recognition })).toMatchObject({
        status: 429,
        body: { code: 'cooldown' },
      });
    }));

  it('[ASVS 6.1.1] counts as a stranger with the token of another phone, a forged one, or one that has ended', () =>
    withTimedApp({ store, environment }, async (api) => {
      const [phone, other] = [freshPhone(), freshPhone()];
      const [own, others] = [await logIn(api, phone), await logIn(api, other)];
      expect((await ask(api, phone)).status).toBe(202);
      const forged = `${own.slice(0, -5)}AAAAA`;
      for (const recognition of [others, forged, 'none']) {
        const answer = await ask(api, phone, { recognition });
        expect(answer).toMatchObject({ status: 429, body: { code: 'cooldown' } });
      }
      // Only the in-process store's clock moves; Redis's own is held to it by the conformance suite.
      if (store === 'redis') return;
      await api.pass(91 * 86_400);
      expect((await ask(api, phone)).status).toBe(202);
      expect(await ask(api, phone, { recognition: own })).toMatchObject({ status: 429 });
    }));

  it('[ASVS 6.6.3] counts as a stranger on a device that failed too often', () =>
    withTimedApp({ store, environment: { ...environment, SMS_COOLDOWN_SECONDS: '1' } }, async (api) => {
      const phone = freshPhone();
      const recognition = await logIn(api, phone);
      const sent = await ask(api, phone, { recognition });
      const wrong = wrongCode(await api.client.newestCode(phone));
      const guess = {
        phone,
        purpose: 'login',
        verificationId: sent.body['verificationId'],
        recognition,
        code: wrong,
      };
      for (let n = 0; n < 5; n += 1) await api.client.post('/auth/sms/verify', guess);
      await api.pass(2);
      // The device waits; what it gets, it gets by the limits that everybody shares, and those then hold for it.
      expect((await ask(api, phone, { recognition })).status).toBe(202);
      expect(await ask(api, phone)).toMatchObject({ status: 429, body: { code: 'cooldown' } });
    }));

  it('[ASVS 6.6.2] verifies with its token what was sent without, and the other way round not', () =>
    withTimedApp({ store, environment }, async (api) => {
      const phone = freshPhone();
      const recognition = await logIn(api, phone);
      const plain = await ask(api, phone);
      const code = await api.client.newestCode(phone);
      const body = { phone, purpose: 'login', verificationId: plain.body['verificationId'], code };
      expect(await api.client.post('/auth/sms/verify', { ...body, recognition })).toMatchObject({
        status: 200,
      });

      const own = await ask(api, phone, { recognition });
      const ownCode = await api.client.newestCode(phone);
      const without = { phone, purpose: 'login', verificationId: own.body['verificationId'], code: ownCode };
      expect(await api.client.post('/auth/sms/verify', without)).toMatchObject({ status: 400 });
      expect(await api.client.post('/auth/sms/verify', { ...without, recognition })).toMatchObject({
        status: 200,
      });
    }));
});

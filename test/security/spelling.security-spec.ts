import type { Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startTimedApp, STORES, withTimedApp, type TimedApp } from './timed-app';

interface Spelling {
  readonly phone: string;
  readonly region?: string;
}

/** Ways in which people write one North American number. */
function spellingsOf(e164: string): readonly [Spelling, ...Spelling[]] {
  const [area, exchange, line] = [e164.slice(2, 5), e164.slice(5, 8), e164.slice(8)];
  return [
    { phone: e164 },
    { phone: `+1 (${area}) ${exchange}-${line}` },
    { phone: `+1.${area}.${exchange}.${line}` },
    { phone: `+1 ${area} ${exchange} ${line}` },
    { phone: `+1-${area}-${exchange}-${line}`, region: 'AU' },
    { phone: `(${area}) ${exchange}-${line}`, region: 'US' },
    { phone: `1 ${area} ${exchange} ${line}`, region: 'US' },
    { phone: `${area}/${exchange}-${line}`, region: 'CA' },
    { phone: `011 1 ${area} ${exchange} ${line}`, region: 'US' },
    { phone: `0011 1 ${area} ${exchange} ${line}`, region: 'AU' },
  ];
}

describe.each(STORES)('the spellings of one number, with the %s store', (store) => {
  let api: TimedApp;
  beforeEach(async () => {
    api = await startTimedApp({ store });
  });
  afterEach(() => api.close());

  const send = (spelling: Spelling): Promise<Answer> =>
    api.client.post('/auth/sms/send', { ...spelling, purpose: 'login' });

  it('[ASVS 2.2.1, ASVS 2.2.2] share one code: sent in one spelling, verified in each other', async () => {
    for (const index of spellingsOf(freshPhone()).keys()) {
      const phone = freshPhone();
      const spellings = spellingsOf(phone);
      const sent = await send(spellings[index] ?? spellings[0]);
      expect(sent.status).toBe(202);
      const verified = await api.client.post('/auth/sms/verify', {
        ...(spellings.at(index - 1) ?? spellings[0]),
        purpose: 'login',
        code: await api.client.newestCode(phone),
        verificationId: sent.body['verificationId'],
      });
      expect(verified).toMatchObject({ status: 200, body: { phone: sent.body['phone'] } });
    }
  });

  it('[ASVS 2.2.1, ASVS 2.2.2] share one cooldown', async () => {
    const [first, ...others] = spellingsOf(freshPhone());
    expect((await send(first)).status).toBe(202);
    for (const spelling of others) {
      expect(await send(spelling)).toMatchObject({ status: 429, body: { code: 'cooldown' } });
    }
  });

  it('[ASVS 2.2.1, ASVS 2.2.2] share one quota', async () => {
    const spellings = spellingsOf(freshPhone());
    const outcomes: unknown[] = [];
    for (const spelling of spellings.slice(0, 7)) {
      const { status, body } = await send(spelling);
      outcomes.push(status === 202 ? 'sent' : body['code']);
      await api.pass(300);
    }
    // Five an hour; after 35 minutes the first one still counts.
    expect(outcomes).toEqual([...new Array<string>(5).fill('sent'), 'quota_exceeded', 'quota_exceeded']);
  });

  it('[ASVS 2.2.1, ASVS 2.2.2] share one failure count', async () => {
    const phone = freshPhone();
    const sent = await send({ phone });
    const code = await api.client.newestCode(phone);
    const wrong = code === '000000' ? '111111' : '000000';
    const remaining: unknown[] = [];
    for (const spelling of spellingsOf(phone).slice(1, 6)) {
      const { verificationId } = sent.body;
      const answer = await api.client.post('/auth/sms/verify', {
        ...spelling,
        purpose: 'login',
        code: wrong,
        verificationId,
      });
      remaining.push(answer.body['attemptsRemaining']);
    }
    expect(remaining).toEqual([4, 3, 2, 1, 0]);
  });

  it('[ASVS 2.2.1] of a code that people paste are read: spaces and hyphens between digits', async () => {
    for (const paste of [/(...)(...)/, /(..)(..)(..)/, /(.)(.)(.)(.)(.)(.)/]) {
      for (const separator of [' ', '-', ' - ']) {
        const phone = freshPhone();
        const { verificationId } = await api.client.send(phone);
        const parts = paste.exec(await api.client.newestCode(phone))?.slice(1) ?? [];
        expect((await api.client.verify(phone, parts.join(separator), verificationId)).status).toBe(200);
      }
    }
  });
});

describe.each(STORES)('a malformed spelling, with the %s store', (store) => {
  it('[ASVS 2.2.2] is refused as malformed, whether or not the number it resembles has to wait', () =>
    withTimedApp({ store }, async (api) => {
      const waiting = freshPhone();
      await api.client.send(waiting);
      for (const phone of [waiting, freshPhone()]) {
        for (const malformed of [
          phone.replace(/[0-9]/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
          phone.replace(/[0-9]/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
          `${phone}\u200b`,
          phone.replace('+', '＋'),
          phone.replaceAll('5', '5\u2060'),
        ]) {
          const answer = await api.client.post('/auth/sms/send', { phone: malformed, purpose: 'login' });
          expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
        }
      }
    }));
});

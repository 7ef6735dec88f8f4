import { tokenOf, type Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startTimedApp, STORES, type TimedApp } from './timed-app';

/** What is random, and what only counts the requests of an address or tells the time. */
const NOT_COMPARED = new Set(['verificationId', 'date', 'ratelimit', 'x-request-id']);

/** All of an answer that could tell two phones apart: every name, and every value that is not random. */
function shapeOf({ status, headers, body }: Answer): unknown {
  const compared = (entries: Readonly<Record<string, unknown>>): unknown[] =>
    Object.entries(entries).map(([name, value]) => [name, NOT_COMPARED.has(name) ? typeof value : value]);
  return { status, headers: compared(headers), body: compared(body) };
}

describe.each(STORES)('a phone that the application knows, with the %s store', (store) => {
  let api: TimedApp;
  beforeEach(async () => {
    api = await startTimedApp({ store });
  });
  afterEach(() => api.close());

  /** A phone that was verified, whose proof was redeemed, and that failed in between. */
  async function knownPhone(): Promise<string> {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const code = await api.client.newestCode(phone);
    await api.client.verify(phone, '000000' === code ? '000001' : '000000', verificationId);
    const verified = await api.client.verify(phone, code, verificationId);
    expect((await api.client.redeem(tokenOf(verified))).status).toBe(200);
    // What was sent a moment ago may delay the next send, of any phone; that passes.
    await api.pass(24 * 60 * 60);
    return phone;
  }

  /** Another number, of which an answer shows the same digits: it has another area code. */
  const alike = (phone: string): string => phone.replace('+1415', '+1212');

  it('[ASVS 6.3.8] is sent a code in the same words as one that it has never seen', async () => {
    const known = await knownPhone();
    for (const purpose of ['login', 'register', 'reset_password', 'change_phone']) {
      const body = { phone: known, purpose };
      const toKnown = await api.client.post('/auth/sms/send', body);
      const toUnknown = await api.client.post('/auth/sms/send', { ...body, phone: alike(known) });
      expect(toKnown.status).toBe(202);
      expect(shapeOf(toKnown)).toEqual(shapeOf(toUnknown));
    }
  });

  it('[ASVS 6.3.8] refuses a guess in the same words as one that it has never seen', async () => {
    const known = await knownPhone();
    // Of this one a code is on its way to its holder at this moment.
    const waiting = freshPhone();
    await api.client.send(waiting);
    const toUnknown = await api.client.verify(freshPhone(), '123456', 'A'.repeat(22));
    expect(toUnknown.status).toBe(400);
    for (const phone of [known, waiting]) {
      expect(shapeOf(await api.client.verify(phone, '123456', 'A'.repeat(22)))).toEqual(shapeOf(toUnknown));
    }
  });

  it('[ASVS 6.3.8] tells a stranger nothing by its status', async () => {
    const known = await knownPhone();
    const waiting = freshPhone();
    await api.client.send(waiting);
    const ofUnknown = await api.client.status(freshPhone(), 'A'.repeat(22));
    expect(ofUnknown.status).toBe(404);
    for (const phone of [known, waiting]) {
      expect(shapeOf(await api.client.status(phone, 'A'.repeat(22)))).toEqual(shapeOf(ofUnknown));
    }
  });

  it('[ASVS 6.3.8] is refused a second code in the same words as one that it has never seen', async () => {
    const known = await knownPhone();
    const unknown = alike(known);
    for (const phone of [known, unknown]) await api.client.send(phone, 'register');
    const send = (phone: string): Promise<Answer> =>
      api.client.post('/auth/sms/send', { phone, purpose: 'register' });
    const [toKnown, toUnknown] = [await send(known), await send(unknown)];
    expect(toKnown.status).toBe(429);
    expect(shapeOf(toKnown)).toEqual(shapeOf(toUnknown));
  });

  it('[ASVS 6.3.8] looks, in proofs and ids, like any other', async () => {
    const [known, unknown] = [await knownPhone(), freshPhone()];
    for (const phone of [known, unknown]) {
      const { verificationId } = await api.client.send(phone);
      const verified = await api.client.verify(phone, await api.client.newestCode(phone), verificationId);
      expect(verificationId).toMatch(/^[A-Za-z0-9_-]{22}$/);
      expect(tokenOf(verified)).toMatch(/^[A-Za-z0-9_-]{16}(\.[A-Za-z0-9_-]{43}){2}$/);
      expect(JSON.stringify(verified.body)).not.toContain(phone.slice(2, 9));
    }
  });
});

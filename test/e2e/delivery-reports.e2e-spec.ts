import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';

const SECRET = 'a secret of this test, thirty-two characters';

/** Signs as the webhook gateway's receiver does. */
function signature(body: string, secret = SECRET): string {
  const time = String(Math.floor(Date.now() / 1_000));
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}

describe.each(['redis', 'in-process'] as const)('delivery reports of a provider, %s store', (store) => {
  let carrier: Server;
  let messages = 0;
  let api: TestApp;

  beforeAll(async () => {
    carrier = createServer((request, response) => {
      request.resume();
      messages += 1;
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ messageId: `m${String(messages)}` }));
    });
    await once(carrier.listen(0, '127.0.0.1'), 'listening');
    const { port } = carrier.address() as AddressInfo;
    const WEBHOOK_URL = `http://127.0.0.1:${String(port)}/`;
    const environment = { SMS_GATEWAYS: 'webhook', WEBHOOK_URL, WEBHOOK_SECRET: SECRET };
    api = await startApp({ store, environment });
  });
  afterAll(async () => {
    await api.close();
    carrier.closeAllConnections();
    carrier.close();
  });

  const report = (state: string, messageId = `m${String(messages)}`, secret = SECRET): Promise<Answer> => {
    const body = JSON.stringify({ messageId, state });
    return api.client.request('POST', '/webhooks/sms/webhook', body, {
      'content-type': 'application/json',
      'sms-signature': signature(body, secret),
    });
  };
  const statusOf = async (phone: string, verificationId: string): Promise<unknown> =>
    (await api.client.status(phone, verificationId)).body['delivery'];

  it('show in the status, and a wrong signature changes nothing', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    expect(await statusOf(phone, verificationId)).toBe('sent');
    const forged = await report('undelivered', undefined, 'another secret, thirty-two characters long');
    expect(forged).toMatchObject({ status: 403, body: { code: 'webhook_forged' } });
    expect(await statusOf(phone, verificationId)).toBe('sent');
    expect((await report('delivered')).status).toBe(204);
    expect(await statusOf(phone, verificationId)).toBe('delivered');
  });

  it('of an undelivered message end the cooldown, once', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const resend = (): Promise<Answer> =>
      api.client.post('/auth/sms/send', { phone, purpose: 'login', verificationId });
    expect((await resend()).status).toBe(429);
    await report('undelivered');
    expect(await statusOf(phone, verificationId)).toBe('undelivered');
    expect((await resend()).status).toBe(202);
    await report('undelivered');
    expect((await resend()).status).toBe(429);
  });

  it('that come late, twice, out of order or for nothing known are harmless', async () => {
    const phone = freshPhone();
    const { verificationId } = await api.client.send(phone);
    const id = `m${String(messages)}`;
    for (const state of ['delivered', 'delivered', 'undelivered', 'buffered']) {
      expect((await report(state, id)).status).toBeLessThan(500);
    }
    expect((await report('delivered', 'never heard of')).status).toBe(204);
    expect(await statusOf(phone, verificationId)).toBe('delivered');
  });

  it('for a gateway that is not used find nothing', async () => {
    const answer = await api.client.request('POST', '/webhooks/sms/twilio', 'a=b', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

import { createHmac } from 'node:crypto';
import { SmsVerificationService } from '@app/sms-verification';
import type { Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';
import { LoopbackPeer } from './loopback-peer';
import type * as OutsideJest from './outside-jest';
import { signAsVonage } from './vonage-signing';

jest.mock('@vonage/sms', () =>
  jest.requireActual<typeof OutsideJest>('./outside-jest').requireOutsideJest('@vonage/sms'),
);
jest.mock('@vonage/auth', () =>
  jest.requireActual<typeof OutsideJest>('./outside-jest').requireOutsideJest('@vonage/auth'),
);

/** As the providers know this application; here it listens elsewhere, as behind a proxy. */
const PUBLIC_URL = 'https://sms.example.com';
const TOKEN = 'twilio-auth-token';
const SECRET = 'a-secret-of-this-test-of-32-characters';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the routes that providers report to', () => {
  let kannel: LoopbackPeer;
  let api: TestApp;
  let recorded: jest.SpiedFunction<SmsVerificationService['recordDelivery']>;

  beforeAll(async () => {
    kannel = await LoopbackPeer.start();
    kannel.answers(202, '0: Accepted for delivery');
    api = await startApp({
      environment: {
        SMS_GATEWAYS: 'kannel,twilio,vonage',
        PUBLIC_URL,
        KANNEL_URL: kannel.url,
        KANNEL_USERNAME: 'tester',
        KANNEL_PASSWORD: 'geheim',
        KANNEL_FROM: 'Example',
        KANNEL_DLR_SECRET: SECRET,
        TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
        TWILIO_AUTH_TOKEN: TOKEN,
        TWILIO_FROM: '+15005550006',
        VONAGE_API_KEY: 'key',
        VONAGE_API_SECRET: 'secret',
        VONAGE_FROM: 'Example',
        VONAGE_SIGNATURE_SECRET: SECRET,
      },
    });
    recorded = jest.spyOn(api.app.get(SmsVerificationService), 'recordDelivery');
  });
  beforeEach(() => {
    recorded.mockClear();
  });
  afterAll(async () => {
    await api.close();
    await kannel.close();
  });

  const FORGED = { status: 403, body: { code: 'webhook_forged' } };

  describe('twilio', () => {
    const report = (token: string, target = '/webhooks/sms/twilio'): Promise<Answer> => {
      const form = new URLSearchParams({ MessageSid: 'SM1', MessageStatus: 'delivered' });
      const signed = `${PUBLIC_URL}${target}${[...form].flat().join('')}`;
      const signature = createHmac('sha1', token).update(signed).digest('base64');
      return api.client.request('POST', target, form.toString(), {
        ...FORM,
        'x-twilio-signature': signature,
      });
    };

    it.each(['/webhooks/sms/twilio', '/webhooks/sms/twilio?tenant=a%20b'])(
      'is believed at %s when it signed that URL as the public knows it',
      async (target) => {
        expect((await report(TOKEN, target)).status).toBe(204);
        expect(recorded.mock.calls).toEqual([['twilio', { messageId: 'SM1', state: 'delivered' }]]);
      },
    );

    it('is not believed under another token', async () => {
      expect(await report('another')).toMatchObject(FORGED);
      expect(recorded).not.toHaveBeenCalled();
    });
  });

  describe('vonage', () => {
    const parameters = (secret: string): Record<string, string> => {
      const report = {
        messageId: 'id-0',
        status: 'failed',
        timestamp: String(Math.floor(Date.now() / 1_000)),
      };
      return { ...report, sig: signAsVonage(report, secret, 'sha256') };
    };
    const ways: [string, (report: Record<string, string>) => Promise<Answer>][] = [
      [
        'the query of a GET',
        (report) => api.client.get(`/webhooks/sms/vonage?${new URLSearchParams(report).toString()}`),
      ],
      [
        'a form',
        (report) =>
          api.client.request('POST', '/webhooks/sms/vonage', new URLSearchParams(report).toString(), FORM),
      ],
      ['JSON', (report) => api.client.post('/webhooks/sms/vonage', report)],
    ];

    it.each(ways)('is believed by its signature, in %s', async (_way, deliver) => {
      expect((await deliver(parameters(SECRET))).status).toBe(204);
      expect(recorded.mock.calls).toEqual([['vonage', { messageId: 'id-0', state: 'undelivered' }]]);
    });

    it.each(ways)('is not believed under another secret, in %s', async (_way, deliver) => {
      expect(await deliver(parameters('another'))).toMatchObject(FORGED);
      expect(recorded).not.toHaveBeenCalled();
    });
  });

  describe('kannel', () => {
    it('is believed at the URL that went with the message, and the status shows it', async () => {
      const phone = freshPhone();
      const { verificationId } = await api.client.send(phone);
      const url = new URL(
        String(kannel.onlyRequest.headers['x-kannel-dlr-url']).replace(/%d$/, '1').replaceAll('%%', '%'),
      );
      expect(url.origin + url.pathname).toBe(`${PUBLIC_URL}/webhooks/sms/kannel`);

      const forged = new URLSearchParams(url.searchParams);
      forged.set('key', 'f'.repeat(64));
      expect(await api.client.get(`${url.pathname}?${forged.toString()}`)).toMatchObject(FORGED);
      expect((await api.client.status(phone, verificationId)).body['delivery']).toBe('sent');

      expect((await api.client.get(url.pathname + url.search)).status).toBe(204);
      expect((await api.client.status(phone, verificationId)).body['delivery']).toBe('delivered');
    });
  });
});

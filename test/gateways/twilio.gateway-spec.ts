import { createHmac } from 'node:crypto';
import { WebhookForgedError, type WebhookRequest } from '@app/sms-verification';
import { loadSdk } from '../../libs/sms-gateways/src/load-sdk';
import type { TwilioSdk } from '../../libs/sms-gateways/src/twilio/twilio-sdk';
import {
  TwilioSmsGateway,
  type TwilioSmsGatewayOptions,
} from '../../libs/sms-gateways/src/twilio/twilio.sms-gateway';
import { describeHttpGateway } from './http-gateway-contract';
import { LoopbackPeer } from './loopback-peer';
import { freshMessage, outcomeOf, patience, UNICODE_TEXT } from './messages';
import { complaintsAboutRequest, twilioAnswer } from './twilio-contract';

const ACCOUNT_SID = `AC${'0'.repeat(32)}`;
const AUTH_TOKEN = 'twilio-auth-token';
const FORM = 'application/x-www-form-urlencoded';
/** Names of a message and of a messaging service, of the form that Twilio gives them. */
const SID = `SM${'1'.repeat(32)}`;
const SERVICE_SID = `MG${'1'.repeat(32)}`;
const CALLBACK_URL = 'https://example.com/webhooks/sms/twilio';

const { RequestClient } = loadSdk('twilio') as TwilioSdk;

/** The SDK's own HTTP client, led to a peer on loopback. */
class LoopbackRequestClient extends RequestClient {
  constructor(private readonly url: string) {
    super();
  }

  override request(options: { uri: string }): Promise<unknown> {
    return super.request({ ...options, uri: options.uri.replace('https://api.twilio.com', this.url) });
  }
}

function create(url: string, options: Partial<TwilioSmsGatewayOptions> = {}): TwilioSmsGateway {
  return new TwilioSmsGateway({
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    sender: { from: '+15005550006' },
    requestClient: new LoopbackRequestClient(url),
    ...options,
  });
}

describe(TwilioSmsGateway.name, () => {
  describeHttpGateway({ create, acceptedStatus: 201 });

  describe('send', () => {
    let peer: LoopbackPeer;

    beforeEach(async () => {
      peer = await LoopbackPeer.start();
    });
    afterEach(() => peer.close());

    it('asks for one message of the account, as a form', async () => {
      peer.answers(201, twilioAnswer({ sid: SID }));
      const message = freshMessage(UNICODE_TEXT);
      const receipt = await create(peer.url, { callbackUrl: CALLBACK_URL }).send(message, patience());
      expect(receipt).toEqual({ messageId: SID });
      expect(complaintsAboutRequest(peer.onlyRequest)).toEqual([]);
      const { method, target, headers, body } = peer.onlyRequest;
      expect(`${method} ${target}`).toBe(`POST /2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`);
      expect(headers['content-type']).toBe(FORM);
      expect(headers.authorization).toBe(
        `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`,
      );
      expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
        To: message.phone.e164,
        From: '+15005550006',
        Body: UNICODE_TEXT,
        StatusCallback: CALLBACK_URL,
      });
    });

    it('leaves the sender to a messaging service where one is named', async () => {
      peer.answers(201, twilioAnswer({ status: 'accepted', messaging_service_sid: SERVICE_SID }));
      const message = freshMessage();
      await create(peer.url, { sender: { messagingServiceSid: SERVICE_SID } }).send(message, patience());
      expect(Object.fromEntries(new URLSearchParams(peer.onlyRequest.body))).toEqual({
        To: message.phone.e164,
        MessagingServiceSid: SERVICE_SID,
        Body: message.text,
      });
      expect(complaintsAboutRequest(peer.onlyRequest)).toEqual([]);
    });

    it.each([
      ['a field that does not exist', 'To=%2B14155550100&Text=hi', FORM, ['Text']],
      ['a missing destination', 'Body=hi', FORM, [" must have required property 'To'"]],
      ['a destination that is none', 'To=007', FORM, ['/To must match format "phone-number"']],
      ['JSON', 'To=%2B14155550100', 'application/json', ['content-type']],
    ])('would be told by the description of %s', (_what, body, contentType, complaints) => {
      const target = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`;
      const headers = { 'content-type': contentType };
      expect(complaintsAboutRequest({ method: 'POST', target, headers, body })).toEqual(complaints);
    });

    it('gives each of two messages under way its own end of the wait', async () => {
      const gateway = create(peer.url);
      const [first, second] = [freshMessage(), freshMessage()];
      const giveUp = new AbortController();
      const arrival = peer.staysSilent();
      const givenUp = outcomeOf(gateway.send(first, giveUp.signal), first);
      await arrival;
      peer.answers(201, twilioAnswer({ sid: SID }));
      const accepted = gateway.send(second, patience());
      giveUp.abort();
      expect(await givenUp).toBe('unknown');
      expect(await accepted).toEqual({ messageId: SID });
    });

    it.each([
      [21211, 'destination_invalid'],
      [21214, 'destination_invalid'],
      [21217, 'destination_invalid'],
      [21610, 'destination_invalid'],
      [21614, 'destination_invalid'],
      [21635, 'destination_invalid'],
      [21408, 'refused'],
      [21612, 'refused'],
      [21606, 'refused'],
      [20003, 'refused'],
    ])('takes error %i for %s', async (code, outcome) => {
      const message = freshMessage();
      const { e164 } = message.phone;
      peer.answers(400, { code, message: `The number ${e164} is not valid`, more_info: e164, status: 400 });
      expect(await outcomeOf(create(peer.url).send(message, patience()), message)).toBe(outcome);
    });

    it('reads an error in the form of RFC 9457 too', async () => {
      const message = freshMessage();
      peer.answers(400, {
        type: 'https://twilio.com/21614',
        title: 'Not a mobile',
        status: 400,
        code: 21614,
      });
      expect(await outcomeOf(create(peer.url).send(message, patience()), message)).toBe(
        'destination_invalid',
      );
    });

    it('takes a message that is failed from the start for refused', async () => {
      const message = freshMessage();
      peer.answers(201, twilioAnswer({ status: 'failed', error_code: 30001 }));
      expect(await outcomeOf(create(peer.url).send(message, patience()), message)).toBe('refused');
    });
  });

  describe('readWebhook', () => {
    const gateway = create('http://127.0.0.1:9');

    /** Twilio's published algorithm, written anew: the URL, then each name and value in the order of the names. */
    function sign(url: string, form: URLSearchParams, token = AUTH_TOKEN): string {
      const text = [...form].sort(([one], [other]) => (one < other ? -1 : 1)).flat();
      return createHmac('sha1', token)
        .update(url + text.join(''))
        .digest('base64');
    }

    function report(
      status: string,
      change: Partial<WebhookRequest> = {},
      token = AUTH_TOKEN,
    ): WebhookRequest {
      const form = new URLSearchParams({
        MessageSid: SID,
        MessageStatus: status,
        SmsStatus: status,
        To: '+14155550100',
        AccountSid: ACCOUNT_SID,
        ErrorMessage: 'a & b = ü',
      });
      return {
        url: CALLBACK_URL,
        headers: {
          'content-type': FORM,
          'x-twilio-signature': sign(CALLBACK_URL, form, token),
        },
        body: Buffer.from(form.toString()),
        ...change,
      };
    }

    it.each([
      ['delivered', 'delivered'],
      ['undelivered', 'undelivered'],
      ['failed', 'undelivered'],
    ])('reports %s as %s', (status, state) => {
      expect(gateway.readWebhook(report(status))).toEqual([{ messageId: SID, state }]);
    });

    it.each(['accepted', 'queued', 'sending', 'sent', 'something-new', 'constructor'])(
      'reports nothing of %s',
      (status) => {
        expect(gateway.readWebhook(report(status))).toEqual([]);
      },
    );

    it('says the same of a report that is played back', () => {
      expect(gateway.readWebhook(report('delivered'))).toEqual(gateway.readWebhook(report('delivered')));
    });

    it.each([
      ['signed with another token', report('delivered', {}, 'another')],
      ['without a signature', report('delivered', { headers: {} })],
      ['with an empty signature', report('delivered', { headers: { 'x-twilio-signature': '' } })],
      ['at another URL', report('delivered', { url: 'https://example.com/webhooks/sms/other' })],
      ['with another body', report('delivered', { body: report('failed').body })],
      ['without a body', report('delivered', { body: Buffer.alloc(0) })],
    ])('refuses a report %s', (_how, request) => {
      expect(() => gateway.readWebhook(request)).toThrow(WebhookForgedError);
    });
  });
});

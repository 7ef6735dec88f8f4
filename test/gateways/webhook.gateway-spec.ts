import { createHmac } from 'node:crypto';
import { WebhookForgedError, type WebhookRequest } from '@app/sms-verification';
import {
  WebhookSmsGateway,
  type WebhookSmsGatewayOptions,
} from '../../libs/sms-gateways/src/webhook/webhook.sms-gateway';
import { describeHttpGateway } from './http-gateway-contract';
import { LoopbackPeer } from './loopback-peer';
import { CODE, freshMessage, outcomeOf, patience, UNICODE_TEXT } from './messages';

const SECRET = 'webhook-secret';
const SECONDS = 1_767_323_045;

function create(url: string, options: Partial<WebhookSmsGatewayOptions> = {}): WebhookSmsGateway {
  return new WebhookSmsGateway({ url, secret: SECRET, now: () => SECONDS * 1_000 + 999, ...options });
}

/** As the documentation tells a receiver to compute it. */
function sign(body: string, seconds = SECONDS, secret = SECRET): string {
  const hex = createHmac('sha256', secret)
    .update(`${String(seconds)}.${body}`)
    .digest('hex');
  return `t=${String(seconds)},v1=${hex}`;
}

describe(WebhookSmsGateway.name, () => {
  describeHttpGateway({ create, acceptedStatus: 200, acceptsAnyBody: true });

  describe('send', () => {
    let peer: LoopbackPeer;

    beforeEach(async () => {
      peer = await LoopbackPeer.start();
    });
    afterEach(() => peer.close());

    it('posts the message as signed JSON', async () => {
      const message = freshMessage(UNICODE_TEXT);
      const { messageId } = await create(`${peer.url}/sms?team=a`).send(message, patience());
      const { method, target, headers, body } = peer.onlyRequest;
      expect(`${method} ${target}`).toBe('POST /sms?team=a');
      expect(headers['content-type']).toBe('application/json');
      expect(headers['sms-signature']).toBe(sign(body));
      expect(JSON.parse(body)).toEqual({
        id: messageId,
        to: message.phone.e164,
        text: UNICODE_TEXT,
        purpose: 'login',
      });
    });

    it('adds the bare code only where asked to', async () => {
      await create(peer.url, { includeCode: true }).send(freshMessage(), patience());
      expect(JSON.parse(peer.onlyRequest.body)).toMatchObject({ code: CODE });
    });

    it.each([
      [{ messageId: 'theirs' }, 'theirs'],
      [{ messageId: '' }, undefined],
      [{ messageId: 7 }, undefined],
      [{ messageId: 'x'.repeat(201) }, undefined],
      [['theirs'], undefined],
      ['', undefined],
      ['thanks', undefined],
    ])('takes the answer %j and names the message %s', async (answer, name) => {
      peer.answers(202, answer);
      const { messageId } = await create(peer.url).send(freshMessage(), patience());
      const { id } = JSON.parse(peer.onlyRequest.body) as { id: string };
      expect(messageId).toBe(name ?? id);
    });

    it.each([
      [422, '', 'destination_invalid'],
      [400, { error: 'destination_invalid' }, 'destination_invalid'],
      [200, { error: 'destination_invalid' }, 'destination_invalid'],
      [400, { error: 'anything else' }, 'refused'],
      [409, '', 'refused'],
    ])('takes %i %j for %s', async (status, body, outcome) => {
      peer.answers(status, body);
      const message = freshMessage();
      expect(await outcomeOf(create(peer.url).send(message, patience()), message)).toBe(outcome);
    });
  });

  describe('readWebhook', () => {
    const gateway = create('http://127.0.0.1:9');

    function report(body: string, signature: string | undefined = sign(body)): WebhookRequest {
      return {
        url: 'https://example.com/webhooks/sms/webhook',
        headers: { 'sms-signature': signature },
        body: Buffer.from(body),
      };
    }

    const DELIVERED = JSON.stringify({ messageId: 'm-1', state: 'delivered' });

    it.each(['delivered', 'undelivered'])('reports %s', (state) => {
      const body = JSON.stringify({ messageId: 'm-1', state });
      expect(gateway.readWebhook(report(body))).toEqual([{ messageId: 'm-1', state }]);
    });

    it.each([
      '{"messageId":"m-1","state":"queued"}',
      '{"messageId":"m-1"}',
      '{"state":"delivered"}',
      '{"messageId":7,"state":"delivered"}',
      '[]',
      'null',
      'no JSON',
      '',
    ])('reports nothing of %s', (body) => {
      expect(gateway.readWebhook(report(body))).toEqual([]);
    });

    it('reports nothing of a message of our own that is sent back', async () => {
      const peer = await LoopbackPeer.start();
      await create(peer.url).send(freshMessage(), patience());
      const { body, headers } = peer.onlyRequest;
      expect(gateway.readWebhook(report(body, String(headers['sms-signature'])))).toEqual([]);
      await peer.close();
    });

    it.each([-299, 299])('takes a signature made %i seconds from now', (seconds) => {
      expect(gateway.readWebhook(report(DELIVERED, sign(DELIVERED, SECONDS + seconds)))).toHaveLength(1);
    });

    it.each([
      ['without a signature', { ...report(DELIVERED), headers: {} }],
      ['with an empty signature', report(DELIVERED, '')],
      ['with a signature of another form', report(DELIVERED, sign(DELIVERED).replace('v1=', 'v0='))],
      ['with a shortened signature', report(DELIVERED, sign(DELIVERED).slice(0, -2))],
      ['signed with another secret', report(DELIVERED, sign(DELIVERED, SECONDS, 'another'))],
      ['with the signature of another body', report(DELIVERED, sign('{}'))],
      [
        'with the time of a signature changed',
        report(DELIVERED, sign(DELIVERED).replace(/t=\d+/, `t=${String(SECONDS + 1)}`)),
      ],
      ['played back after five minutes', report(DELIVERED, sign(DELIVERED, SECONDS - 301))],
      ['from the future', report(DELIVERED, sign(DELIVERED, SECONDS + 302))],
    ])('refuses a report %s', (_how, request) => {
      expect(() => gateway.readWebhook(request)).toThrow(WebhookForgedError);
    });
  });
});

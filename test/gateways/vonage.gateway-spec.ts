import { WebhookForgedError, type WebhookRequest } from '@app/sms-verification';
import { loadSdk } from '../../libs/sms-gateways/src/load-sdk';
import {
  VONAGE_SIGNATURE_METHODS,
  type VonageSignatureMethod,
} from '../../libs/sms-gateways/src/vonage/vonage-signature';
import {
  VonageSmsGateway,
  type VonageSmsGatewayOptions,
} from '../../libs/sms-gateways/src/vonage/vonage.sms-gateway';
import { describeHttpGateway } from './http-gateway-contract';
import { LoopbackPeer } from './loopback-peer';
import { freshMessage, outcomeOf, patience, TEXT, UNICODE_TEXT } from './messages';
import type * as OutsideJest from './outside-jest';
import { signAsVonage } from './vonage-signing';

jest.mock('@vonage/sms', () =>
  jest.requireActual<typeof OutsideJest>('./outside-jest').requireOutsideJest('@vonage/sms'),
);
jest.mock('@vonage/auth', () =>
  jest.requireActual<typeof OutsideJest>('./outside-jest').requireOutsideJest('@vonage/auth'),
);

const SECRET = 'vonage-signature-secret';
const CALLBACK_URL = 'https://example.com/webhooks/sms/vonage';
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

const ACCOUNT = { apiKey: 'key', apiSecret: 'secret', from: 'Example' };

function create(url: string, options: Partial<VonageSmsGatewayOptions> = {}): VonageSmsGateway {
  return new VonageSmsGateway({
    ...ACCOUNT,
    host: url,
    signature: { secret: SECRET, method: 'sha256' },
    now: () => NOW,
    ...options,
  });
}

describe(VonageSmsGateway.name, () => {
  describeHttpGateway({ create, acceptedStatus: 200, followsRedirects: true });

  describe('send', () => {
    let peer: LoopbackPeer;

    beforeEach(async () => {
      peer = await LoopbackPeer.start();
    });
    afterEach(() => peer.close());

    function answersParts(...statuses: readonly string[]): void {
      peer.answers(200, {
        'message-count': String(statuses.length),
        messages: statuses.map((status, index) =>
          status === '0'
            ? { to: '14155550100', status, 'message-id': `id-${String(index)}` }
            : { status, 'error-text': 'The number 14155550100 is wrong' },
        ),
      });
    }

    it.each([
      [TEXT, 'text'],
      [UNICODE_TEXT, 'unicode'],
    ])('asks for one message: %s as %s', async (text, type) => {
      answersParts('0');
      const message = freshMessage(text);
      const receipt = await create(peer.url, { callbackUrl: CALLBACK_URL }).send(message, patience());
      expect(receipt).toEqual({ messageId: 'id-0' });
      const { method, target, headers, body } = peer.onlyRequest;
      expect(`${method} ${target}`).toBe('POST /sms/json');
      expect(headers['content-type']).toBe('application/json');
      expect(headers.authorization).toBe(`Basic ${Buffer.from('key:secret').toString('base64')}`);
      expect(JSON.parse(body)).toEqual({
        from: 'Example',
        to: message.phone.e164.slice(1),
        text,
        type,
        'status-report-req': true,
        callback: CALLBACK_URL,
      });
    });

    it('takes the name of the first part for that of a long message', async () => {
      answersParts('0', '0');
      expect(await create(peer.url).send(freshMessage(), patience())).toEqual({ messageId: 'id-0' });
    });

    const destination = ['7', '33'].map((status) => [status, 'destination_invalid']);
    const others = '1 2 3 4 5 6 8 9 10 11 12 14 15 22 23 29 32 99'.split(' ');
    it.each([...destination, ...others.map((status) => [status, 'refused'])] as [string, string][])(
      'takes status %s for %s',
      async (status, outcome) => {
        answersParts(status);
        const message = freshMessage();
        expect(await outcomeOf(create(peer.url).send(message, patience()), message)).toBe(outcome);
        expect(peer.requests).toHaveLength(1);
      },
    );

    it.each([
      [['1', '1'], 'refused'],
      [['0', '1'], 'unknown'],
      [['1', '0'], 'unknown'],
    ])('takes parts answered %j for %s', async (statuses, outcome) => {
      answersParts(...statuses);
      const message = freshMessage();
      expect(await outcomeOf(create(peer.url).send(message, patience()), message)).toBe(outcome);
    });

    it.each([[{}], [{ messages: [] }], [{ messages: [{}] }], [{ messages: [{ status: '0' }] }]])(
      'takes the answer %j for unknown',
      async (answer) => {
        peer.answers(200, answer);
        const message = freshMessage();
        expect(await outcomeOf(create(peer.url).send(message, patience()), message)).toBe('unknown');
      },
    );
  });

  describe('readWebhook', () => {
    const gateway = create('http://127.0.0.1:9');
    const withoutTime = {
      msisdn: '14155550100',
      to: 'Example',
      messageId: 'id-0',
      status: 'delivered',
      'err-code': '0',
      note: 'a&b=c ü',
    };
    const fields = { ...withoutTime, timestamp: String(NOW / 1_000) };

    type Shape = (parameters: Readonly<Record<string, string>>) => WebhookRequest;
    const asQuery: Shape = (parameters) => ({
      url: `${CALLBACK_URL}?${new URLSearchParams(parameters).toString()}`,
      headers: {},
      body: Buffer.alloc(0),
    });
    const asForm: Shape = (parameters) => ({
      url: CALLBACK_URL,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(new URLSearchParams(parameters).toString()),
    });
    const asJson: Shape = (parameters) => ({
      url: CALLBACK_URL,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from(JSON.stringify(parameters)),
    });

    function signed(change: Partial<typeof fields> = {}): Record<string, string> {
      const parameters = { ...fields, ...change };
      return { ...parameters, sig: signAsVonage(parameters, SECRET, 'sha256') };
    }

    it.each([
      ['a query', asQuery],
      ['a form', asForm],
      ['JSON', asJson],
    ])('reads a report in %s', (_name, shape) => {
      expect(gateway.readWebhook(shape(signed()))).toEqual([{ messageId: 'id-0', state: 'delivered' }]);
      expect(() => gateway.readWebhook(shape({ ...signed(), status: 'failed' }))).toThrow(WebhookForgedError);
    });

    it.each(['failed', 'rejected', 'expired'])('reports %s as undelivered', (status) => {
      const request = asJson(signed({ status }));
      expect(gateway.readWebhook(request)).toEqual([{ messageId: 'id-0', state: 'undelivered' }]);
    });

    it.each(['accepted', 'buffered', 'unknown', 'something-new'])('reports nothing of %s', (status) => {
      expect(gateway.readWebhook(asJson(signed({ status })))).toEqual([]);
    });

    it.each(VONAGE_SIGNATURE_METHODS)('agrees with the SDK on a signature by %s', (method) => {
      const sig = signAsVonage(fields, SECRET, method);
      const reader = create('http://127.0.0.1:9', { signature: { secret: SECRET, method } });
      expect(sdkVerifies(sig, method)).toBe(true);
      expect(reader.readWebhook(asForm({ ...fields, sig }))).toHaveLength(1);
      expect(reader.readWebhook(asForm({ ...fields, sig: sig.toUpperCase() }))).toHaveLength(1);
    });

    it.each([-299, 299])('takes a signature made %i seconds from now', (seconds) => {
      const timestamp = String(NOW / 1_000 + seconds);
      expect(gateway.readWebhook(asForm(signed({ timestamp })))).toHaveLength(1);
    });

    it.each([
      ['without a signature', asForm(fields)],
      ['with a signature of nothing', asForm({ ...fields, sig: '' })],
      ['signed with another secret', asForm({ ...fields, sig: signAsVonage(fields, 'other', 'sha256') })],
      ['signed by another method', asForm({ ...fields, sig: signAsVonage(fields, SECRET, 'md5hash') })],
      ['played back after five minutes', asForm(signed({ timestamp: String(NOW / 1_000 - 301) }))],
      ['from the future', asForm(signed({ timestamp: String(NOW / 1_000 + 301) }))],
      ['without a time', asForm({ ...withoutTime, sig: signAsVonage(withoutTime, SECRET, 'sha256') })],
      ['with a time that is none', asForm(signed({ timestamp: 'now' }))],
      ['with JSON of another shape', { ...asJson({}), body: Buffer.from('{"sig":{"a":1}}') }],
      ['with JSON that is none', { ...asJson({}), body: Buffer.from('{') }],
      ['that is empty', asForm({})],
    ])('refuses a report %s', (_how, request) => {
      expect(() => gateway.readWebhook(request)).toThrow(WebhookForgedError);
    });

    it('believes nothing without a signature secret', () => {
      const unsigned = new VonageSmsGateway(ACCOUNT);
      expect(() => unsigned.readWebhook(asForm(signed()))).toThrow(WebhookForgedError);
    });

    function sdkVerifies(sig: string, method: VonageSignatureMethod): boolean {
      const { AlgorithmTypes } = loadSdk('@vonage/auth') as { AlgorithmTypes: Record<string, string> };
      const { SMS } = loadSdk('@vonage/sms') as {
        SMS: new (auth: object) => {
          verifySignature(sig: string, parameters: object, secret: string, method?: string): boolean;
        };
      };
      const name = method === 'md5hash' ? 'md5hash' : `${method}hmac`;
      return new SMS({}).verifySignature(sig, fields, SECRET, AlgorithmTypes[name]);
    }
  });
});

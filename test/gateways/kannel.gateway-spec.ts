import { WebhookForgedError, type WebhookRequest } from '@app/sms-verification';
import {
  KannelSmsGateway,
  type KannelSmsGatewayOptions,
} from '../../libs/sms-gateways/src/kannel/kannel.sms-gateway';
import { describeHttpGateway } from './http-gateway-contract';
import { LoopbackPeer } from './loopback-peer';
import { freshMessage, outcomeOf, patience, TEXT, UNICODE_TEXT } from './messages';

const SECRET = 'a secret with % and & in it';
const CALLBACK_URL = 'https://example.com/webhooks/sms/kannel?tenant=a%20b';

const ACCOUNT = { username: 'tester', password: 'p@ss word', from: 'Example' };

function create(url: string, options: Partial<KannelSmsGatewayOptions> = {}): KannelSmsGateway {
  return new KannelSmsGateway({
    url,
    ...ACCOUNT,
    reports: { callbackUrl: CALLBACK_URL, secret: SECRET },
    ...options,
  });
}

describe(KannelSmsGateway.name, () => {
  describeHttpGateway({ create, acceptedStatus: 202 });

  let peer: LoopbackPeer;

  beforeEach(async () => {
    peer = await LoopbackPeer.start();
  });
  afterEach(() => peer.close());

  it.each([
    [TEXT, '0'],
    ['Ihr Code: {493817} für 5 €', '0'],
    [UNICODE_TEXT, '2'],
  ])('asks smsbox for one message: %s in coding %s', async (text, coding) => {
    peer.answers(202, '0: Accepted for delivery');
    const message = freshMessage(text);
    const { messageId } = await create(peer.url).send(message, patience());
    const { method, target, headers, body } = peer.onlyRequest;
    expect(`${method} ${target}`).toBe('POST /cgi-bin/sendsms');
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'x-kannel-username': 'tester',
      'x-kannel-password': 'p@ss word',
      'x-kannel-from': 'Example',
      'x-kannel-to': message.phone.e164,
      'x-kannel-coding': coding,
      'x-kannel-dlr-mask': '19',
    });
    expect(body).toBe(text);
    expect(filledIn(headers['x-kannel-dlr-url'], '1').searchParams.get('id')).toBe(messageId);
  });

  it('names each message anew, by 122 random bits', async () => {
    peer.answers(202, '0: Accepted for delivery');
    const gateway = create(peer.url);
    const one = await gateway.send(freshMessage(), patience());
    const other = await gateway.send(freshMessage(), patience());
    expect(one.messageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(other.messageId).not.toBe(one.messageId);
  });

  it('asks for no report where it has nowhere to send it', async () => {
    peer.answers(202, '0: Accepted for delivery');
    await new KannelSmsGateway({ url: `${peer.url}/sms/send`, ...ACCOUNT }).send(freshMessage(), patience());
    expect(peer.onlyRequest.target).toBe('/sms/send');
    expect(Object.keys(peer.onlyRequest.headers).filter((name) => name.startsWith('x-kannel-dlr'))).toEqual(
      [],
    );
  });

  it.each([
    [202, '0: Accepted for delivery', 'accepted'],
    [202, '3: Queued for later delivery', 'accepted'],
    [200, '0: Accepted for delivery', 'accepted'],
    [403, 'Authorization failed for sendsms', 'refused'],
    [400, 'Sender missing and no global set, rejected', 'refused'],
    [503, 'Temporal failure, try again later.', 'refused'],
    [202, 'Sent.', 'unknown'],
    [202, '', 'unknown'],
  ])('takes %i %s for %s', async (status, body, outcome) => {
    peer.answers(status, body);
    const message = freshMessage();
    expect(await outcomeOf(create(peer.url).send(message, patience()), message)).toBe(outcome);
  });

  it('is not made with what no header can carry, and does not quote a password', () => {
    expect(() => create(peer.url, { from: 'bad\nsender' })).toThrow(
      "Kannel's sender must be of printable ASCII",
    );
    expect(() => create(peer.url, { password: 'geheim€' })).toThrow(
      /^Kannel's password must be of printable ASCII$/,
    );
    expect(() => create('not a url')).toThrow('Invalid URL');
  });

  describe('readWebhook', () => {
    async function reportUrlOf(gateway: KannelSmsGateway): Promise<{ messageId: string; template: string }> {
      peer.answers(202, '0: Accepted for delivery');
      peer.requests.length = 0;
      const { messageId } = await gateway.send(freshMessage(), patience());
      return { messageId, template: String(peer.onlyRequest.headers['x-kannel-dlr-url']) };
    }

    it.each([
      ['1', 'delivered'],
      ['2', 'undelivered'],
      ['16', 'undelivered'],
    ])('reports %s as %s', async (status, state) => {
      const gateway = create(peer.url);
      const { messageId, template } = await reportUrlOf(gateway);
      expect(gateway.readWebhook(request(filledIn(template, status)))).toEqual([{ messageId, state }]);
    });

    it.each(['4', '8', '32', '', 'x'])('reports nothing of %j', async (status) => {
      const gateway = create(peer.url);
      const { template } = await reportUrlOf(gateway);
      expect(gateway.readWebhook(request(filledIn(template, status)))).toEqual([]);
    });

    it('never writes the secret itself into the URL', async () => {
      const { template } = await reportUrlOf(create(peer.url));
      expect(decodeURIComponent(filledIn(template, '1').href)).not.toContain(SECRET);
    });

    it('keeps what the callback URL holds', async () => {
      const { template } = await reportUrlOf(create(peer.url));
      expect(filledIn(template, '1').searchParams.get('tenant')).toBe('a b');
    });

    it('refuses a report without a key, with a wrong one, or with that of another message', async () => {
      const gateway = create(peer.url);
      const url = filledIn((await reportUrlOf(gateway)).template, '1');
      const other = filledIn((await reportUrlOf(gateway)).template, '1');
      for (const [name, value] of [
        ['key', undefined],
        ['key', ''],
        ['key', '0'.repeat(64)],
        ['key', other.searchParams.get('key') ?? ''],
        ['id', undefined],
        ['id', other.searchParams.get('id') ?? ''],
      ] as const) {
        const forged = new URL(url);
        if (value === undefined) forged.searchParams.delete(name);
        else forged.searchParams.set(name, value);
        expect(() => gateway.readWebhook(request(forged))).toThrow(WebhookForgedError);
      }
    });

    it('refuses every report under another secret', async () => {
      const { template } = await reportUrlOf(create(peer.url));
      const another = create(peer.url, { reports: { callbackUrl: CALLBACK_URL, secret: 'another' } });
      expect(() => another.readWebhook(request(filledIn(template, '1')))).toThrow(WebhookForgedError);
    });
  });
});

/** What Kannel makes of the template: `%d` becomes the kind of report, `%%` a single sign. */
function filledIn(template: string | string[] | undefined, status: string): URL {
  return new URL(String(template).replace(/%[d%]/g, (sign) => (sign === '%d' ? status : '%')));
}

function request(url: URL): WebhookRequest {
  return { url: url.href, headers: {}, body: Buffer.alloc(0) };
}

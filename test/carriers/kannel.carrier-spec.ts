import { KannelSmsGateway } from '../../libs/sms-gateways/src/kannel/kannel.sms-gateway';
import type { DeliveryReport, WebhookRequest } from '@app/sms-verification';
import { freshMessage, outcomeOf, patience, TEXT, UNICODE_TEXT } from '../gateways/messages';
import { Smsc } from '../gateways/smpp-smsc';
import { requireDebianPackages } from './debian-packages';
import { Kannel, KANNEL_ACCOUNT } from './kannel';
import { ReportInbox } from './report-inbox';

jest.setTimeout(60_000);

const SECRET = 'a secret with % and & in it';

describe(`${KannelSmsGateway.name} with Kannel`, () => {
  let kannel: Kannel;
  let inbox: ReportInbox;

  beforeAll(async () => {
    requireDebianPackages('kannel', 'kannel-extras');
    inbox = await ReportInbox.open();
  });
  beforeEach(() => {
    inbox.requests.length = 0;
  });
  afterAll(() => inbox.close());

  function create(account = KANNEL_ACCOUNT): KannelSmsGateway {
    return new KannelSmsGateway({
      url: kannel.url,
      from: 'Example',
      ...account,
      reports: { callbackUrl: `${inbox.url}?tenant=a%20b`, secret: SECRET },
    });
  }

  /** The adapter's reading of the first callback that is final for it. */
  async function finalReport(
    gateway: KannelSmsGateway,
  ): Promise<{ request: WebhookRequest; reports: readonly DeliveryReport[] }> {
    for (let after = 0; ; after += 1) {
      const request = await inbox.next(after);
      const reports = gateway.readWebhook(request);
      if (reports.length > 0) return { request, reports };
    }
  }

  describe('over smsbox, bearerbox and fakesmsc', () => {
    beforeAll(async () => {
      kannel = await Kannel.start('fakesmsc');
    });
    afterAll(() => kannel.stop());

    it('runs, with a box and a carrier connected', async () => {
      const status = await kannel.status();
      expect(status).toMatch(/Status: running/);
      expect(status).toMatch(/smsbox:\(none\), IP 127\.0\.0\.1/);
      expect(status).toMatch(/carrier\[carrier\]\s+FAKE:\d+ \(online/);
    });

    it('reaches the carrier, and its report, delivered, is read and believed', async () => {
      const message = freshMessage();
      const gateway = create();
      const { messageId } = await gateway.send(message, patience());
      await kannel.said(`<Example ${message.phone.e164} text ${TEXT}>`);
      const { request, reports } = await finalReport(gateway);
      expect(reports).toEqual([{ messageId, state: 'delivered' }]);
      expect(new URL(request.url).searchParams.get('tenant')).toBe('a b');
    });

    it('reaches the carrier in Unicode', async () => {
      const message = freshMessage(UNICODE_TEXT);
      await create().send(message, patience());
      const said = await kannel.said('Got message', message.phone.e164);
      expect(textIn(said)).toBe(UNICODE_TEXT);
    });

    it('is refused under a wrong password, and nothing reaches the carrier', async () => {
      const message = freshMessage();
      const gateway = create({ ...KANNEL_ACCOUNT, password: 'wrong' });
      expect(await outcomeOf(gateway.send(message, patience()), message)).toBe('refused');
      expect(kannel.lines.some((line) => line.includes(message.phone.e164))).toBe(false);
    });

    it('writes neither text nor password nor secret into the URLs that smsbox logs', async () => {
      const gateway = create();
      const { messageId } = await gateway.send(freshMessage(), patience());
      await finalReport(gateway);
      expect(await kannel.said('Parsing URL', messageId)).not.toContain(encodeURIComponent(SECRET));
      expect(kannel.lines.join('\n')).not.toContain(SECRET);
      const requests = kannel.lines.filter((line) => line.includes('Got HTTP request'));
      expect(requests.length).toBeGreaterThan(0);
      expect(requests.filter((line) => !line.includes('</cgi-bin/sendsms> from'))).toEqual([]);
    });
  });

  describe('over smsbox and bearerbox, which is bound to an SMPP server', () => {
    let smsc: Smsc;

    beforeAll(async () => {
      smsc = await Smsc.start();
      kannel = await Kannel.start({ smppPort: smsc.port });
      await smsc.bound();
    });
    afterAll(async () => {
      await kannel.stop();
      await smsc.close();
    });

    it('is bound as transceiver in version 3.4, with the account of its configuration', () => {
      expect(smsc.binds[0]).toMatchObject({
        system_id: 'kannel',
        password: 'geheim',
        system_type: 'VMA',
        interface_version: 0x34,
      });
    });

    it.each([
      ['DELIVRD', 'delivered'],
      ['UNDELIV', 'undelivered'],
    ])('brings a receipt of %s back as %s', async (stat, state) => {
      const message = freshMessage();
      const gateway = create();
      smsc.onSubmit = (pdu, session) => {
        smsc.sendReceipt(smsc.accept(pdu, session), stat, {
          source_addr: pdu.destination_addr ?? '',
          destination_addr: pdu.source_addr ?? '',
        });
      };
      const { messageId } = await gateway.send(message, patience());
      expect((await finalReport(gateway)).reports).toEqual([{ messageId, state }]);
      expect(smsc.submits.at(-1)?.short_message?.toString('latin1')).toBe(TEXT);
    });

    it('brings the refusal of the SMSC back as undelivered', async () => {
      const gateway = create();
      smsc.onSubmit = (pdu, session) => {
        smsc.refuse(pdu, session, 0x0b);
      };
      const { messageId } = await gateway.send(freshMessage(), patience());
      expect((await finalReport(gateway)).reports).toEqual([{ messageId, state: 'undelivered' }]);
    });
  });
});

/** The text of a line such as `Got message 2: <sender receiver ucs-2 %00A%00+>`, whose octets are URL-encoded. */
function textIn(line: string): string {
  const [, encoded = ''] = /ucs-2 (\S+)>/.exec(line) ?? [];
  const octets = encoded
    .replace(/\+/g, ' ')
    .replace(/%(..)/g, (_, octet: string) => String.fromCharCode(Number.parseInt(octet, 16)));
  return Buffer.from(octets, 'latin1').swap16().toString('utf16le');
}

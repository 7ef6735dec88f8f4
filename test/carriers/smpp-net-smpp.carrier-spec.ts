import { Logger } from '@nestjs/common';
import type { DeliveryReport } from '@app/sms-verification';
import { SmppSmsGateway } from '../../libs/sms-gateways/src/smpp/smpp.sms-gateway';
import type { SmppOptions } from '../../libs/sms-gateways/src/smpp/smpp.options';
import { freshMessage, outcomeOf, patience, TEXT, UNICODE_TEXT } from '../gateways/messages';
import { withinF14 } from '../gateways/smpp-promise';
import { requireDebianPackages } from './debian-packages';
import { NetSmppSmsc } from './net-smpp-smsc';

jest.setTimeout(60_000);

describe(`${SmppSmsGateway.name} with Net::SMPP`, () => {
  let smsc: NetSmppSmsc;
  let gateway: SmppSmsGateway;

  beforeAll(() => {
    requireDebianPackages('libnet-smpp-perl');
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    smsc = await NetSmppSmsc.start();
    gateway = create();
  });
  afterEach(async () => {
    await gateway.close();
    await smsc.stop();
  });

  function create(options: Partial<SmppOptions> = {}): SmppSmsGateway {
    return new SmppSmsGateway({
      host: '127.0.0.1',
      port: smsc.port,
      systemId: 'tester',
      password: 'geheim',
      systemType: 'VMA',
      sourceAddr: 'Example',
      ...options,
    });
  }

  function send(text = TEXT): Promise<string> {
    const message = freshMessage(text);
    return outcomeOf(gateway.send(message, patience()), message);
  }

  it('is let in as a transceiver of version 3.4', async () => {
    const [bind] = await smsc.arrived('bind_transceiver');
    expect(bind).toMatchObject({
      system_id: 'tester',
      password: 'geheim',
      system_type: 'VMA',
      interface_version: 0x34,
    });
  });

  it.each([
    ['GSM 03.38', TEXT, 0],
    ['the extension table of GSM 03.38', '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà ^{}\\[~]|€', 0],
    ['UCS-2', UNICODE_TEXT, 8],
    ['Arabic in UCS-2', 'رمز التحقق 493817', 8],
  ])('is understood in %s', async (_, text, dataCoding) => {
    const message = freshMessage(text);
    expect(await gateway.send(message, patience())).toEqual({ messageId: 'net_1' });
    expect(await smsc.arrived('submit_sm')).toMatchObject([
      {
        source_addr_ton: 5,
        source_addr_npi: 0,
        source_addr: 'Example',
        dest_addr_ton: 1,
        dest_addr_npi: 1,
        destination_addr: message.phone.e164.slice(1),
        esm_class: 0,
        registered_delivery: 1,
        data_coding: dataCoding,
        text,
      },
    ]);
  });

  it('is understood in Latin-1 where that is what the SMSC takes', async () => {
    await gateway.close();
    gateway = create({ dataCoding: 3 });
    await send('Ihr Code: 493817 für Beispiel');
    expect(await smsc.arrived('submit_sm')).toMatchObject([
      { data_coding: 3, text: 'Ihr Code: 493817 für Beispiel' },
    ]);
  });

  it('is put together again in segments', async () => {
    const text = 'Your code {493817} is 5 € worth. '.repeat(8);
    expect(await send(text)).toBe('accepted');
    const segments = await smsc.arrived('submit_sm', 2);
    expect(segments.map(({ esm_class: esmClass }) => esmClass)).toEqual([0x40, 0x40]);
    expect(segments.map(({ header }) => String(header).replace(/^(050003)..(....)$/, '$1$2'))).toEqual([
      '0500030201',
      '0500030202',
    ]);
    expect(segments.map((segment) => segment['text']).join('')).toBe(text);
  });

  it('hands over a whole long text as message_payload, and sar_ parameters', async () => {
    await gateway.close();
    gateway = create({ longMessages: 'payload' });
    await send('x'.repeat(200));
    await gateway.close();
    gateway = create({ longMessages: 'sar' });
    await send('y'.repeat(200));
    expect(await smsc.arrived('submit_sm', 3)).toMatchObject([
      { text: 'x'.repeat(200) },
      { text: 'y'.repeat(153), sar_total_segments: '02', sar_segment_seqnum: '01' },
      { text: 'y'.repeat(47), sar_total_segments: '02', sar_segment_seqnum: '02' },
    ]);
  });

  it('obeys its statuses: throttled and tried again, invalid, refused', async () => {
    await smsc.arrived('bind_transceiver');
    smsc.answerNextWith(0x58, 0x14, 0);
    expect(await send()).toBe('accepted');
    smsc.answerNextWith(0x0b);
    expect(await send()).toBe('destination_invalid');
    smsc.answerNextWith(0x45);
    expect(await send()).toBe('refused');
    expect(await smsc.arrived('submit_sm', 5)).toHaveLength(5);
  });

  it('reads its receipts, by text and by parameters, and answers each', async () => {
    const reports: DeliveryReport[] = [];
    gateway.onReport((report) => reports.push(report));
    const one = await gateway.send(freshMessage(), patience());
    const other = await gateway.send(freshMessage(), patience());
    const fields = { source_addr: '1', destination_addr: 'Example', esm_class: 4 };
    smsc.deliver({ ...fields, short_message: `id:${one.messageId} sub:001 stat:DELIVRD err:000 text:hi` });
    smsc.deliver({ ...fields, receipted_message_id: other.messageId, message_state: 5 });
    const answers = await smsc.arrived('deliver_sm_resp', 2);
    expect(answers.map(({ status }) => status)).toEqual([0, 0]);
    expect(reports).toEqual([
      { messageId: 'net_1', state: 'delivered' },
      { messageId: 'net_2', state: 'undelivered' },
    ]);
  });

  it('takes leave of it properly, and is bound anew after it took leave', async () => {
    expect(await send()).toBe('accepted');
    smsc.unbind();
    await smsc.arrived('unbind_resp');
    await smsc.arrived('bind_transceiver', 2);
    expect(await send()).toBe('accepted');
    await gateway.close();
    await smsc.arrived('unbind');
  });

  it('says of a message to a frozen SMSC that nobody knows, and is served when it thaws (F14)', async () => {
    expect(await send()).toBe('accepted');
    smsc.freeze();
    expect(await send()).toBe('unknown');
    smsc.thaw();
    await withinF14(smsc.arrived('bind_transceiver', 2));
    expect(await send()).toBe('accepted');
  });
});

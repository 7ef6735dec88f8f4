import { Logger } from '@nestjs/common';
import type { DeliveryReport } from '@app/sms-verification';
import { SmppSmsGateway } from '../../libs/sms-gateways/src/smpp/smpp.sms-gateway';
import type { SmppOptions } from '../../libs/sms-gateways/src/smpp/smpp.options';
import { freshMessage, patience, TEXT } from './messages';
import { RECEIPT, Smsc } from './smpp-smsc';

const THREE_SEGMENTS = 'x'.repeat(400);

describe(`${SmppSmsGateway.name}, delivery receipts`, () => {
  let smsc: Smsc;
  let reports: DeliveryReport[];

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    smsc = await Smsc.start();
    reports = [];
  });
  afterEach(() => smsc.close());

  /** Sends a message and returns its name. */
  async function sent(text = TEXT, options: Partial<SmppOptions> = {}): Promise<string> {
    const gateway = smsc.gateway(options);
    gateway.onReport((report) => reports.push(report));
    return (await gateway.send(freshMessage(text), patience())).messageId;
  }

  /** The answers to what the SMSC delivered, as many as are awaited. */
  async function answers(count: number): Promise<readonly (readonly [string, number])[]> {
    await smsc.until(() => smsc.others.length >= count);
    return smsc.others.map(({ command, command_status }) => [command, command_status] as const);
  }

  it.each([
    ['DELIVRD', 'delivered'],
    ['UNDELIV', 'undelivered'],
    ['EXPIRED', 'undelivered'],
    ['REJECTD', 'undelivered'],
    ['DELETED', 'undelivered'],
  ])('reports %s as %s, and answers the receipt', async (stat, state) => {
    const messageId = await sent();
    smsc.sendReceipt(messageId, stat);
    expect(await answers(1)).toEqual([['deliver_sm_resp', 0]]);
    expect(reports).toEqual([{ messageId, state }]);
  });

  it.each(['ENROUTE', 'ACCEPTD', 'UNKNOWN', 'whatever'])('reports nothing of %s', async (stat) => {
    smsc.sendReceipt(await sent(), stat);
    expect(await answers(1)).toEqual([['deliver_sm_resp', 0]]);
    expect(reports).toEqual([]);
  });

  it.each([
    [2, 'delivered'],
    [3, 'undelivered'],
    [4, 'undelivered'],
    [5, 'undelivered'],
    [8, 'undelivered'],
  ])('reads the parameters before the text: message_state %i is %s', async (message_state, state) => {
    const messageId = await sent();
    smsc.sendReceipt('another', 'ENROUTE', { receipted_message_id: messageId, message_state });
    await answers(1);
    expect(reports).toEqual([{ messageId, state }]);
  });

  it('reads a receipt in a data_sm, and one in a message_payload', async () => {
    const messageId = await sent();
    smsc.request('data_sm', { esm_class: RECEIPT, receipted_message_id: messageId, message_state: 2 });
    smsc.sendReceipt(messageId, '', {
      short_message: Buffer.alloc(0),
      message_payload: Buffer.from(`id:${messageId} stat:DELIVRD`),
    });
    expect(await answers(2)).toEqual([
      ['data_sm_resp', 0],
      ['deliver_sm_resp', 0],
    ]);
    expect(reports).toEqual(Array(2).fill({ messageId, state: 'delivered' }));
  });

  it.each([0, 1, 3, 4, 8])(
    'reads the text under data_coding %i, underscores included',
    async (data_coding) => {
      smsc.onSubmit = (pdu, session) => smsc.accept(pdu, session, 'a_1@$');
      const messageId = await sent();
      const text = Buffer.from(`id:${messageId} stat:DELIVRD`, data_coding === 8 ? 'utf16le' : 'ascii');
      smsc.sendReceipt('', '', { data_coding, short_message: data_coding === 8 ? text.swap16() : text });
      await answers(1);
      expect(reports).toEqual([{ messageId: 'a_1@$', state: 'delivered' }]);
    },
  );

  it('reads a text behind a user data header, and one in UCS-2 whose last character is torn', async () => {
    const messageId = await sent();
    const text = Buffer.from(`id:${messageId} stat:DELIVRD`);
    const ucs2 = Buffer.from(text.toString(), 'utf16le').swap16();
    const header = Buffer.of(5, 0, 3, 7, 1, 1);
    smsc.sendReceipt('', '', { esm_class: RECEIPT | 0x40, short_message: Buffer.concat([header, text]) });
    smsc.sendReceipt('', '', { data_coding: 8, short_message: Buffer.concat([ucs2, Buffer.of(0)]) });
    expect(await answers(2)).toEqual(Array(2).fill(['deliver_sm_resp', 0]));
    expect(reports).toEqual(Array(2).fill({ messageId, state: 'delivered' }));
  });

  it('tells the SMSC that a delivery ends before its fields do, and keeps the link', async () => {
    const messageId = await sent();
    // Ends in the middle of source_addr; after it, one that is whole.
    smsc.link.socket.write(Buffer.from('000000160000000500000000000000630001013134', 'hex'));
    smsc.link.socket.write(Buffer.of(0x31));
    smsc.sendReceipt(messageId, 'DELIVRD');
    expect(await answers(2)).toEqual([
      ['generic_nack', 0x02],
      ['deliver_sm_resp', 0],
    ]);
    expect(smsc.others[0]?.sequence_number).toBe(0x63);
    expect(reports).toEqual([{ messageId, state: 'delivered' }]);
  });

  it('believes no receipt that a person typed', async () => {
    const messageId = await sent();
    smsc.sendReceipt(messageId, 'DELIVRD', { esm_class: 0 });
    smsc.sendReceipt(messageId, 'DELIVRD', { esm_class: 0x10 });
    expect(await answers(2)).toEqual(Array(2).fill(['deliver_sm_resp', 0]));
    expect(reports).toEqual([]);
  });

  it('takes a receipt that says nothing, and one without a name', async () => {
    await sent();
    smsc.sendReceipt('', '', { short_message: Buffer.from('hello') });
    smsc.sendReceipt('', '', { short_message: Buffer.from('stat:DELIVRD text:id:1') });
    expect(await answers(2)).toEqual(Array(2).fill(['deliver_sm_resp', 0]));
    expect(reports).toEqual([]);
  });

  it.each<[Partial<SmppOptions>, string, string]>([
    [{ responseIdFormat: 'hex', receiptIdFormat: 'decimal' }, '00DEADBEEF', '3735928559'],
    [{ responseIdFormat: 'decimal', receiptIdFormat: 'hex' }, '3735928559', 'deadbeef'],
    [{ responseIdFormat: 'decimal', receiptIdFormat: 'decimal' }, '42', '0000000042'],
    [{ responseIdFormat: 'hex', receiptIdFormat: 'decimal' }, 'not a number', 'not'],
  ])('knows a message again under %j: %s and %s', async (options, inResponse, inReceipt) => {
    smsc.onSubmit = (pdu, session) => smsc.accept(pdu, session, inResponse);
    const messageId = await sent(TEXT, options);
    smsc.sendReceipt(inReceipt, 'DELIVRD');
    await answers(1);
    const known = inResponse === 'not a number' ? 'not' : messageId;
    expect(reports).toEqual([{ messageId: known, state: 'delivered' }]);
  });

  it('asks the SMSC to bring a receipt again when it could not be taken', async () => {
    const gateway = smsc.gateway();
    let troubles = 1;
    gateway.onReport((report) => {
      if (troubles-- > 0) throw new Error('not now');
      reports.push(report);
    });
    const { messageId } = await gateway.send(freshMessage(), patience());
    smsc.sendReceipt(messageId, 'DELIVRD');
    smsc.sendReceipt(messageId, 'DELIVRD');
    expect(await answers(2)).toEqual([
      ['deliver_sm_resp', 0x64],
      ['deliver_sm_resp', 0],
    ]);
    expect(reports).toHaveLength(1);
  });

  describe('of a message in segments', () => {
    it('reports it delivered once every segment is, in whatever order and however often they come', async () => {
      const messageId = await sent(THREE_SEGMENTS);
      for (const id of ['3', '1', '1', '3']) smsc.sendReceipt(id, 'DELIVRD');
      await answers(4);
      expect(reports).toEqual([]);
      for (const id of ['2', '2', '1']) smsc.sendReceipt(id, 'DELIVRD');
      await answers(7);
      expect(reports).toEqual([{ messageId, state: 'delivered' }]);
      expect(messageId).toBe('1');
    });

    it('reports it undelivered as soon as one segment is, and never delivered after that', async () => {
      const messageId = await sent(THREE_SEGMENTS);
      smsc.sendReceipt('2', 'UNDELIV');
      for (const id of ['1', '2', '3']) smsc.sendReceipt(id, 'DELIVRD');
      await answers(4);
      expect(reports).toEqual([{ messageId, state: 'undelivered' }]);
    });

    it('counts receipts that come while later segments are still submitted', async () => {
      smsc.onSubmit = (pdu, session) => {
        smsc.sendReceipt(smsc.accept(pdu, session), 'DELIVRD');
      };
      const messageId = await sent(THREE_SEGMENTS);
      await answers(3);
      expect(reports).toEqual([{ messageId, state: 'delivered' }]);
    });
  });

  it('reports what comes over the next link', async () => {
    const messageId = await sent();
    smsc.drop();
    await smsc.bound(2);
    await smsc.until(() => smsc.sessions.size === 1);
    smsc.sendReceipt(messageId, 'DELIVRD');
    await answers(1);
    expect(reports).toEqual([{ messageId, state: 'delivered' }]);
  });

  it('takes a receipt for a message that it never sent', async () => {
    await sent();
    smsc.sendReceipt('never-sent', 'DELIVRD');
    expect(await answers(1)).toEqual([['deliver_sm_resp', 0]]);
    expect(reports).toEqual([{ messageId: 'never-sent', state: 'delivered' }]);
  });
});

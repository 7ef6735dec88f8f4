import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import type { Pdu } from '../../libs/sms-gateways/src/smpp/codec/pdu';
import { segmentsOf } from '../../libs/sms-gateways/src/smpp/segments';
import { SmppSmsGateway } from '../../libs/sms-gateways/src/smpp/smpp.sms-gateway';
import type { SmppOptions } from '../../libs/sms-gateways/src/smpp/smpp.options';
import { freshMessage, outcomeOf, patience, TEXT, UNICODE_TEXT } from './messages';
import { EVERY_GSM_CHARACTER, headerIn, textIn } from './smpp-message-text';
import { Smsc } from './smpp-smsc';

describe(`${SmppSmsGateway.name}, how a text travels`, () => {
  let smsc: Smsc;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    smsc = await Smsc.start();
  });
  afterEach(() => smsc.close());

  /** What the SMSC got for this text. */
  async function submitted(text: string, options: Partial<SmppOptions> = {}): Promise<readonly Pdu[]> {
    await smsc.gateway(options).send(freshMessage(text), patience());
    return smsc.submits;
  }

  it('names both ends, and asks for a receipt of the final outcome', async () => {
    const message = freshMessage();
    await smsc.gateway({ sourceAddr: 'Example' }).send(message, patience());
    expect(smsc.submits[0]).toMatchObject({
      source_addr_ton: 5,
      source_addr_npi: 0,
      source_addr: 'Example',
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      destination_addr: message.phone.e164.slice(1),
      registered_delivery: 1,
      esm_class: 0,
    });
  });

  it.each<[Partial<SmppOptions>, readonly [number, number, string]]>([
    [{}, [0, 0, '']],
    [{ sourceAddr: '+14155550100' }, [1, 1, '14155550100']],
    [{ sourceAddr: '12345' }, [0, 0, '12345']],
    [{ sourceAddr: '12345', sourceTon: 3, sourceNpi: 9 }, [3, 9, '12345']],
  ])('sends from %j', async (options, [ton, npi, address]) => {
    const [pdu] = await submitted(TEXT, options);
    expect(pdu).toMatchObject({ source_addr_ton: ton, source_addr_npi: npi, source_addr: address });
  });

  it.each([
    ['plain text as GSM 03.38', TEXT, 0, 0],
    ['every character of GSM 03.38', EVERY_GSM_CHARACTER, 0, 0],
    ['any other text as UCS-2', UNICODE_TEXT, 0, 8],
    ['what is beyond UCS-2 as surrogate pairs', 'code 🔑 493817', 0, 8],
    ['Latin-1 where the SMSC wants it', 'Ihr Code: 493817 für [Beispiel] @ÿ', 3, 3],
    ['UCS-2 where Latin-1 does not do', 'Code 493817, 5 €', 3, 8],
    ['all as UCS-2 where the SMSC wants it', TEXT, 8, 8],
  ])('writes %s', async (_, text, dataCoding, sent) => {
    const [pdu] = await submitted(text, { dataCoding });
    expect(pdu?.data_coding).toBe(sent);
    expect(pdu && textIn(pdu)).toBe(text);
  });

  it('writes ASCII, not GSM 03.38, under data_coding 1', async () => {
    const [pdu] = segmentsOf('a@b_c$ {1}', 1, 'udh', 0);
    expect(pdu).toEqual({ data_coding: 1, short_message: Buffer.from('a@b_c$ {1}', 'ascii') });
    const [other] = segmentsOf('à', 1, 'udh', 0);
    expect(other?.data_coding).toBe(8);
    await Promise.resolve();
  });

  it('writes GSM 03.38 under any other value', () => {
    const [pdu] = segmentsOf('@€', 0xf1, 'udh', 0);
    expect(pdu).toEqual({ data_coding: 0xf1, short_message: Buffer.of(0, 0x1b, 0x65) });
  });

  it.each([
    ['160 characters of GSM 03.38 in one segment', 'x'.repeat(160), [160]],
    ['161 in two', 'x'.repeat(161), [153, 8]],
    ['80 of the extension table, which weigh two, in one', '€'.repeat(80), [160]],
    ['81 in two, without tearing one', '€'.repeat(81), [152, 10]],
    ['70 characters of UCS-2 in one', '是'.repeat(70), [140]],
    ['71 in two', '是'.repeat(71), [134, 8]],
    ['surrogate pairs whole', `是${'🔑'.repeat(40)}`, [134, 28]],
  ])('carries %s', (_, text, lengths) => {
    const headerLength = lengths.length === 1 ? 0 : 6;
    const octets = segmentsOf(text, 0, 'udh', 7).map(({ short_message }) => short_message?.length);
    expect(octets).toEqual(lengths.map((length) => length + headerLength));
  });

  it('puts segments together again by their headers', async () => {
    const text = 'Your code is 493817. '.repeat(20);
    const pdus = await submitted(text);
    const [reference] = pdus.map((pdu) => headerIn(pdu)[3]);
    expect(pdus.map(headerIn)).toEqual(
      [1, 2, 3].map((index) => Buffer.of(5, 0, 3, reference ?? -1, 3, index)),
    );
    expect(pdus.map(({ esm_class }) => esm_class)).toEqual([0x40, 0x40, 0x40]);
    expect(pdus.map(textIn).join('')).toBe(text);
  });

  it('gives each long message another reference', async () => {
    const gateway = smsc.gateway();
    await gateway.send(freshMessage('x'.repeat(161)), patience());
    await gateway.send(freshMessage('x'.repeat(161)), patience());
    const references = smsc.submits.map((pdu) => headerIn(pdu)[3]);
    expect(references[1]).toBe(references[0]);
    expect(references[2]).toBe(((references[0] ?? 0) + 1) % 256);
  });

  it('leaves the header to the SMSC where it wants sar_ parameters', async () => {
    const pdus = await submitted('x'.repeat(200), { longMessages: 'sar' });
    const reference = pdus[0]?.sar_msg_ref_num;
    expect(pdus).toMatchObject(
      [1, 2].map((index) => ({
        esm_class: 0,
        sar_msg_ref_num: reference,
        sar_total_segments: 2,
        sar_segment_seqnum: index,
      })),
    );
    expect(pdus.map(textIn).join('')).toBe('x'.repeat(200));
  });

  it('leaves the splitting to the SMSC where it wants message_payload', async () => {
    const [pdu, ...others] = await submitted('x'.repeat(200), { longMessages: 'payload' });
    expect(others).toEqual([]);
    expect(pdu?.message_payload?.toString('latin1')).toBe('x'.repeat(200));
    expect(pdu?.short_message).toHaveLength(0);
  });

  it('refuses a text that 255 segments do not hold', async () => {
    const message = freshMessage('x'.repeat(153 * 255 + 1));
    expect(await outcomeOf(smsc.gateway().send(message, patience()), message)).toBe('refused');
    expect(smsc.submits).toHaveLength(0);
  });

  it('counts a message of which the SMSC took only a part as unknown', async () => {
    smsc.onSubmit = (pdu, session) => {
      if (smsc.submits.length === 2) smsc.refuse(pdu, session, 0x0b);
      else smsc.accept(pdu, session);
    };
    const message = freshMessage('x'.repeat(400));
    expect(await outcomeOf(smsc.gateway().send(message, patience()), message)).toBe('unknown');
    expect(smsc.submits).toHaveLength(2);
  });

  it('loses no octet of any text, in segments of which none is too long', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.string({ unit: fc.constantFrom(...Array.from(EVERY_GSM_CHARACTER)), maxLength: 900 }),
    );
    fc.assert(
      fc.property(anyText, fc.constantFrom(0, 1, 3, 8), (text, dataCoding) => {
        const whole = segmentsOf(text, dataCoding, 'payload', 9);
        const parts = segmentsOf(text, dataCoding, 'udh', 9).map(
          (part) => part.short_message ?? Buffer.alloc(0),
        );
        const header = parts.length > 1 ? 6 : 0;
        const carried = Buffer.concat(parts.map((part) => part.subarray(header)));
        expect(carried).toEqual(whole[0]?.message_payload ?? whole[0]?.short_message);
        expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(160);
      }),
    );
  });
});

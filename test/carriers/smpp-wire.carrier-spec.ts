import { Logger } from '@nestjs/common';
import type { DeliveryReport } from '@app/sms-verification';
import { SmppSmsGateway } from '../../libs/sms-gateways/src/smpp/smpp.sms-gateway';
import { freshMessage, patience } from '../gateways/messages';
import { Smsc } from '../gateways/smpp-smsc';
import { requireDebianPackages } from './debian-packages';
import { SmppCapture, type DissectedPdu } from './smpp-capture';

jest.setTimeout(60_000);

// SMPP 3.4 §5.1.2.1.
const BIND_TRANSCEIVER = '0x00000009';
const SUBMIT_SM = '0x00000004';
const SUBMIT_SM_RESP = '0x80000004';
const DELIVER_SM = '0x00000005';
const DELIVER_SM_RESP = '0x80000005';
const ENQUIRE_LINK = '0x00000015';
const UNBIND = '0x00000006';
const UNBIND_RESP = '0x80000006';
const GENERIC_NACK = '0x80000000';

const LONG_TEXT = 'Your code is 493817. '.repeat(8);

describe(`${SmppSmsGateway.name} on the wire, as Wireshark reads it`, () => {
  let smsc: Smsc;
  let capture: SmppCapture;
  let pdus: readonly DissectedPdu[];
  const reports: DeliveryReport[] = [];

  beforeAll(async () => {
    requireDebianPackages('tshark');
    Logger.overrideLogger(false);
    smsc = await Smsc.start();
    capture = await SmppCapture.on(smsc.port);
    pdus = await talk();
  });
  afterAll(async () => {
    await capture.stop();
    await smsc.close();
  });

  /** A whole conversation, from bind to unbind. */
  async function talk(): Promise<readonly DissectedPdu[]> {
    const gateway = smsc.gateway({ sourceAddr: 'Example', enquireLinkMs: 200, systemType: 'VMA' });
    gateway.onReport((report) => reports.push(report));
    await gateway.send(freshMessage('Code: {1}'), patience());
    await gateway.send(freshMessage('验证码'), patience());
    await gateway.send(freshMessage(LONG_TEXT), patience());
    smsc.sendReceipt('1', 'DELIVRD', { sequence_number: 77 });
    smsc.link.socket.write(Buffer.from('0000001000000777000000000000004e', 'hex'));
    await smsc.until(() => smsc.others.some(({ command }) => command === 'enquire_link'));
    await gateway.close();
    return capture.upTo(UNBIND_RESP);
  }

  function all(commandId: string): readonly DissectedPdu[] {
    return pdus.filter((pdu) => pdu['command_id'] === commandId);
  }

  it('is SMPP from the first octet to the last, without a malformed PDU', () => {
    expect(pdus.every((pdu) => pdu['command_id'] !== undefined)).toBe(true);
    expect(JSON.stringify(pdus)).not.toMatch(/malformed|expert/i);
  });

  it('begins with a bind as transceiver in version 3.4', () => {
    expect(pdus[0]).toMatchObject({
      command_id: BIND_TRANSCEIVER,
      system_id: 'tester',
      system_type: 'VMA',
      interface_version: String(0x34),
    });
  });

  it('submits GSM 03.38 under data_coding 0, one septet an octet', () => {
    expect(all(SUBMIT_SM)[0]).toMatchObject({
      source_addr_ton: '0x05',
      source_addr_npi: '0x00',
      source_addr: 'Example',
      dest_addr_ton: '0x01',
      dest_addr_npi: '0x01',
      regdel_receipt: '0x01',
      data_coding: '0x00',
      // `{` and `}` are 1b28 and 1b29 there
      message: '43:6f:64:65:3a:20:1b:28:31:1b:29',
    });
  });

  it('submits UCS-2, big endian, under data_coding 8', () => {
    expect(all(SUBMIT_SM)[1]).toMatchObject({ data_coding: '0x08', message: '9a:8c:8b:c1:78:01' });
  });

  it('submits a long text in segments with a user data header', () => {
    const segments = all(SUBMIT_SM).slice(2);
    expect(segments.map((pdu) => [pdu['esm_submit_features'], pdu['sm_length']])).toEqual([
      ['0x01', String(153 + 6)],
      ['0x01', String(LONG_TEXT.length - 153 + 6)],
    ]);
  });

  it('is told the names of what it submitted, and gets the receipt of the first', () => {
    expect(all(SUBMIT_SM_RESP).map((pdu) => pdu['message_id'])).toEqual(['1', '2', '3', '4']);
    const [receipt] = all(DELIVER_SM);
    // The second of the message types: a delivery receipt (SMPP 3.4 §5.2.12).
    expect(receipt).toMatchObject({ esm_submit_msg_type: '0x01', sequence_number: '77' });
    const text = Buffer.from(receipt?.['message']?.replaceAll(':', '') ?? '', 'hex').toString('ascii');
    expect(text).toMatch(/^id:1 .* stat:DELIVRD /);
    expect(reports).toEqual([{ messageId: '1', state: 'delivered' }]);
  });

  it('answers that receipt with a deliver_sm_resp of the same number', () => {
    expect(all(DELIVER_SM_RESP)).toMatchObject([
      { command_status: '0x00000000', sequence_number: '77', command_length: '17' },
    ]);
  });

  it('answers a command that does not exist with a generic_nack', () => {
    expect(all(GENERIC_NACK)).toMatchObject([{ command_status: '0x00000003', sequence_number: '78' }]);
  });

  it('asks for signs of life, and ends with an unbind', () => {
    expect(all(ENQUIRE_LINK).length).toBeGreaterThan(0);
    expect(pdus.slice(-2).map((pdu) => pdu['command_id'])).toEqual([UNBIND, UNBIND_RESP]);
  });
});

import { readPdu } from './read-pdu';
import { writePdu, type OutgoingPdu } from './write-pdu';

const DELIVERY: OutgoingPdu = {
  command: 'deliver_sm',
  sequence_number: 1,
  source_addr: '14155550100',
  destination_addr: 'Example',
  esm_class: 4,
  short_message: Buffer.from('id:1'),
};

/** A PDU of which all octets behind this place are missing, and whose length says so. */
function cutAt(octets: Buffer, length: number): Buffer {
  const cut = Buffer.from(octets.subarray(0, length));
  cut.writeUInt32BE(length, 0);
  return cut;
}

/** A delivery with more octets behind its mandatory fields. */
function withBehind(...octets: readonly number[]): Buffer {
  const whole = Buffer.concat([writePdu(DELIVERY), Buffer.from(octets)]);
  return cutAt(whole, whole.length);
}

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

describe(readPdu, () => {
  it('knows a PDU that ends before its fields do, wherever it ends', () => {
    const whole = writePdu(DELIVERY);
    for (let length = 16; length < whole.length; length += 1) {
      expect(readPdu(cutAt(whole, length)).complete).toBe(false);
    }
    expect(readPdu(whole).complete).toBe(true);
  });

  it('gives the fields that are there', () => {
    const { complete, message_id: messageId } = readPdu(cutAt(writePdu(DELIVERY), 16 + 3));
    expect({ complete, messageId }).toEqual({ complete: false, messageId: undefined });
    expect(readPdu(cutAt(writePdu(DELIVERY), 16 + 15))).toMatchObject({ source_addr: '14155550100' });
  });

  it('reads a message_id whose closing NUL is missing', () => {
    const answer = writePdu({ command: 'submit_sm_resp', sequence_number: 1, message_id: 'abc' });
    expect(readPdu(cutAt(answer, answer.length - 1))).toMatchObject({ message_id: 'abc', complete: true });
  });

  it('reads an answer without a body', () => {
    const answer = readPdu(Buffer.from('00000010800000040000005800000007', 'hex'));
    expect(answer).toMatchObject({ command: 'submit_sm_resp', command_status: 0x58, sequence_number: 7 });
    expect(answer.message_id).toBeUndefined();
  });

  it('reads a parameter whose closing NUL is missing, and not past its end', () => {
    const pdu = readPdu(withBehind(0x00, 0x1e, 0, 2, 0x61, 0x62, 0x04, 0x27, 0, 1, 2));
    expect(pdu).toMatchObject({ receipted_message_id: 'ab', message_state: 2, complete: true });
  });

  it.each([
    ['of a length that is not its own', [0x04, 0x27, 0, 2, 0, 2]],
    ['of no length', [0x04, 0x27, 0, 0]],
    ['that nobody knows', [0x14, 0x00, 0, 2, 0, 2]],
  ])('skips a parameter %s', (_, octets) => {
    const pdu = readPdu(withBehind(...octets, 0x00, 0x1e, 0, 2, 0x61, 0));
    expect(pdu.message_state).toBeUndefined();
    expect(pdu).toMatchObject({ receipted_message_id: 'a', complete: true });
  });

  it('knows a parameter that is longer than what is left', () => {
    expect(readPdu(withBehind(0x04, 0x24, 0xff, 0xff, 0x61)).complete).toBe(false);
    expect(readPdu(withBehind(0x04, 0x24, 0xff, 0xff, 0x61)).message_payload).toBeUndefined();
  });

  it('takes no notice of a stray NUL at the end', () => {
    expect(readPdu(withBehind(0))).toEqual(readPdu(writePdu(DELIVERY)));
  });

  it('reads past parameters that nobody here knows: a receipt in a data_sm by Net::SMPP', () => {
    // The last is a network_error_code.
    const octets = `00000045 00000103 00000000 00000009 434d5400 01 02 313431353535353031303000 03 05
      4578616d706c6500 04 06 07 001e 0006 6e65745f3300 0427 0001 02 0423 0003 030000`;
    expect(readPdu(hex(octets))).toEqual({
      command: 'data_sm',
      command_id: 0x103,
      command_status: 0,
      sequence_number: 9,
      complete: true,
      service_type: 'CMT',
      source_addr_ton: 1,
      source_addr_npi: 2,
      source_addr: '14155550100',
      dest_addr_ton: 3,
      dest_addr_npi: 5,
      destination_addr: 'Example',
      esm_class: 4,
      registered_delivery: 6,
      data_coding: 7,
      receipted_message_id: 'net_3',
      message_state: 2,
    });
  });

  it.each([
    ['an alert_notification by Net::SMPP', 'alert_notification', '00000102'],
    ['a command that does not exist', 'unknown', '00000777'],
  ])('knows by its header what nobody here reads further: %s', (_, command, commandId) => {
    const octets = hex(
      `00000028 ${commandId} 00000000 0000000a 0000313431353535353031303000 00004578616d706c6500`,
    );
    expect(readPdu(octets)).toMatchObject({ command, sequence_number: 10 });
  });
});

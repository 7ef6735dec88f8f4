import type { PduFields } from './fields';
import { readPdu } from './read-pdu';
import { UnwritableFieldError, writePdu } from './write-pdu';

const submit = (fields: PduFields): Buffer =>
  writePdu({ command: 'submit_sm', sequence_number: 1, ...fields });

describe(writePdu, () => {
  it.each<[string, PduFields]>([
    ['an address of 21 octets, NUL included', { destination_addr: '1'.repeat(20) }],
    ['a message of 254 octets', { short_message: Buffer.alloc(254, 'x') }],
    ['a payload of 65535 octets', { message_payload: Buffer.alloc(65_535, 'x') }],
    ['an octet of 255', { data_coding: 255 }],
    ['two octets of 65535', { sar_msg_ref_num: 65_535 }],
    ['Latin-1', { source_addr: 'Café ÿ' }],
  ])('writes %s', (_, fields) => {
    expect(readPdu(submit(fields))).toMatchObject(fields);
  });

  it.each<[string, string, PduFields]>([
    ['an address of 22 octets, NUL included', 'destination_addr', { destination_addr: '4'.repeat(21) }],
    ['a message of 255 octets', 'short_message', { short_message: Buffer.alloc(255, 'x') }],
    ['a payload of 65536 octets', 'message_payload', { message_payload: Buffer.alloc(65_536, 'x') }],
    ['an octet of 256', 'data_coding', { data_coding: 256 }],
    ['an octet of -1', 'data_coding', { data_coding: -1 }],
    ['half an octet', 'data_coding', { data_coding: 0.5 }],
    ['two octets of 65536', 'sar_msg_ref_num', { sar_msg_ref_num: 65_536 }],
    ['a NUL inside a string', 'source_addr', { source_addr: 'a\0b' }],
    ['what takes more than an octet', 'source_addr', { source_addr: '€' }],
  ])('refuses %s, and says in which field', (_, name, fields) => {
    expect(() => submit(fields)).toThrow(
      new UnwritableFieldError(`the field ${name} cannot carry its value`),
    );
  });

  it('writes the body of a delivery’s answer whatever its status', () => {
    const answer = { command: 'deliver_sm_resp', sequence_number: 7, command_status: 0x64 } as const;
    expect(writePdu(answer).toString('hex')).toBe('0000001180000005000000640000000700');
  });

  it('writes no body of a submission’s when the status is not ESME_ROK', () => {
    const answer = { command: 'submit_sm_resp', sequence_number: 7, message_id: 'abc' } as const;
    expect(writePdu({ ...answer, command_status: 0x58 }).toString('hex')).toBe(
      '00000010800000040000005800000007',
    );
  });
});

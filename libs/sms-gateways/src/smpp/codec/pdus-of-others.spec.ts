import { PduReader } from './pdu-reader';
import { readPdu } from './read-pdu';
import { writePdu, type OutgoingPdu } from './write-pdu';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

const RECEIPT = 'id:net_1 sub:001 stat:DELIVRD err:000 text:hi';

/** A submit_sm or deliver_sm that says nothing yet. */
const MESSAGE = {
  service_type: '',
  source_addr_ton: 0,
  source_addr_npi: 0,
  dest_addr_ton: 0,
  dest_addr_npi: 0,
  esm_class: 0,
  protocol_id: 0,
  priority_flag: 0,
  schedule_delivery_time: '',
  validity_period: '',
  registered_delivery: 0,
  replace_if_present_flag: 0,
  data_coding: 0,
  sm_default_msg_id: 0,
};

/** Octets that others wrote: so an error that is made alike in reading and in writing is seen. */
const PDUS: readonly (readonly [string, string, OutgoingPdu])[] = [
  [
    // There it is a bind_transmitter, whose fields are the same; nothing but the command_id is another here.
    'a bind: the example of SMPP 3.4 §3.2.2',
    `0000002f 00000009 00000000 00000001
     534d50503354455354 00 7365637265743038 00 5355424d495431 00 00 01 01 00`,
    {
      command: 'bind_transceiver',
      sequence_number: 1,
      system_id: 'SMPP3TEST',
      password: 'secret08',
      system_type: 'SUBMIT1',
      interface_version: 0,
      addr_ton: 1,
      addr_npi: 1,
      address_range: '',
    },
  ],
  [
    'a bind by Kannel',
    '00000026 00000009 00000000 00000001 6b616e6e656c00 67656865696d00 564d4100 34 00 00 00',
    {
      command: 'bind_transceiver',
      sequence_number: 1,
      system_id: 'kannel',
      password: 'geheim',
      system_type: 'VMA',
      interface_version: 0x34,
      addr_ton: 0,
      addr_npi: 0,
      address_range: '',
    },
  ],
  [
    'the answer to a bind by Net::SMPP',
    '00000019 80000009 00000000 00000001 6e65742d736d707000',
    { command: 'bind_transceiver_resp', sequence_number: 1, system_id: 'net-smpp' },
  ],
  [
    // But for the number, which was one of a test.
    'a submit by Kannel',
    `00000060 00000004 00000000 00000002 00 05 00 4578616d706c6500 01 01 313431353535353031303000 03 00
     00 00 00 01 00 00 00 2d
     34393338313720697320796f7572204578616d706c6520636f64652e20446f206e6f742073686172652069742e`,
    {
      ...MESSAGE,
      command: 'submit_sm',
      sequence_number: 2,
      source_addr_ton: 5,
      source_addr: 'Example',
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      destination_addr: '14155550100',
      esm_class: 3,
      registered_delivery: 1,
      short_message: Buffer.from('493817 is your Example code. Do not share it.'),
    },
  ],
  [
    // Each integer another one: none can stand in another's place.
    'a submit of a segment by Net::SMPP',
    `0000006a 00000004 00000000 00000007 434d5400 05 02 4578616d706c6500 01 03 313431353535353031303000 04 06 07
     3236303130313132303030303030302b00 3236303130323132303030303030302b00 09 0a 08 0b 04 9a8c8bc1
     020c 0002 1234 020e 0001 02 020f 0001 01`,
    {
      command: 'submit_sm',
      sequence_number: 7,
      service_type: 'CMT',
      source_addr_ton: 5,
      source_addr_npi: 2,
      source_addr: 'Example',
      dest_addr_ton: 1,
      dest_addr_npi: 3,
      destination_addr: '14155550100',
      esm_class: 4,
      protocol_id: 6,
      priority_flag: 7,
      schedule_delivery_time: '260101120000000+',
      validity_period: '260102120000000+',
      registered_delivery: 9,
      replace_if_present_flag: 10,
      data_coding: 8,
      sm_default_msg_id: 11,
      short_message: hex('9a8c8bc1'),
      sar_msg_ref_num: 0x1234,
      sar_total_segments: 2,
      sar_segment_seqnum: 1,
    },
  ],
  [
    'a submit with a message_payload by Net::SMPP',
    `0000003c 00000004 00000000 00000008 00 00 00 3100 00 00 313431353535353031303000 00 00 00 00 00 00 00 00 00
     00 0424 000b 61206c6f6e672074657874`,
    {
      ...MESSAGE,
      command: 'submit_sm',
      sequence_number: 8,
      source_addr: '1',
      destination_addr: '14155550100',
      short_message: Buffer.alloc(0),
      message_payload: Buffer.from('a long text'),
    },
  ],
  [
    'the answer to a submit by Net::SMPP',
    '00000016 80000004 00000000 00000002 6e65745f3100',
    { command: 'submit_sm_resp', sequence_number: 2, message_id: 'net_1' },
  ],
  [
    'a receipt by Net::SMPP',
    `00000056 00000005 00000000 00000001 00 00 00 3100 00 00 4578616d706c6500 04 00 00 00 00 00 00 00 00 2d
     69643a6e65745f31207375623a30303120737461743a44454c49565244206572723a30303020746578743a6869`,
    {
      ...MESSAGE,
      command: 'deliver_sm',
      sequence_number: 1,
      source_addr: '1',
      destination_addr: 'Example',
      esm_class: 4,
      short_message: Buffer.from(RECEIPT),
    },
  ],
  [
    'the answer to a receipt by Kannel',
    '00000011 80000005 00000000 00000001 00',
    { command: 'deliver_sm_resp', sequence_number: 1, message_id: '' },
  ],
  ['an unbind by Kannel', '00000010 00000006 00000000 00000005', { command: 'unbind', sequence_number: 5 }],
  [
    'the answer to an unbind by Net::SMPP',
    '00000010 80000006 00000000 00000002',
    { command: 'unbind_resp', sequence_number: 2 },
  ],
  [
    'a generic_nack by Net::SMPP',
    '00000010 80000000 00000003 0000000b',
    { command: 'generic_nack', sequence_number: 11, command_status: 3 },
  ],
];

describe('the PDUs of others', () => {
  it.each(PDUS)('are read as they were meant: %s', (_, octets, pdu) => {
    expect(readPdu(hex(octets))).toEqual({
      command_status: 0,
      ...pdu,
      command_id: hex(octets).readUInt32BE(4),
      complete: true,
    });
  });

  it.each(PDUS)('are written octet for octet: %s', (_, octets, pdu) => {
    expect(writePdu(pdu).toString('hex')).toBe(hex(octets).toString('hex'));
  });

  it('are found in one stream, cut anywhere', () => {
    const stream = Buffer.concat(PDUS.map(([, octets]) => hex(octets)));
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const reader = new PduReader();
      const found = [...reader.push(stream.subarray(0, cut)), ...reader.push(stream.subarray(cut))];
      expect(found.map(({ command }) => command)).toEqual(PDUS.map(([, , { command }]) => command));
    }
  });
});

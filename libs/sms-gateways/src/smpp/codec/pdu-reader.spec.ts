import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { COMMANDS, type CommandName } from './commands';
import type { Field, PduFields } from './fields';
import { OPTIONAL_PARAMETERS } from './optional-parameters';
import type { Pdu } from './pdu';
import { NoPduError, PduReader } from './pdu-reader';
import { writePdu, type OutgoingPdu } from './write-pdu';

/** FUZZ_SEED=<number> runs the examples of an earlier run again; each run prints its seed. */
const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));

const lengthField = (length: number): Buffer => {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(length);
  return octets;
};

/** The PDUs in a stream that arrives in chunks of these lengths, over and over. */
function read(stream: Buffer, lengths: readonly number[]): readonly Pdu[] {
  const reader = new PduReader();
  const found: Pdu[] = [];
  for (let at = 0, chunk = 0; at < stream.length; chunk += 1) {
    const length = lengths[chunk % lengths.length] ?? 1;
    found.push(...reader.push(stream.subarray(at, at + length)));
    at += length;
  }
  return found;
}

/** Any value that the field can carry. */
function valueOf(field: Field): fc.Arbitrary<number | string | Buffer> {
  if (field.kind === 'integer') return fc.nat({ max: 256 ** field.size - 1 });
  const most = Math.min(field.size, 300);
  if (field.kind === 'octets') return fc.uint8Array({ maxLength: most }).map((octets) => Buffer.from(octets));
  const character = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code));
  return fc.string({ unit: character, maxLength: most - 1 });
}

/** A whole PDU: every mandatory field, and any of the optional parameters with something in it. */
const anyPdu: fc.Arbitrary<OutgoingPdu> = fc
  .constantFrom(...(Object.keys(COMMANDS) as CommandName[]))
  .chain((command) => {
    const mandatory = COMMANDS[command].fields;
    const values = [...mandatory, ...OPTIONAL_PARAMETERS.values()].map(
      (field) => [field.name, valueOf(field)] as const,
    );
    return fc.record({
      command: fc.constant(command),
      sequence_number: fc.integer({ min: 1, max: 0x7fff_ffff }),
      fields: fc.record(Object.fromEntries(values), { requiredKeys: mandatory.map(({ name }) => name) }),
    });
  })
  .map(({ fields, ...header }) => ({ ...header, ...(fields as PduFields) }));

const anyChunks = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 });

describe(PduReader.name, () => {
  beforeAll(() => {
    process.stdout.write(`${PduReader.name}: FUZZ_SEED=${String(SEED)}\n`);
  });

  it('reads back what was written, in whatever chunks', () => {
    fc.assert(
      fc.property(fc.array(anyPdu, { minLength: 1, maxLength: 5 }), anyChunks, (pdus, chunks) => {
        expect(read(Buffer.concat(pdus.map(writePdu)), chunks)).toEqual(
          pdus.map((pdu) => ({
            command_status: 0,
            ...pdu,
            command_id: COMMANDS[pdu.command].id,
            complete: true,
          })),
        );
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('survives whatever arrives', () => {
    const body = fc.uint8Array({ maxLength: 120 }).map((octets) => Buffer.from(octets));
    const commandId = fc.oneof(
      fc.constantFrom(...Object.values(COMMANDS).map(({ id }) => id)),
      fc.nat({ max: 0xffff_ffff }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(commandId, body), { maxLength: 4 }), anyChunks, (pdus, chunks) => {
        const stream = pdus.map(([id, octets]) =>
          Buffer.concat([lengthField(16 + octets.length), lengthField(id), Buffer.alloc(8), octets]),
        );
        expect(read(Buffer.concat(stream), chunks).map((pdu) => pdu.command_id)).toEqual(
          pdus.map(([id]) => id),
        );
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it.each([0, 15, 16_385, 0xffff_ffff])('refuses a command_length of %i as soon as it is there', (length) => {
    const reader = new PduReader();
    expect([...reader.push(lengthField(length).subarray(0, 3))]).toEqual([]);
    expect(() => [...reader.push(lengthField(length).subarray(3))]).toThrow(NoPduError);
  });

  it.each([16, 16_384])('takes a PDU of %i octets', (length) => {
    const octets = Buffer.alloc(length);
    octets.writeUInt32BE(length);
    expect([...new PduReader().push(octets)]).toHaveLength(1);
  });

  it('gives the PDUs that came before what is none', () => {
    const enquiry = writePdu({ command: 'enquire_link', sequence_number: 1 });
    const found: Pdu[] = [];
    expect(() => {
      for (const pdu of new PduReader().push(Buffer.concat([enquiry, Buffer.from('HTTP/1.1 400')]))) {
        found.push(pdu);
      }
    }).toThrow(NoPduError);
    expect(found).toMatchObject([{ command: 'enquire_link' }]);
  });
});

import { isOctetText } from '../octet-text';
import { COMMANDS, type CommandName } from './commands';
import type { Field, PduFields } from './fields';
import { OPTIONAL_PARAMETERS } from './optional-parameters';
import { HEADER_LENGTH } from './pdu';

/** A PDU to be sent. Mandatory fields that it does not name are sent as zero or empty. */
export type OutgoingPdu = PduFields & {
  readonly command: CommandName;
  readonly command_status?: number;
  readonly sequence_number: number;
};

/** SMPP 3.4 §4.1.6, §4.4.2: what is not ESME_ROK comes without a body. */
const WITHOUT_BODY: ReadonlySet<CommandName> = new Set(['bind_transceiver_resp', 'submit_sm_resp']);

/** A value that its field cannot carry. Names the field and not the value, which may be secret. */
export class UnwritableFieldError extends RangeError {}

/**
 * @throws UnwritableFieldError
 */
export function writePdu({
  command,
  command_status: status = 0,
  sequence_number: sequence,
  ...fields
}: OutgoingPdu): Buffer {
  const { id, fields: mandatory } = COMMANDS[command];
  const body =
    status === 0 || !WITHOUT_BODY.has(command)
      ? [...writeMandatory(mandatory, fields), ...writeOptional(fields)]
      : [];
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt32BE(HEADER_LENGTH + body.reduce((sum, { length }) => sum + length, 0), 0);
  header.writeUInt32BE(id, 4);
  header.writeUInt32BE(status, 8);
  header.writeUInt32BE(sequence, 12);
  return Buffer.concat([header, ...body]);
}

function writeMandatory(mandatory: readonly Field[], fields: PduFields): readonly Buffer[] {
  return mandatory.flatMap((field) => {
    const value = writeValue(field, fields);
    // SMPP 3.4 §5.2.21: sm_length.
    return field.kind === 'octets' ? [Buffer.of(value.length), value] : [value];
  });
}

/** SMPP 3.4 §3.2.4.1: tag, length, value. */
function writeOptional(fields: PduFields): readonly Buffer[] {
  return [...OPTIONAL_PARAMETERS]
    .filter(([, { name }]) => fields[name] !== undefined)
    .flatMap(([tag, field]) => {
      const value = writeValue(field, fields);
      const header = Buffer.alloc(4);
      header.writeUInt16BE(tag, 0);
      header.writeUInt16BE(value.length, 2);
      return [header, value];
    });
}

function writeValue(field: Field, fields: PduFields): Buffer {
  switch (field.kind) {
    case 'integer':
      return integerOctets(field.name, fields[field.name] ?? 0, field.size);
    case 'text':
      return textOctets(field.name, fields[field.name] ?? '', field.size);
    case 'octets':
      return fitting(field.name, fields[field.name] ?? Buffer.alloc(0), field.size);
  }
}

function integerOctets(name: string, value: number, size: number): Buffer {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** size) throw unwritable(name);
  const octets = Buffer.alloc(size);
  octets.writeUIntBE(value, 0, size);
  return octets;
}

/** A NUL inside would end the string there, and all that follows would be read in the wrong place. */
function textOctets(name: string, value: string, size: number): Buffer {
  if (!isOctetText(value)) throw unwritable(name);
  return fitting(name, Buffer.from(`${value}\0`, 'latin1'), size);
}

function fitting(name: string, octets: Buffer, size: number): Buffer {
  if (octets.length > size) throw unwritable(name);
  return octets;
}

const unwritable = (name: string): UnwritableFieldError =>
  new UnwritableFieldError(`the field ${name} cannot carry its value`);

import { COMMANDS, commandOf } from './commands';
import type { Field, PduFields } from './fields';
import { OctetReader } from './octet-reader';
import { OPTIONAL_PARAMETERS } from './optional-parameters';
import { HEADER_LENGTH, type Pdu } from './pdu';

type Fields = { -readonly [Name in keyof PduFields]: PduFields[Name] };

/** SMPP 3.4 §3.2.4.1: tag and length of an optional parameter, of two octets each. */
const PARAMETER_HEADER_LENGTH = 4;

/**
 * Reads a whole PDU, of at least a header's length. It never throws, whatever is in it. The maximum lengths of
 * strings bind those who write: a peer that oversteps one is understood, and the PDU's own length bounds it.
 */
export function readPdu(octets: Buffer): Pdu {
  const commandId = octets.readUInt32BE(4);
  const command = commandOf(commandId);
  const body = new OctetReader(octets.subarray(HEADER_LENGTH));
  const fields: Fields = {};
  const complete =
    command === undefined ||
    (COMMANDS[command].fields.every((field) => readMandatory(field, body, fields)) &&
      readOptional(body, fields));
  return {
    ...fields,
    command: command ?? 'unknown',
    command_id: commandId,
    command_status: octets.readUInt32BE(8),
    sequence_number: octets.readUInt32BE(12),
    complete,
  };
}

/** False when the body ends before the field does. */
function readMandatory(field: Field, body: OctetReader, fields: Fields): boolean {
  // SMPP 3.4 §5.2.21: sm_length.
  const length = field.kind === 'octets' ? body.integer(1) : undefined;
  if (field.kind === 'octets' && length === undefined) return false;
  return readValue(field, body, fields, length ?? 0);
}

/** False when a parameter is longer than what is left. Fewer octets than its header takes are no parameter. */
function readOptional(body: OctetReader, fields: Fields): boolean {
  while (body.remaining >= PARAMETER_HEADER_LENGTH) {
    const tag = body.integer(2) ?? 0;
    const length = body.integer(2) ?? 0;
    const value = body.take(length);
    if (value === undefined) return false;
    const field = OPTIONAL_PARAMETERS.get(tag);
    const fits = field?.kind !== 'integer' || field.size === length;
    if (field !== undefined && fits) readValue(field, new OctetReader(value), fields, length);
  }
  return true;
}

function readValue(field: Field, from: OctetReader, into: Fields, length: number): boolean {
  if (field.kind === 'integer') return assign(into, field.name, from.integer(field.size));
  if (field.kind === 'text') return assign(into, field.name, from.text());
  return assign(into, field.name, from.take(length));
}

function assign<Name extends keyof Fields>(
  fields: Fields,
  name: Name,
  value: Fields[Name] | undefined,
): boolean {
  if (value === undefined) return false;
  fields[name] = value;
  return true;
}

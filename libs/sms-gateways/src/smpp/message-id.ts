import type { MessageIdFormat } from './smpp.options';

const DIGITS: Readonly<Record<Exclude<MessageIdFormat, 'verbatim'>, RegExp>> = {
  decimal: /^[0-9]+$/,
  hex: /^(0x)?[0-9a-f]+$/i,
};

/**
 * The one name of a message, however the SMSC writes it: some answer a submit in hexadecimal and name the same
 * message in decimal in its receipt, or with other leading zeros. What is no such number stays as it is.
 */
export function canonicalMessageId(id: string, format: MessageIdFormat): string {
  if (format === 'verbatim' || !DIGITS[format].test(id)) return id;
  return BigInt(format === 'decimal' ? id : `0x${id.replace(/^0x/i, '')}`).toString();
}

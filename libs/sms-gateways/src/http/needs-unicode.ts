import { measureSms } from '@app/sms-verification';

/** Whether the text has a character outside the GSM-7 alphabet; some gateways must be told. */
export function needsUnicode(text: string): boolean {
  return measureSms(text).encoding === 'UCS-2';
}

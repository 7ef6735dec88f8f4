import { SegmentedMessage } from 'sms-segments-calculator';

/** Whether the text has a character outside the GSM-7 alphabet; some gateways must be told. */
export function needsUnicode(text: string): boolean {
  return new SegmentedMessage(text).encodingName === 'UCS-2';
}

import { inspect } from 'node:util';
import { PhoneNumber, SmsGatewayError, type SmsMessage, type SmsReceipt } from '@app/sms-verification';
import { freshPhone } from '../support/phones';

export const CODE = '493817';
export const TEXT = `${CODE} is your Example code. Do not share it.`;
export const UNICODE_TEXT = `${CODE} 是您的验证码`;

/** A message to a number of its own. */
export function freshMessage(text = TEXT): SmsMessage {
  return {
    phone: PhoneNumber.parse(freshPhone()),
    purpose: 'login',
    verificationId: 'v-2f6b1c',
    code: CODE,
    text,
  };
}

/** A signal that never aborts. */
export function patience(): AbortSignal {
  return new AbortController().signal;
}

/** How a send ended; whatever the gateway threw must be of the port's kind and keep number and code to itself. */
export async function outcomeOf(sending: Promise<SmsReceipt>, message: SmsMessage): Promise<string> {
  try {
    await sending;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof SmsGatewayError)) throw error;
    const everything = inspect(error, { depth: null, showHidden: true });
    expect(everything).not.toContain(message.phone.e164.slice(1));
    expect(everything).not.toContain(message.code);
    return error.outcome;
  }
}

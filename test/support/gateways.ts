import { randomUUID } from 'node:crypto';
import { SmsGateway, type SmsMessage, type SmsReceipt } from '@app/sms-verification';

/** A gateway that does what each test tells it, and remembers the messages that it was handed. */
export class ScriptedGateway extends SmsGateway {
  readonly handed: SmsMessage[] = [];

  /** What becomes of the next messages; by default they are accepted. */
  behaviour: (message: SmsMessage, signal: AbortSignal) => Promise<SmsReceipt> = accept;

  override send(message: SmsMessage, signal: AbortSignal): Promise<SmsReceipt> {
    this.handed.push(message);
    return this.behaviour(message, signal);
  }

  /** The newest message that was handed over for this phone, accepted or not. */
  newestFor(phone: string): SmsMessage {
    const found = this.handed.findLast((message) => message.phone.e164 === phone);
    if (found === undefined) throw new Error('the gateway was handed no message for this phone');
    return found;
  }
}

export const accept = (): Promise<SmsReceipt> => Promise.resolve({ messageId: randomUUID() });
export const refuse = (): Promise<SmsReceipt> => Promise.reject(new Error('refused by the carrier'));
export const neverAnswer = (): Promise<SmsReceipt> => new Promise(() => undefined);

import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { SmsGateway, type PhoneNumber, type SmsMessage, type SmsReceipt } from '@app/sms-verification';

/** A message as it rests in the inbox. */
export interface InboxMessage {
  readonly id: string;
  readonly phone: PhoneNumber;
  readonly purpose: string;
  readonly text: string;
  readonly code: string;
  readonly sentAt: Date;
}

/**
 * Keeps the newest messages in memory instead of sending them: the gateway of development and of tests. It holds
 * codes in clear, which is why the application offers it outside production alone.
 */
export class InboxSmsGateway extends SmsGateway {
  private readonly logger = new Logger(InboxSmsGateway.name);
  private readonly kept: InboxMessage[] = [];

  /** @param capacity messages kept; the oldest goes first */
  constructor(private readonly capacity = 1_000) {
    super();
  }

  override send({ phone, purpose, code, text }: SmsMessage): Promise<SmsReceipt> {
    const id = randomUUID();
    this.kept.unshift({ id, phone, purpose, text, code, sentAt: new Date() });
    this.kept.length = Math.min(this.kept.length, this.capacity);
    this.logger.log(
      `message to ${phone.masked} for ${purpose}: ${text.replaceAll(code, '•'.repeat(code.length))}`,
    );
    return Promise.resolve({ messageId: id });
  }

  /** The messages kept, newest first; with a phone, only those sent to it. */
  messages(phone?: PhoneNumber): readonly InboxMessage[] {
    return phone === undefined ? this.kept : this.kept.filter((message) => message.phone.equals(phone));
  }
}

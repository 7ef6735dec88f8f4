import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import {
  MessageRefusedError,
  OutcomeUnknownError,
  SmsGateway,
  type DeliveryReport,
  type PhoneNumber,
  type SmsMessage,
  type SmsReceipt,
} from '@app/sms-verification';

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
 * What the inbox does with the messages that come: deliver them, refuse them, lose them without an answer, or
 * accept them and report later that they did not arrive.
 */
export const INBOX_BEHAVIOURS = ['deliver', 'refuse', 'lose', 'undelivered'] as const;
export type InboxBehaviour = (typeof INBOX_BEHAVIOURS)[number];

/**
 * Keeps the newest messages in memory instead of sending them: the gateway of development and of tests. It holds
 * codes in clear, which is why the application offers it outside production alone. It can be told to fail the
 * way carriers do, so that everything that follows from it can be watched.
 */
export class InboxSmsGateway extends SmsGateway {
  behaviour: InboxBehaviour = 'deliver';
  private readonly logger = new Logger(InboxSmsGateway.name);
  private readonly kept: InboxMessage[] = [];
  private readonly watchers = new Set<(message: InboxMessage) => void>();
  private readonly reportListeners: ((report: DeliveryReport) => void)[] = [];

  /** @param capacity messages kept; the oldest goes first */
  constructor(private readonly capacity = 1_000) {
    super();
  }

  override send({ phone, purpose, code, text }: SmsMessage): Promise<SmsReceipt> {
    if (this.behaviour === 'refuse') {
      return Promise.reject(new MessageRefusedError('the inbox was told to refuse messages'));
    }
    if (this.behaviour === 'lose') {
      return Promise.reject(new OutcomeUnknownError('the inbox was told to lose messages'));
    }
    const messageId = randomUUID();
    const state = this.behaviour === 'undelivered' ? 'undelivered' : 'delivered';
    if (state === 'delivered') this.keep({ id: messageId, phone, purpose, text, code, sentAt: new Date() });
    this.logger.log(
      `message to ${phone.masked} for ${purpose}: ${text.replaceAll(code, '•'.repeat(code.length))}`,
    );
    // As with a carrier, the report is a matter of its own, and follows the receipt.
    setImmediate(() => {
      for (const listener of this.reportListeners) listener({ messageId, state });
    });
    return Promise.resolve({ messageId });
  }

  override onReport(listener: (report: DeliveryReport) => void): void {
    this.reportListeners.push(listener);
  }

  /** The messages kept, newest first; with a phone, only those sent to it. */
  messages(phone?: PhoneNumber): readonly InboxMessage[] {
    return phone === undefined ? this.kept : this.kept.filter((message) => message.phone.equals(phone));
  }

  /** Calls the watcher with each message that arrives from now on. Returns what ends it. */
  watch(watcher: (message: InboxMessage) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private keep(message: InboxMessage): void {
    this.kept.unshift(message);
    this.kept.length = Math.min(this.kept.length, this.capacity);
    for (const watcher of this.watchers) watcher(message);
  }
}

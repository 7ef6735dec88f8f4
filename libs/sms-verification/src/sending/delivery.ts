import { Logger } from '@nestjs/common';
import type { AbuseDefence, Admission } from '../abuse/abuse-defence';
import { failureReason } from '../gateway/failure-reason';
import { DestinationInvalidError, MessageRefusedError } from '../gateway/gateway-errors';
import { handOver } from '../gateway/hand-over';
import type { SmsGateway, SmsMessage, SmsReceipt } from '../gateway/sms.gateway';
import type { MessageFormat } from '../message/message-format';
import { GatewayUnavailableError, PhoneNotSupportedError } from '../sms-verification.errors';
import type { SmsVerificationEvents } from '../sms-verification.events';
import type { ResolvedSmsVerificationOptions } from '../sms-verification.options';
import type { SendRequest } from '../sms-verification.results';
import type { CancelRequest, SentRequest, SmsCodeStorage } from '../storage/sms-code.storage';
import { NotesUnderWay } from './notes-under-way';

/** In which language, and for what kind of client, a message is written. */
export interface Wording {
  readonly locale: string;
  readonly format: MessageFormat;
}

/** What the message says, and the gateway that had better not carry it; empty when none is known. */
export interface Content extends Wording {
  readonly code: string;
  readonly lifetimeMs: number;
  readonly failedGateway: string;
}

/** What delivering is done with. */
interface Means {
  readonly options: Pick<ResolvedSmsVerificationOptions, 'texts' | 'gatewayTimeoutMs'>;
  readonly storage: SmsCodeStorage;
  readonly gateway: SmsGateway;
  readonly events: SmsVerificationEvents;
  readonly defence: AbuseDefence;
}

/** Hands reserved messages over, and takes the reservation back when the message may not go, or cannot (rule R6). */
export class Delivery {
  private readonly logger = new Logger(Delivery.name);
  private readonly notes = new NotesUnderWay();

  constructor(private readonly means: Means) {}

  /**
   * @param known whether the number has verified here before, and its sends since were not all in vain
   * @throws ChallengeRequiredError, ChallengeUnavailableError, SendingPausedError from the abuse defence (rule R20)
   * @throws PhoneNotSupportedError when the gateway says that this number gets no message
   * @throws GatewayUnavailableError when the message was not accepted
   * @throws StorageUnavailableError when it was not, and the reservation could not be taken back
   */
  async deliver(request: SendRequest, send: CancelRequest, content: Content, known: boolean): Promise<void> {
    const { storage, events, defence } = this.means;
    const { phone } = request;
    const { purpose, verificationId, kind } = send;
    const resend = kind === 'resend';
    const { code, failedGateway, locale, format, lifetimeMs } = content;
    const { text, segments } = this.means.options.texts.render({ locale, format, lifetimeMs, code, purpose });
    const written: SmsMessage = { phone, purpose, verificationId, code, text };
    const message = failedGateway === '' ? written : { ...written, failedGateway };
    const admission = await defence
      .admit(request, { known, resend, segments })
      .catch(async (refusal: unknown) => {
        await storage.cancel(send);
        throw refusal;
      });
    const { messageId, gateway = 'default' } = await this.handOver(message, send, admission, () =>
      defence.payAgain(request, segments),
    );
    events.emit({ type: 'sent', phone, purpose, verificationId, gateway, messageId, resend });
    const noted = this.note({
      phone: send.phone,
      purpose,
      policy: send.policy,
      idempotencyKey: send.idempotencyKey,
      verificationId,
      sentAt: send.sentAt,
      gateway,
      messageId,
      assessedAt: admission.assessedAt,
    });
    // A repeat may follow the answer at once, to another process: until the key is settled it would be told to wait.
    if (send.idempotencyKey !== undefined) await noted;
    // Nothing that this process asks of the phone from now on gets to the storage before the note.
    else this.notes.add(noted);
  }

  /** Resolves when storage has been told of every message that was accepted. */
  settled(): Promise<void> {
    return this.notes.settled();
  }

  /** The message is on its way whatever becomes of this note; without it, its delivery stays unknown. */
  private async note(sent: SentRequest): Promise<void> {
    try {
      await this.means.storage.recordSent(sent);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn(`a message was sent, but not recorded: ${reason}`);
    }
  }

  private async handOver(
    message: SmsMessage,
    send: CancelRequest,
    admission: Admission,
    payAgain: () => Promise<boolean>,
  ): Promise<SmsReceipt> {
    const { options, storage, gateway, events, defence } = this.means;
    try {
      return await handOver(gateway, message, options.gatewayTimeoutMs, payAgain);
    } catch (failure) {
      const { phone, purpose, verificationId } = message;
      const reason = failureReason(failure);
      try {
        // Without a definite no the message may have gone out, and be billed: its price stays spent (rule R20).
        const refused = failure instanceof MessageRefusedError || failure instanceof DestinationInvalidError;
        const unsent = refused ? admission : { ...admission, spent: undefined };
        await Promise.all([storage.cancel(send), defence.release(unsent)]);
      } finally {
        // Also when nothing could be taken back: the caller then hears of the storage, and nobody of the gateway.
        events.emit({ type: 'send_failed', phone, purpose, verificationId, reason });
      }
      if (failure instanceof DestinationInvalidError) throw new PhoneNotSupportedError();
      throw new GatewayUnavailableError({ cause: new Error(reason) });
    }
  }
}

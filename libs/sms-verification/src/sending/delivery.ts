import { Logger } from '@nestjs/common';
import { failureReason } from '../gateway/failure-reason';
import { DestinationInvalidError } from '../gateway/gateway-errors';
import { handOver } from '../gateway/hand-over';
import type { SmsGateway, SmsMessage, SmsReceipt } from '../gateway/sms.gateway';
import type { MessageFormat } from '../message/message-format';
import type { PhoneNumber } from '../phone/phone-number';
import { GatewayUnavailableError, PhoneNotSupportedError } from '../sms-verification.errors';
import type { SmsVerificationEvents } from '../sms-verification.events';
import type { ResolvedSmsVerificationOptions } from '../sms-verification.options';
import type { CancelRequest, SmsCodeStorage } from '../storage/sms-code.storage';

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

/** Hands reserved messages over, and takes the reservation back when no gateway accepts one (rule R6). */
export class Delivery {
  private readonly logger = new Logger(Delivery.name);

  constructor(
    private readonly options: Pick<ResolvedSmsVerificationOptions, 'texts' | 'gatewayTimeoutMs'>,
    private readonly storage: SmsCodeStorage,
    private readonly gateway: SmsGateway,
    private readonly events: SmsVerificationEvents,
  ) {}

  /**
   * @throws PhoneNotSupportedError when the gateway says that this number gets no message
   * @throws GatewayUnavailableError when the message was not accepted
   * @throws StorageUnavailableError when it was not, and the reservation could not be taken back
   */
  async deliver(phone: PhoneNumber, send: CancelRequest, content: Content): Promise<void> {
    const { purpose, verificationId, kind } = send;
    const { messageId, gateway = 'default' } = await this.handOver(phone, send, content);
    const resend = kind === 'resend';
    this.events.emit({ type: 'sent', phone, purpose, verificationId, gateway, messageId, resend });
    // The message is on its way whatever becomes of this note; without it, its delivery stays unknown.
    await this.storage.recordSent({ ...send, gateway, messageId }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn(`a message was sent, but not recorded: ${reason}`);
    });
  }

  private async handOver(phone: PhoneNumber, send: CancelRequest, content: Content): Promise<SmsReceipt> {
    const { purpose, verificationId } = send;
    const { code, failedGateway, ...words } = content;
    const { text } = this.options.texts.render({ ...words, code, purpose });
    const avoided = failedGateway === '' ? {} : { failedGateway };
    const message: SmsMessage = { phone, purpose, verificationId, code, text, ...avoided };
    try {
      return await handOver(this.gateway, message, this.options.gatewayTimeoutMs);
    } catch (failure) {
      const reason = failureReason(failure);
      try {
        await this.storage.cancel(send);
      } finally {
        // Also when nothing could be taken back: the caller then hears of the storage, and nobody of the gateway.
        this.events.emit({ type: 'send_failed', phone, purpose, verificationId, reason });
      }
      if (failure instanceof DestinationInvalidError) throw new PhoneNotSupportedError();
      throw new GatewayUnavailableError({ cause: new Error(reason) });
    }
  }
}

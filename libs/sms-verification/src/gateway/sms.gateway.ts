import type { PhoneNumber } from '../phone/phone-number';

/** One message to carry. */
export interface SmsMessage {
  readonly phone: PhoneNumber;
  readonly purpose: string;
  /** The verification that the message belongs to. */
  readonly verificationId: string;
  /** The code alone, for gateways that fill in a template of their own. */
  readonly code: string;
  /** The whole text, as the person is to read it. */
  readonly text: string;
}

/** What a gateway answers when it has taken a message. */
export interface SmsReceipt {
  /** The gateway's own name for the message. */
  readonly messageId: string;
}

/**
 * Carries messages. An abstract class, so that it is its own injection token.
 *
 * The contract: resolve when, and only when, the gateway has accepted the message; reject when it has not.
 * A gateway that rejects makes the service take the verification back, so the code it was given dies.
 */
export abstract class SmsGateway {
  /**
   * @param message what to carry
   * @param signal aborts when the service no longer waits: stop then if you still can
   */
  abstract send(message: SmsMessage, signal: AbortSignal): Promise<SmsReceipt>;
}

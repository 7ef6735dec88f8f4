import type { PhoneNumber } from '../phone/phone-number';
import type { DeliveryReport, WebhookRequest } from './delivery-report';

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
  /** A gateway whose message was reported undelivered: better take another one, where there is one. */
  readonly failedGateway?: string;
}

/** What a gateway answers when it has taken a message. */
export interface SmsReceipt {
  /** The gateway's own name for the message. */
  readonly messageId: string;
  /** Which gateway took it, where one stands for several. */
  readonly gateway?: string;
}

/**
 * Carries messages. An abstract class, so that it is its own injection token.
 *
 * The contract: resolve when, and only when, the gateway has accepted the message. Reject with one of the errors
 * of gateway-errors.ts when it has not; anything else that is thrown counts as an unknown outcome. When no
 * gateway accepts, the service takes the verification back, and the code it was given dies.
 */
export abstract class SmsGateway {
  /**
   * @param message what to carry
   * @param signal aborts when the service no longer waits: stop then if you still can
   * @param mayCostAgain for a gateway that stands for several: to be asked after an outcome that stayed unknown,
   *   before another of them gets the message. Takes the price of one more message; `false` when there is no money
   *   for it, and then nobody else may get it.
   * @throws MessageRefusedError, DestinationInvalidError, OutcomeUnknownError
   */
  abstract send(
    message: SmsMessage,
    signal: AbortSignal,
    mayCostAgain?: () => Promise<boolean>,
  ): Promise<SmsReceipt>;

  /**
   * Reads the reports in a request to this gateway's webhook. Absent where the provider reports otherwise or
   * not at all.
   *
   * @throws WebhookForgedError when the request is not the provider's
   */
  readWebhook?(request: WebhookRequest): readonly DeliveryReport[];

  /** Hands over each report that comes by another way than a webhook, such as SMPP's deliver_sm. */
  onReport?(listener: (report: DeliveryReport) => void): void;

  /** Ends connections that the gateway holds; messages already handed over are finished first. */
  close?(): Promise<void>;
}

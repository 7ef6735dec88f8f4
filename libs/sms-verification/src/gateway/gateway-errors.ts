/**
 * What became of a message that a gateway did not accept. The difference decides what may be done next, so an
 * adapter throws one of these three; anything else that it throws counts as {@link OutcomeUnknownError}.
 */
export abstract class SmsGatewayError extends Error {
  abstract readonly outcome: 'refused' | 'destination_invalid' | 'unknown';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The gateway certainly did not take the message: it said so, or was never reached. Another one may be tried. */
export class MessageRefusedError extends SmsGatewayError {
  readonly outcome = 'refused';
}

/** The gateway says that this number can get no message. No other gateway is tried. */
export class DestinationInvalidError extends SmsGatewayError {
  readonly outcome = 'destination_invalid';
}

/**
 * The request left and no answer came: the message may be on its way. Another gateway may be tried (a second
 * message brings the same code), this one must not be.
 */
export class OutcomeUnknownError extends SmsGatewayError {
  readonly outcome = 'unknown';
}

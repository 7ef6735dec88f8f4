/** One member of a request that was refused, and why, in words for the person who sent it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/**
 * The base of everything this library throws on purpose. Knows nothing of HTTP: `code` is the stable
 * name that a transport maps to its own statuses. Switch over {@link AnyVerificationError} to let the
 * compiler find the case you forgot.
 */
export abstract class VerificationError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    // A refusal is an answer and no fault: where it was made helps nobody, and the stack that would tell costs more
    // than what was refused. A cause keeps its own.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = new.target.name;
  }
}

/** An error that goes away by itself: `retryAfterMs` is how long the caller must wait, in milliseconds. */
export abstract class RetryableVerificationError extends VerificationError {
  constructor(
    message: string,
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The request lacks something that this configuration needs. */
export class InvalidRequestError extends VerificationError {
  readonly code = 'invalid_request';

  constructor(readonly errors: readonly FieldError[]) {
    super('The request is not valid.');
  }
}

/** Not a number that exists in its region's numbering plan. */
export class PhoneInvalidError extends VerificationError {
  readonly code = 'phone_invalid';

  constructor() {
    super('This is not a valid phone number. Write it with its country code, such as +14155550100.');
  }
}

/** A number that exists but gets no SMS: landline, premium rate, shared cost, and the like. */
export class PhoneNotSupportedError extends VerificationError {
  readonly code = 'phone_not_supported';

  constructor() {
    super('This kind of phone number cannot receive SMS codes. Use a mobile number.');
  }
}

/** The purpose is not one of those configured. */
export class PurposeUnknownError extends VerificationError {
  readonly code = 'purpose_unknown';

  constructor() {
    super('This purpose is not known to the service.');
  }
}

/** The wait before the next send of this phone and purpose has not passed (rule R5). */
export class CooldownError extends RetryableVerificationError {
  readonly code = 'cooldown';

  constructor(retryAfterMs: number) {
    super('A code was sent a moment ago. Wait before asking for another one.', retryAfterMs);
  }
}

/** The phone has had all the messages that its quota allows. */
export class QuotaExceededError extends RetryableVerificationError {
  readonly code = 'quota_exceeded';

  constructor(
    retryAfterMs: number,
    /** Sends allowed in the window. */
    readonly limit: number,
    /** Length of the window in milliseconds. */
    readonly windowMs: number,
  ) {
    super('This phone number has been sent too many codes. Try again later.', retryAfterMs);
  }
}

/** Wrong, expired, used or never sent: deliberately one answer for all four. */
export class CodeInvalidError extends VerificationError {
  readonly code = 'code_invalid';

  constructor(
    /** Guesses left; known only to whoever holds the id of a live verification. */
    readonly attemptsRemaining?: number,
  ) {
    super('This code is not valid. Check the digits, or ask for a new code.');
  }
}

/** The verification has no attempts left, or the phone waits because of its failure count (rule R4). */
export class AttemptsExhaustedError extends RetryableVerificationError {
  readonly code = 'attempts_exhausted';

  constructor(retryAfterMs: number) {
    super('Too many wrong codes. Ask for a new code when the wait is over.', retryAfterMs);
  }
}

/** The proof is unknown, spent, expired, or was made for another purpose. */
export class ProofInvalidError extends VerificationError {
  readonly code = 'proof_invalid';

  constructor() {
    super('This proof of phone verification is not valid. Verify the phone number again.');
  }
}

/** The country of the number is not one that messages are sent to. */
export class RegionNotAllowedError extends VerificationError {
  readonly code = 'region_not_allowed';

  constructor() {
    super('Codes are not sent to phone numbers of this country.');
  }
}

/** The abuse defence asks for a proof of being human before a message is sent (rule R20). */
export class ChallengeRequiredError extends VerificationError {
  readonly code = 'challenge_required';

  /** @param kind how: the kind of the configured challenge, such as `altcha` */
  constructor(readonly kind: string) {
    super('Solve the challenge first, and send its answer along.');
  }
}

/** The abuse defence, or the budget, sends nothing to this range or country now (rule R20). */
export class SendingPausedError extends VerificationError {
  readonly code = 'sending_paused';

  /** @param retryAfterMs until it may be sent to again; absent when nobody knows, or it never is */
  constructor(readonly retryAfterMs?: number) {
    super('Sending to this range of numbers is paused. Try again later, or verify in another way.');
  }
}

/** The service that judges challenges could not be asked; nothing was sent. */
export class ChallengeUnavailableError extends RetryableVerificationError {
  readonly code = 'challenge_unavailable';

  constructor(options?: ErrorOptions) {
    super(
      'The challenge could not be checked, and its answer may be used up. Get a new challenge, and send its answer.',
      1_000,
      options,
    );
  }
}

/** No verification with this id is remembered for this phone and purpose. */
export class VerificationNotFoundError extends VerificationError {
  readonly code = 'verification_not_found';

  constructor() {
    super('No verification with this id is known for this phone number and purpose.');
  }
}

/** No gateway accepted the message; the code, the cooldown and the quota were given back (rule R6). */
export class GatewayUnavailableError extends RetryableVerificationError {
  readonly code = 'gateway_unavailable';

  constructor(options?: ErrorOptions) {
    super('The message could not be sent. Nothing was used up: try again.', 1_000, options);
  }
}

/** The idempotency key belongs to another request, or its first request is not answered yet (rule R11). */
export class IdempotencyConflictError extends VerificationError {
  readonly code = 'idempotency_conflict';

  /** @param retryAfterMs until the first request is settled; absent when the key belongs to another request */
  constructor(readonly retryAfterMs?: number) {
    super(
      retryAfterMs === undefined
        ? 'This idempotency key was used with another request. Use a new key for a new request.'
        : 'The first request with this idempotency key is still being answered. Repeat it in a moment.',
    );
  }
}

/** The storage did not answer, or answered with an error: nothing was accepted (rule R17). */
export class StorageUnavailableError extends RetryableVerificationError {
  readonly code = 'storage_unavailable';

  constructor(options?: ErrorOptions) {
    super('The service cannot reach its storage at the moment. Try again shortly.', 1_000, options);
  }
}

/** Every error of this library: a closed union, so that a `switch` over `code` is checked for completeness. */
export type AnyVerificationError =
  | InvalidRequestError
  | PhoneInvalidError
  | PhoneNotSupportedError
  | PurposeUnknownError
  | CooldownError
  | QuotaExceededError
  | CodeInvalidError
  | AttemptsExhaustedError
  | ProofInvalidError
  | VerificationNotFoundError
  | GatewayUnavailableError
  | RegionNotAllowedError
  | ChallengeRequiredError
  | SendingPausedError
  | ChallengeUnavailableError
  | IdempotencyConflictError
  | StorageUnavailableError;

/** The stable names of the errors. */
export type VerificationErrorCode = AnyVerificationError['code'];

/** Narrows anything caught to the closed union. */
export function isVerificationError(error: unknown): error is AnyVerificationError {
  return error instanceof VerificationError;
}

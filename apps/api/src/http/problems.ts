import type { VerificationErrorCode } from '@app/sms-verification';

/** The codes of refusals that come from HTTP itself and not from the library. */
export type HttpProblemCode =
  | 'rate_limited'
  | 'webhook_forged'
  | 'not_found'
  | 'request_timeout'
  | 'unsupported_media_type'
  | 'body_too_large'
  | 'headers_too_large'
  | 'not_ready'
  | 'internal_error';

export type ProblemCode = VerificationErrorCode | HttpProblemCode;

export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What the person who meets it can do. */
  readonly remedy: string;
}

/** Every refusal this application can give. Exhaustive: a code without a line here does not compile. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemType>> = {
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    remedy: 'Correct the members named in "errors" and send the request again.',
  },
  purpose_unknown: {
    status: 400,
    title: 'Unknown purpose',
    remedy: 'Use one of the purposes that the service is configured with.',
  },
  code_invalid: {
    status: 400,
    title: 'The code is not valid',
    remedy: 'Check the digits of the newest message, or ask for a new code.',
  },
  proof_invalid: {
    status: 401,
    title: 'The proof is not valid',
    remedy: 'Verify the phone number again; a proof is good once, for one purpose, for a few minutes.',
  },
  webhook_forged: {
    status: 403,
    title: 'The delivery report is not genuine',
    remedy: 'Sign it with the secret that this application was given for the gateway.',
  },
  region_not_allowed: {
    status: 403,
    title: 'Not in this country',
    remedy: 'Use a phone number of another country, or verify in another way.',
  },
  challenge_required: {
    status: 403,
    title: 'A challenge has to be solved first',
    remedy:
      'Get a challenge from /auth/sms/challenge, solve it, and send again with its answer as "challenge".',
  },
  sending_paused: {
    status: 429,
    title: 'Sending is paused',
    remedy: 'Wait as long as Retry-After says, if it is there, or verify in another way.',
  },
  challenge_unavailable: {
    status: 503,
    title: 'The challenge cannot be checked',
    remedy: 'In a moment, get a new challenge from /auth/sms/challenge and send again with its answer.',
  },
  not_found: { status: 404, title: 'Not found', remedy: 'Check the path and the method.' },
  verification_not_found: {
    status: 404,
    title: 'No such verification',
    remedy: 'Send a new code; outcomes are remembered for a few minutes only.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long',
    remedy: 'Send the whole request within 15 seconds.',
  },
  body_too_large: { status: 413, title: 'The body is too large', remedy: 'Send at most 4 KiB.' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    remedy: 'Send JSON, with the header Content-Type: application/json.',
  },
  idempotency_conflict: {
    status: 422,
    title: 'The idempotency key is taken',
    remedy: 'Told to wait (409): repeat the same request then. Otherwise: use a new key for a new request.',
  },
  phone_invalid: {
    status: 422,
    title: 'The phone number is not valid',
    remedy: 'Write it in full with its country code, such as +14155550100, or give its region.',
  },
  phone_not_supported: {
    status: 422,
    title: 'The phone number cannot receive SMS',
    remedy: 'Use a mobile number.',
  },
  cooldown: {
    status: 429,
    title: 'A code was just sent',
    remedy: 'Wait for the message; after "retryAfter" seconds a new code can be sent.',
  },
  quota_exceeded: {
    status: 429,
    title: 'Too many codes for this phone number',
    remedy: 'Try again after "retryAfter" seconds.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    remedy: 'Try again after "retryAfter" seconds.',
  },
  attempts_exhausted: {
    status: 429,
    title: 'Too many wrong codes',
    remedy: 'Ask for a new code after "retryAfter" seconds.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    remedy: 'Send fewer or shorter headers.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong',
    remedy: 'This is a fault of the service. Try again; if it stays, tell its operator.',
  },
  gateway_unavailable: {
    status: 503,
    title: 'The message could not be sent',
    remedy: 'Nothing was used up: try again after "retryAfter" seconds.',
  },
  storage_unavailable: {
    status: 503,
    title: 'The service is briefly unavailable',
    remedy: 'Try again after "retryAfter" seconds.',
  },
  not_ready: {
    status: 503,
    title: 'Not ready',
    remedy: 'Send requests to another instance until this one is ready.',
  },
};

/** An RFC 9457 problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly [member: string]: unknown;
}

/** Builds a problem document; `type` leads to a page of this application that explains it. */
export function problem(
  code: ProblemCode,
  detail: string,
  members: Readonly<Record<string, unknown>> = {},
): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail, code, ...members };
}

/** Milliseconds as HTTP gives them: whole seconds, rounded up, so that waiting as told is always enough. */
export function wholeSeconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

import { HttpException, ServiceUnavailableException } from '@nestjs/common';
import {
  isVerificationError,
  WebhookForgedError,
  type AnyVerificationError,
  type IdempotencyConflictError,
} from '@app/sms-verification';
import { problem, wholeSeconds, type Problem } from './problems';
import { RateLimitedError } from './rate-limited.error';

/** Turns anything thrown into the problem document that answers it. */
export function errorToProblem(error: unknown): Problem {
  if (isVerificationError(error) && error.code === 'idempotency_conflict') return idempotencyConflict(error);
  if (isVerificationError(error)) return problem(error.code, error.message, membersOf(error));
  if (error instanceof RateLimitedError) {
    return problem('rate_limited', error.message, { retryAfter: wholeSeconds(error.retryAfterMs) });
  }
  if (error instanceof ServiceUnavailableException) return notReady(error);
  if (error instanceof WebhookForgedError)
    return problem('webhook_forged', 'The signature is missing or wrong.');
  switch (statusOf(error)) {
    case 400:
      return problem('invalid_request', 'The body is not valid JSON.', {
        errors: [{ field: '', message: 'must be one JSON object, no member twice, nested at most 8 deep' }],
      });
    case 404:
      return problem('not_found', 'There is nothing at this path for this method.');
    case 413:
      return problem('body_too_large', 'The body is larger than 4 KiB.');
    case 415:
      return problem('unsupported_media_type', 'The body must be sent as application/json.');
    default:
      return problem('internal_error', 'The request could not be completed.');
  }
}

/** One code with two statuses (draft-ietf-httpapi-idempotency-key-header): 422, and 409 while the first one runs. */
function idempotencyConflict({ message, retryAfterMs }: IdempotencyConflictError): Problem {
  const conflict = problem('idempotency_conflict', message);
  if (retryAfterMs === undefined) return conflict;
  return { ...conflict, status: 409, retryAfter: wholeSeconds(retryAfterMs) };
}

/** What the health check throws when a part is down, with the parts' state (@nestjs/terminus). */
function notReady(error: ServiceUnavailableException): Problem {
  const response = error.getResponse();
  const parts = typeof response === 'object' && 'details' in response ? response.details : {};
  return problem('not_ready', 'A part that this instance needs does not answer.', { parts });
}

/** The members that each error adds to its document (RFC 9457 §3.2). */
function membersOf(error: AnyVerificationError): Readonly<Record<string, unknown>> {
  switch (error.code) {
    case 'invalid_request':
      return { errors: error.errors };
    case 'cooldown':
      return { retryAfter: wholeSeconds(error.retryAfterMs), resendIn: wholeSeconds(error.retryAfterMs) };
    case 'quota_exceeded':
      return {
        retryAfter: wholeSeconds(error.retryAfterMs),
        limit: error.limit,
        window: wholeSeconds(error.windowMs),
      };
    case 'code_invalid':
      return error.attemptsRemaining === undefined ? {} : { attemptsRemaining: error.attemptsRemaining };
    case 'attempts_exhausted':
    case 'gateway_unavailable':
    case 'storage_unavailable':
    case 'challenge_unavailable':
      return { retryAfter: wholeSeconds(error.retryAfterMs) };
    case 'sending_paused':
      return error.retryAfterMs === undefined ? {} : { retryAfter: wholeSeconds(error.retryAfterMs) };
    case 'idempotency_conflict':
    case 'phone_invalid':
    case 'phone_not_supported':
    case 'purpose_unknown':
    case 'proof_invalid':
    case 'verification_not_found':
    case 'region_not_allowed':
      return {};
    case 'challenge_required':
      return { challenge: error.kind };
  }
}

/** The status that Nest or Fastify gave an error of theirs; 500 for everything else. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode;
  return 500;
}

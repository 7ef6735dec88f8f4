import {
  BadRequestException,
  HttpException,
  NotFoundException,
  PayloadTooLargeException,
  ServiceUnavailableException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import {
  AttemptsExhaustedError,
  CodeInvalidError,
  CooldownError,
  GatewayUnavailableError,
  IdempotencyConflictError,
  InvalidRequestError,
  PhoneInvalidError,
  PhoneNotSupportedError,
  ProofInvalidError,
  PurposeUnknownError,
  QuotaExceededError,
  RegionNotAllowedError,
  ChallengeRequiredError,
  SendingPausedError,
  ChallengeUnavailableError,
  StorageUnavailableError,
  VerificationNotFoundError,
  WebhookForgedError,
  type AnyVerificationError,
  type VerificationErrorCode,
} from '@app/sms-verification';
import { errorToProblem } from './error-to-problem';
import { PROBLEMS } from './problems';
import { RateLimitedError } from './rate-limited.error';

/** One error of each kind and the members that it adds. Exhaustive: a new kind without a line does not compile. */
const ERRORS: Record<VerificationErrorCode, [AnyVerificationError, Record<string, unknown>]> = {
  invalid_request: [
    new InvalidRequestError([{ field: 'phone', message: 'must be a phone number' }]),
    { errors: [{ field: 'phone', message: 'must be a phone number' }] },
  ],
  phone_invalid: [new PhoneInvalidError(), {}],
  phone_not_supported: [new PhoneNotSupportedError(), {}],
  purpose_unknown: [new PurposeUnknownError(), {}],
  cooldown: [new CooldownError(59_001), { retryAfter: 60, resendIn: 60 }],
  region_not_allowed: [new RegionNotAllowedError(), {}],
  challenge_required: [new ChallengeRequiredError('altcha'), { challenge: 'altcha' }],
  sending_paused: [new SendingPausedError(3_600_000), { retryAfter: 3_600 }],
  challenge_unavailable: [new ChallengeUnavailableError(), { retryAfter: 1 }],
  quota_exceeded: [new QuotaExceededError(1, 5, 3_600_000), { retryAfter: 1, limit: 5, window: 3_600 }],
  code_invalid: [new CodeInvalidError(0), { attemptsRemaining: 0 }],
  attempts_exhausted: [new AttemptsExhaustedError(60_000), { retryAfter: 60 }],
  proof_invalid: [new ProofInvalidError(), {}],
  verification_not_found: [new VerificationNotFoundError(), {}],
  gateway_unavailable: [new GatewayUnavailableError(), { retryAfter: 1 }],
  idempotency_conflict: [new IdempotencyConflictError(), {}],
  storage_unavailable: [new StorageUnavailableError(), { retryAfter: 1 }],
};

const SECRET = 'redis://:hunter2@10.0.0.5 refused +14155550100';

const withStatus = (statusCode: unknown): Error => Object.assign(new Error(SECRET), { statusCode });

describe(errorToProblem.name, () => {
  it.each(Object.entries(ERRORS))(
    'answers %s with its row of the table and its own members',
    (code, [error, members]) => {
      const { status, title } = PROBLEMS[error.code];

      expect(error.code).toBe(code);
      expect(errorToProblem(error)).toEqual({
        type: `/problems/${code}`,
        title,
        status,
        detail: error.message,
        code,
        ...members,
      });
    },
  );

  it('tells no wait of a pause whose end nobody knows', () => {
    expect(errorToProblem(new SendingPausedError())).not.toHaveProperty('retryAfter');
  });

  it('tells a stranger nothing of attempts', () => {
    expect(errorToProblem(new CodeInvalidError())).not.toHaveProperty('attemptsRemaining');
  });

  it('never shows the cause of an error [ASVS 16.5.1]', () => {
    const cause = new Error(SECRET);
    for (const error of [new StorageUnavailableError({ cause }), new GatewayUnavailableError({ cause })]) {
      expect(JSON.stringify(errorToProblem(error))).not.toMatch(/hunter2|4155550100/);
    }
  });

  it('answers a client that made too many requests', () => {
    expect(errorToProblem(new RateLimitedError(1_500))).toMatchObject({
      code: 'rate_limited',
      status: 429,
      retryAfter: 2,
    });
  });

  it.each([
    ['Nest', new BadRequestException(SECRET), 'invalid_request', 400],
    ['Nest', new NotFoundException(SECRET), 'not_found', 404],
    ['Nest', new PayloadTooLargeException(SECRET), 'body_too_large', 413],
    ['Nest', new UnsupportedMediaTypeException(SECRET), 'unsupported_media_type', 415],
    ['Fastify', withStatus(400), 'invalid_request', 400],
    ['Fastify', withStatus(404), 'not_found', 404],
    ['Fastify', withStatus(413), 'body_too_large', 413],
    ['Fastify', withStatus(415), 'unsupported_media_type', 415],
  ])('answers what %s refuses, in words of its own: %s', (_whose, error, code, status) => {
    const answer = errorToProblem(error);

    expect(answer).toMatchObject({ code, status });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  it('shows which part is down when the instance is not ready', () => {
    const details = { storage: { status: 'down' } };

    expect(errorToProblem(new ServiceUnavailableException({ status: 'error', details }))).toMatchObject({
      code: 'not_ready',
      status: 503,
      parts: details,
    });
    expect(errorToProblem(new ServiceUnavailableException(SECRET))).toMatchObject({
      code: 'not_ready',
      parts: {},
    });
  });

  it.each([
    ['an error', new Error(SECRET)],
    ['an error of the language', new TypeError(SECRET)],
    [
      'an error with a code like ours',
      Object.assign(new Error(SECRET), { code: 'cooldown', retryAfterMs: 1 }),
    ],
    ['an error with a status that has no row', withStatus(418)],
    ['an error with a status that is no number', withStatus('404')],
    ['an exception with a status that has no row', new HttpException(SECRET, 418)],
    ['an object that is no error', { statusCode: 404, message: SECRET }],
    ['a text', SECRET],
    ['null', null],
    ['undefined', undefined],
  ])('answers %s that it does not know with 500, and reveals nothing of it [ASVS 16.5.1]', (_what, error) => {
    const { title, status } = PROBLEMS.internal_error;

    expect(errorToProblem(error)).toEqual({
      type: '/problems/internal_error',
      title,
      status,
      detail: 'The request could not be completed.',
      code: 'internal_error',
    });
  });

  it('answers 409 and a wait while the first request with an idempotency key runs', () => {
    expect(errorToProblem(new IdempotencyConflictError(1_001))).toMatchObject({
      code: 'idempotency_conflict',
      status: 409,
      retryAfter: 2,
    });
  });

  it('answers a forged delivery report with 403', () => {
    expect(errorToProblem(new WebhookForgedError())).toMatchObject({ code: 'webhook_forged', status: 403 });
  });
});

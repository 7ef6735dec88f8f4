import { PROBLEMS, type ProblemCode } from '../src/http/problems';
import { wholeNumber, type Schema } from './schemas';

/** A refusal as routes name it: by its code, or the one code that has a second status while the first request runs. */
export type Refusal = ProblemCode | 'idempotency_running';

interface Variant {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string;
  /** The members that it adds to the five which all have, with an example of each. */
  readonly members?: Readonly<Record<string, readonly [schema: Schema, example: unknown]>>;
  /** Members that are not always there. */
  readonly optional?: readonly string[];
}

const RETRY_AFTER: Schema = wholeNumber('Seconds until it is worth another try, as in `Retry-After`.', 1);
const FIELD_ERRORS: Schema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['field', 'message'],
    additionalProperties: false,
    properties: {
      field: { type: 'string', description: 'The member or header that is wrong; empty for the whole body.' },
      message: { type: 'string' },
    },
  },
};

/** What `problems.ts` leaves open: the details that are said, and the members that are added. */
const TOLD: Readonly<Record<ProblemCode, Omit<Variant, 'code' | 'status'>>> = {
  invalid_request: {
    detail: 'The request is not valid.',
    members: {
      errors: [FIELD_ERRORS, [{ field: 'phone', message: 'must be a phone number, such as +14155550100' }]],
    },
  },
  purpose_unknown: { detail: 'This purpose is not known to the service.' },
  code_invalid: {
    detail: 'This code is not valid. Check the digits, or ask for a new code.',
    members: { attemptsRemaining: [wholeNumber('Guesses left, told to the holder of the id alone.'), 4] },
    optional: ['attemptsRemaining'],
  },
  proof_invalid: {
    detail: 'This proof of phone verification is not valid. Verify the phone number again.',
  },
  webhook_forged: { detail: 'The signature is missing or wrong.' },
  region_not_allowed: { detail: 'Codes are not sent to phone numbers of this country.' },
  challenge_required: {
    detail: 'Solve the challenge first, and send its answer along.',
    members: { challenge: [{ type: 'string', description: 'Its kind.' }, 'altcha'] },
  },
  sending_paused: {
    detail: 'Sending to this range of numbers is paused. Try again later, or verify in another way.',
    members: { retryAfter: [RETRY_AFTER, 3_600] },
    optional: ['retryAfter'],
  },
  challenge_unavailable: {
    detail:
      'The challenge could not be checked, and its answer may be used up. Get a new challenge, and send its answer.',
    members: { retryAfter: [RETRY_AFTER, 1] },
  },
  not_found: { detail: 'There is nothing at this path for this method.' },
  verification_not_found: {
    detail: 'No verification with this id is known for this phone number and purpose.',
  },
  request_timeout: { detail: 'The request did not arrive in time.' },
  body_too_large: { detail: 'The body is larger than 4 KiB.' },
  unsupported_media_type: { detail: 'The body must be sent as application/json.' },
  idempotency_conflict: {
    detail: 'This idempotency key was used with another request. Use a new key for a new request.',
  },
  phone_invalid: {
    detail: 'This is not a valid phone number. Write it with its country code, such as +14155550100.',
  },
  phone_not_supported: {
    detail: 'This kind of phone number cannot receive SMS codes. Use a mobile number.',
  },
  cooldown: {
    detail: 'A code was sent a moment ago. Wait before asking for another one.',
    members: {
      retryAfter: [RETRY_AFTER, 60],
      resendIn: [wholeNumber('Seconds until a code can be sent again.', 1), 60],
    },
  },
  quota_exceeded: {
    detail: 'This phone number has been sent too many codes. Try again later.',
    members: {
      retryAfter: [RETRY_AFTER, 3_600],
      limit: [wholeNumber('Sends allowed in the window.', 1), 5],
      window: [wholeNumber('The window, in seconds.', 1), 3_600],
    },
  },
  rate_limited: {
    detail: 'This client has sent too many requests. Wait before sending more.',
    members: { retryAfter: [RETRY_AFTER, 600] },
  },
  attempts_exhausted: {
    detail: 'Too many wrong codes. Ask for a new code when the wait is over.',
    members: { retryAfter: [RETRY_AFTER, 60] },
  },
  headers_too_large: { detail: 'The headers of the request are larger than 16 KiB.' },
  internal_error: { detail: 'The request could not be completed.' },
  gateway_unavailable: {
    detail: 'The message could not be sent. Nothing was used up: try again.',
    members: { retryAfter: [RETRY_AFTER, 1] },
  },
  storage_unavailable: {
    detail: 'The service cannot reach its storage at the moment. Try again shortly.',
    members: { retryAfter: [RETRY_AFTER, 1] },
  },
  not_ready: {
    detail: 'A part that this instance needs does not answer.',
    members: {
      parts: [
        {
          type: 'object',
          description: 'Each part by its name.',
          additionalProperties: {
            type: 'object',
            required: ['status'],
            properties: {
              status: { type: 'string', enum: ['up', 'down'] },
              problems: { type: 'array', items: { type: 'string' } },
            },
          },
        },
        { process: { status: 'up' }, storage: { status: 'down' }, gateways: { status: 'up' } },
      ],
    },
  },
};

const RUNNING: Variant = {
  code: 'idempotency_conflict',
  status: 409,
  detail: 'The first request with this idempotency key is still being answered. Repeat it in a moment.',
  members: { retryAfter: [RETRY_AFTER, 1] },
};

/** Every refusal there is. */
export const REFUSALS: readonly Refusal[] = [
  ...(Object.keys(PROBLEMS) as ProblemCode[]),
  'idempotency_running',
];

export function variantOf(refusal: Refusal): Variant {
  if (refusal === 'idempotency_running') return RUNNING;
  return { code: refusal, status: PROBLEMS[refusal].status, ...TOLD[refusal] };
}

/** The name of a refusal's schema: `CooldownProblem`. */
export function schemaName(refusal: Refusal): string {
  const words = refusal.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Problem`;
}

/** The document as it looks, with every member that it may have. */
export function problemExample(refusal: Refusal): Record<string, unknown> {
  const { code, status, detail, members = {} } = variantOf(refusal);
  const added = Object.entries(members).map(([name, [, value]]) => [name, value] as const);
  const { title } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail, code, ...Object.fromEntries(added) };
}

function problemSchema(refusal: Refusal): Schema {
  const { code, status, members = {}, optional = [] } = variantOf(refusal);
  const { title, remedy } = PROBLEMS[code];
  const added = Object.keys(members);
  return {
    type: 'object',
    description: remedy,
    required: [
      'type',
      'title',
      'status',
      'detail',
      'code',
      ...added.filter((name) => !optional.includes(name)),
    ],
    additionalProperties: false,
    properties: {
      type: { type: 'string', enum: [`/problems/${code}`] },
      title: { type: 'string', enum: [title] },
      status: { type: 'integer', enum: [status] },
      detail: { type: 'string' },
      code: { type: 'string', enum: [code] },
      ...Object.fromEntries(Object.entries(members).map(([name, [schema]]) => [name, schema])),
    },
    examples: [problemExample(refusal)],
  };
}

/** A schema for each refusal, with its example. */
export const PROBLEM_SCHEMAS: Readonly<Record<string, Schema>> = Object.fromEntries(
  REFUSALS.map((refusal) => [schemaName(refusal), problemSchema(refusal)]),
);

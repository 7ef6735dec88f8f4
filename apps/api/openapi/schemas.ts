import type { OpenAPIObject } from '@nestjs/swagger';
import { INBOX_BEHAVIOURS } from '@app/sms-gateways';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
export type Schema = Exclude<Schemas[string], { $ref: string }>;

export function wholeNumber(description: string, minimum = 0): Schema {
  return { type: 'integer', minimum, description };
}

/** An object that has these members, all of them unless told otherwise, and no others. */
function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', required, additionalProperties: false, properties };
}

const MASKED: Schema = { type: 'string', description: 'The phone, masked.', pattern: '^\\+[0-9]*•+[0-9]+$' };
const E164: Schema = { type: 'string', description: 'The phone in E.164.', pattern: '^\\+[0-9]{5,15}$' };
const PURPOSE: Schema = { type: 'string', description: 'The purpose asked for.' };
const EXPIRES_IN = wholeNumber('Seconds until it is good no more.');
const RESEND_IN = wholeNumber('Seconds until a code can be sent again.');
const INSTANT: Schema = { type: 'string', pattern: '^[0-9-]{10}T[0-9:.]{12}Z$' };
const token = (description: string): Schema =>
  object({ token: { type: 'string', description }, expiresIn: EXPIRES_IN });

const MESSAGE = object({
  id: { type: 'string' },
  phone: E164,
  purpose: PURPOSE,
  text: { type: 'string' },
  code: { type: 'string', pattern: '^[0-9]{6,10}$' },
  sentAt: INSTANT,
});

const PARTS: Schema = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    required: ['status'],
    properties: { status: { type: 'string', enum: ['up', 'down'] } },
  },
};

/** What routes answer when they do what they are asked. */
export const ANSWER_SCHEMAS = {
  SentVerification: object({
    verificationId: { type: 'string', pattern: '^[A-Za-z0-9_-]{22}$', description: 'Required by verify.' },
    phone: MASKED,
    purpose: PURPOSE,
    expiresIn: EXPIRES_IN,
    resendIn: RESEND_IN,
  }),
  VerifiedPhone: object({
    verified: { type: 'boolean', enum: [true] },
    phone: MASKED,
    purpose: PURPOSE,
    proof: token('Good once: for `redeem`, or for a route that takes it as `Verification-Proof`.'),
    recognition: token(
      'For this device to keep, and to send along: it is then counted apart from strangers.',
    ),
  }),
  RedeemedProof: object({ phone: E164, purpose: PURPOSE, verifiedAt: INSTANT }),
  VerificationStatus: object({
    state: { type: 'string', enum: ['pending', 'verified', 'expired', 'locked', 'cancelled'] },
    delivery: { type: 'string', enum: ['queued', 'sent', 'delivered', 'undelivered'] },
    expiresIn: EXPIRES_IN,
    resendIn: RESEND_IN,
    attemptsRemaining: wholeNumber('Guesses left.'),
  }),
  ChallengeOffer: {
    type: 'object',
    description: 'What the client needs to take the challenge; which members there are is up to its kind.',
    required: ['kind'],
    properties: { kind: { type: 'string', description: 'Such as `altcha`.' } },
    additionalProperties: true,
  },
  Health: object({ status: { type: 'string', enum: ['ok'] }, info: PARTS, error: PARTS, details: PARTS }),
  ProblemExplanation: object({
    code: { type: 'string' },
    status: { type: 'integer' },
    title: { type: 'string' },
    remedy: { type: 'string', description: 'What the person who meets it can do.' },
  }),
  InboxMessage: MESSAGE,
  InboxMessages: { type: 'array', items: { $ref: '#/components/schemas/InboxMessage' } },
  InboxBehaviour: object({ behaviour: { type: 'string', enum: [...INBOX_BEHAVIOURS] } }),
  ProtectedAnswer: object({ phone: MASKED }),
  OpenApiDocument: { type: 'object', required: ['openapi', 'info', 'paths'], additionalProperties: true },
} satisfies Readonly<Record<string, Schema>>;

export type AnswerName = keyof typeof ANSWER_SCHEMAS;

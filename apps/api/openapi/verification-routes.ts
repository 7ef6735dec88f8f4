import { AuthController } from '../src/auth/auth.controller';
import { ChallengeController } from '../src/challenge/challenge.controller';
import { describeRoutes } from './describe-routes';

const PHONE = '+14155550100';
const MASKED = '+1••••••0100';
const ID = 'uzo6CCDxylmuMbv1LwdUqg';
const PROOF =
  'wr9a4HFUsjDyxXCt.2tJ7bqR0Vx3mWcP1aZkYd8LfQe5NsHgUoTiB6rKvE4w.NbxciQ9MIHvPVYQTw5jb_pTCWrCXL-CHTtpdaDTsiKY';
const RECOGNITION = 'Xk1cT7pQ0vJd9sLm.wr9a4HFUsjDyxXCt.tl9q0w.Zk3Vb8Qm1Rf5Yt7Pn2Ls6Hd4Jg9Wc0Xa8Ke5Ui3Ob4L';

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  description:
    'Names the request, so that it can be repeated when its answer was lost: a repeat with the same key and body gets the first answer.',
  // With quotes, as draft-ietf-httpapi-idempotency-key-header has it, or without them.
  pattern: '^(?:"[!#-\\[\\]-~]{1,128}"|[!#-\\[\\]-~]{1,128})$',
};

/** What any body with a phone may meet, and what any request that is counted may. */
const OF_PHONES = ['phone_invalid', 'phone_not_supported'] as const;
const COUNTED = ['rate_limited', 'storage_unavailable'] as const;
const IDEMPOTENT = ['idempotency_conflict', 'idempotency_running'] as const;

export function describeVerification(): void {
  describeRoutes(AuthController, {
    send: {
      tag: 'Verification',
      summary: 'Send a code, or the same code again',
      description: 'With the `verificationId` of a live verification the same code is sent again.',
      headers: [
        {
          name: 'Accept-Language',
          description: 'Chooses the language of the message, unless `locale` does.',
        },
        IDEMPOTENCY_KEY,
      ],
      body: { name: 'SendRequest', example: { phone: PHONE, purpose: 'login' } },
      answer: {
        status: 202,
        description: 'A gateway has accepted the message.',
        schema: 'SentVerification',
        example: { verificationId: ID, phone: MASKED, purpose: 'login', expiresIn: 300, resendIn: 60 },
      },
      refusals: [
        'purpose_unknown',
        'region_not_allowed',
        'challenge_required',
        ...IDEMPOTENT,
        ...OF_PHONES,
        'cooldown',
        'quota_exceeded',
        'attempts_exhausted',
        'sending_paused',
        ...COUNTED,
        'challenge_unavailable',
        'gateway_unavailable',
      ],
      limited: true,
    },
    verify: {
      tag: 'Verification',
      summary: 'Trade a code for a proof',
      headers: [IDEMPOTENCY_KEY],
      body: {
        name: 'VerifyRequest',
        example: { phone: PHONE, purpose: 'login', code: '493027', verificationId: ID },
      },
      answer: {
        status: 200,
        description: 'The code was right, and is spent.',
        schema: 'VerifiedPhone',
        example: {
          verified: true,
          phone: MASKED,
          purpose: 'login',
          proof: { token: PROOF, expiresIn: 600 },
          recognition: { token: RECOGNITION, expiresIn: 7_776_000 },
        },
      },
      refusals: [
        'purpose_unknown',
        'code_invalid',
        ...IDEMPOTENT,
        ...OF_PHONES,
        'attempts_exhausted',
        ...COUNTED,
      ],
      limited: true,
    },
    status: {
      tag: 'Verification',
      summary: 'What became of a verification and its message',
      body: { name: 'StatusRequest', example: { phone: PHONE, purpose: 'login', verificationId: ID } },
      answer: {
        status: 200,
        description: 'Told to who holds the id.',
        schema: 'VerificationStatus',
        example: {
          state: 'pending',
          delivery: 'delivered',
          expiresIn: 300,
          resendIn: 60,
          attemptsRemaining: 5,
        },
      },
      refusals: ['purpose_unknown', 'verification_not_found', ...OF_PHONES, ...COUNTED],
      limited: true,
    },
    redeem: {
      tag: 'Verification',
      summary: 'Spend a proof, once',
      body: { name: 'RedeemRequest', example: { token: PROOF, purpose: 'login' } },
      answer: {
        status: 200,
        description: 'The phone that was verified, in clear: this route is for back ends.',
        schema: 'RedeemedProof',
        example: { phone: PHONE, purpose: 'login', verifiedAt: '2026-01-31T12:00:30.000Z' },
      },
      refusals: ['purpose_unknown', 'proof_invalid', ...COUNTED],
      limited: true,
    },
  });
  describeRoutes(ChallengeController, {
    offer: {
      tag: 'Verification',
      summary: 'Get the challenge that `challenge_required` asks for',
      body: { name: 'ChallengeRequest', example: { phone: PHONE } },
      answer: {
        status: 200,
        description: 'A challenge for this phone; its answer goes into `challenge` of send.',
        schema: 'ChallengeOffer',
        example: { kind: 'turnstile', siteKey: '1x00000000000000000000AA' },
      },
      refusals: ['not_found', ...OF_PHONES, ...COUNTED],
      limited: true,
    },
  });
}

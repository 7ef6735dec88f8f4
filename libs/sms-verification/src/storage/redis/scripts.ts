import type {
  CooldownState,
  IssueOutcome,
  RedeemOutcome,
  SendRefusal,
  StatusOutcome,
  VerifyOutcome,
} from '../sms-code.storage';
import type { LuaReply } from './lua-reply';
import { LuaScript } from './lua-script';

// The TypeScript side of each file in lua/. lua-headers.spec.ts compares the names with the files' headers.

export const issue = new LuaScript({
  name: 'issue',
  keys: ['record'],
  args: ['purpose', 'verificationId', 'digest', 'policy'],
  parse: (reply): IssueOutcome => {
    const outcome = reply.word('issued', 'refused');
    if (outcome === 'refused') {
      return { outcome, refusal: parseRefusal(reply, reply.word('cooldown', 'quota', 'failures')) };
    }
    return { outcome, issuedAt: reply.integer(), expiresAt: reply.integer(), resendInMs: reply.integer() };
  },
});

export const verifyAndRemove = new LuaScript({
  name: 'verify-and-remove',
  keys: ['record', 'proof'],
  args: [
    'purpose',
    'verificationId',
    'candidates',
    'sealedPhone',
    'proofLifetimeMs',
    'failureMemoryMs',
    'policy',
  ],
  parse: (reply): VerifyOutcome => {
    const outcome = reply.word('verified', 'wrong', 'exhausted', 'unknown');
    switch (outcome) {
      case 'verified':
        return { outcome, verifiedAt: reply.integer(), failuresBefore: reply.integer() };
      case 'wrong':
        return { outcome, attemptsRemaining: reply.integer(), failures: reply.integer() };
      case 'exhausted':
        return { outcome, retryInMs: reply.integer() };
      case 'unknown':
        return { outcome };
    }
  },
});

export const checkExistsAndGetTtl = new LuaScript({
  name: 'check-exists-and-get-ttl',
  keys: ['record'],
  args: ['purpose', 'policy'],
  parse: (reply): CooldownState => {
    const exists = reply.integer() === 1;
    const ttlMs = reply.integer();
    const reason = reply.word('none', 'cooldown', 'quota', 'failures');
    const refusal = reason === 'none' ? undefined : parseRefusal(reply, reason);
    return { exists, ttlMs, resendInMs: refusal?.waitMs ?? 0, refusal };
  },
});

export const cancel = new LuaScript({
  name: 'cancel',
  keys: ['record'],
  args: ['purpose', 'verificationId', 'policy'],
  parse: (reply): boolean => reply.word('cancelled', 'absent') === 'cancelled',
});

export const readStatus = new LuaScript({
  name: 'read-status',
  keys: ['record'],
  args: ['purpose', 'verificationId', 'policy'],
  parse: (reply): StatusOutcome => {
    const state = reply.word('pending', 'verified', 'expired', 'locked', 'unknown');
    if (state === 'unknown') return { outcome: state };
    return {
      outcome: 'found',
      state,
      attemptsRemaining: reply.integer(),
      expiresInMs: reply.integer(),
      resendInMs: reply.integer(),
    };
  },
});

export const redeemProof = new LuaScript({
  name: 'redeem-proof',
  keys: ['proof'],
  args: [],
  parse: (reply): RedeemOutcome => {
    const outcome = reply.word('redeemed', 'unknown');
    if (outcome === 'unknown') return { outcome };
    return { outcome, verifiedAt: reply.integer(), sealedPhone: reply.text() };
  },
});

export const reset = new LuaScript({
  name: 'reset',
  keys: ['record'],
  args: ['purpose', 'policy'],
  parse: (reply): void => {
    reply.word('reset');
  },
});

function parseRefusal(reply: LuaReply, reason: SendRefusal['reason']): SendRefusal {
  const waitMs = reply.integer();
  const limit = reply.integer();
  const windowMs = reply.integer();
  return reason === 'quota' ? { reason, waitMs, limit, windowMs } : { reason, waitMs };
}

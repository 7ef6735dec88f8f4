import type { VerificationPolicy } from '../../verification-policy';
import type {
  CooldownState,
  IssueOutcome,
  SendRefusal,
  StatusOutcome,
  VerifyOutcome,
} from '../sms-code.storage';
import type { LuaReply } from './lua-reply';
import { LuaScript, type LuaScriptSetting } from './lua-script';

// The TypeScript side of the files in lua/ that ask for a policy; scripts.ts has the others.

/** The scripts that a policy rules. Its numbers are put into their sources: see LuaScriptSetting. */
export type PolicyScripts = ReturnType<typeof policyScripts>;

/** @param fence whether what was issued under another mastership is gone (rule R19) */
export function policyScripts(
  { quotas, failureWaits, resend, ...policy }: VerificationPolicy,
  fence: boolean,
) {
  const numbers = {
    ...policy,
    quotas: quotas.map(({ limit, windowMs }) => ({ limit, windowMs })),
    failureWaits: failureWaits.map(({ failures, waitMs }) => ({ failures, waitMs })),
    resendsSame: resend === 'same' ? 1 : 0,
  };
  const setting: LuaScriptSetting = { tuning: { ...numbers, policy: numbers, fence: fence ? 1 : 0 } };
  return {
    issue: new LuaScript(
      {
        name: 'issue',
        keys: ['record', 'known'],
        args: [
          'purpose',
          'verificationId',
          'digest',
          'sealedCode',
          'resendOf',
          'idempotencyKey',
          'notAfter',
          'onlyRepeat',
        ],
        // The verification's id tells the call.
        repeatable: true,
        parse: (reply): IssueOutcome => {
          const outcome = reply.word('issued', 'resent', 'repeated', 'running', 'refused', 'stale', 'new');
          switch (outcome) {
            case 'issued':
              return {
                outcome,
                sentAt: reply.integer(),
                expiresAt: reply.integer(),
                resendInMs: reply.integer(),
                known: reply.integer() === 1,
              };
            case 'resent':
              return {
                outcome,
                sentAt: reply.integer(),
                expiresAt: reply.integer(),
                resendInMs: reply.integer(),
                digest: reply.text(),
                sealedCode: reply.text(),
                failedGateway: reply.text(),
                known: reply.integer() === 1,
              };
            case 'stale':
            case 'new':
              return { outcome };
            case 'repeated':
              return {
                outcome,
                verificationId: reply.text(),
                expiresAt: reply.integer(),
                expiresInMs: reply.integer(),
                resendInMs: reply.integer(),
              };
            case 'running':
              return { outcome, waitMs: reply.integer() };
            case 'refused':
              return { outcome, refusal: parseRefusal(reply, reply.word('cooldown', 'quota', 'failures')) };
          }
        },
      },
      setting,
    ),
    verifyAndRemove: new LuaScript(
      {
        name: 'verify-and-remove',
        keys: ['record', 'known'],
        args: ['field', 'failuresField', 'digests', 'call'],
        // The nonce tells the call.
        repeatable: true,
        parse: (reply): VerifyOutcome => {
          const lone = reply.lone();
          if (lone !== undefined) return loneOutcome(lone, policy.proofLifetimeMs);
          const outcome = reply.word('verified', 'wrong', 'exhausted', 'unknown', 'stale', 'new');
          switch (outcome) {
            case 'verified':
              return {
                outcome,
                verifiedAt: reply.integer(),
                failuresBefore: reply.integer(),
                proofExpiresInMs: reply.integer(),
                repeated: reply.integer() === 1,
                assessedAt: reply.integer(),
              };
            case 'wrong':
              return {
                outcome,
                attemptsRemaining: reply.integer(),
                failures: reply.integer(),
                repeated: reply.integer() === 1,
              };
            case 'exhausted':
              return { outcome, retryInMs: reply.integer() };
            case 'unknown':
            case 'stale':
            case 'new':
              return { outcome };
          }
        },
      },
      setting,
    ),
    checkExistsAndGetTtl: new LuaScript(
      {
        name: 'check-exists-and-get-ttl',
        keys: ['record', 'known'],
        args: ['purpose'],
        // Changes nothing.
        repeatable: true,
        parse: (reply): CooldownState => {
          const exists = reply.integer() === 1;
          const ttlMs = reply.integer();
          const known = reply.integer() === 1;
          const reason = reply.word('none', 'cooldown', 'quota', 'failures');
          const refusal = reason === 'none' ? undefined : parseRefusal(reply, reason);
          return { exists, ttlMs, known, resendInMs: refusal?.waitMs ?? 0, refusal };
        },
      },
      setting,
    ),
    cancel: new LuaScript(
      {
        name: 'cancel',
        keys: ['record'],
        args: ['purpose', 'verificationId', 'sentAt', 'kind', 'idempotencyKey'],
        // A second finds nothing left to take back.
        repeatable: true,
        parse: (reply): boolean => reply.word('cancelled', 'absent') === 'cancelled',
      },
      setting,
    ),
    readStatus: new LuaScript(
      {
        name: 'read-status',
        keys: ['record'],
        args: ['purpose', 'verificationId'],
        // Changes nothing.
        repeatable: true,
        parse: (reply): StatusOutcome => {
          const state = reply.word('pending', 'verified', 'expired', 'locked', 'unknown');
          if (state === 'unknown') return { outcome: state };
          return {
            outcome: 'found',
            state,
            attemptsRemaining: reply.integer(),
            expiresInMs: reply.integer(),
            resendInMs: reply.integer(),
            delivery: reply.word('queued', 'sent', 'delivered', 'undelivered'),
          };
        },
      },
      setting,
    ),
    reset: new LuaScript(
      {
        name: 'reset',
        keys: ['record'],
        args: ['purpose'],
        // Clears what is clear.
        repeatable: true,
        parse: (reply): void => {
          reply.word('reset');
        },
      },
      setting,
    ),
  };
}

function parseRefusal(reply: LuaReply, reason: SendRefusal['reason']): SendRefusal {
  const waitMs = reply.integer();
  const limit = reply.integer();
  const windowMs = reply.integer();
  return reason === 'quota' ? { reason, waitMs, limit, windowMs } : { reason, waitMs };
}

/** What verify-and-remove.lua means by an integer: a number of attempts, which are few, or a time, and the failures. */
function loneOutcome(lone: number, proofExpiresInMs: number): VerifyOutcome {
  const failures = lone % 256;
  const rest = (lone - failures) / 256;
  if (rest < 256) return { outcome: 'wrong', attemptsRemaining: rest, failures, repeated: false };
  return {
    outcome: 'verified',
    verifiedAt: rest,
    failuresBefore: failures,
    proofExpiresInMs,
    repeated: false,
    assessedAt: 0,
  };
}

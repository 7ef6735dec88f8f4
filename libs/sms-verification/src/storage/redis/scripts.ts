import type { RedeemOutcome } from '../sms-code.storage';
import { LuaScript } from './lua-script';

// The TypeScript side of the files in lua/ that no policy rules; policy-scripts.ts has the others. lua-headers.spec.ts
// compares the names with the files' headers. Beside `repeatable` stands why.

export const recordKnown = new LuaScript({
  name: 'record-known',
  keys: ['known'],
  args: [],
  // A second finds it noted.
  repeatable: true,
  parse: (reply): void => {
    reply.word('recorded');
  },
});

export const recordSent = new LuaScript({
  name: 'record-sent',
  keys: ['record'],
  args: ['purpose', 'verificationId', 'sentAt', 'gateway', 'idempotencyKey', 'assessedAt'],
  // What is noted already is noted again.
  repeatable: true,
  parse: (reply): void => {
    reply.word('recorded', 'absent');
  },
});

export const recordDelivery = new LuaScript({
  name: 'record-delivery',
  keys: ['record'],
  args: ['purpose', 'verificationId', 'sentAt', 'gateway', 'state'],
  // A second finds it noted; what its caller misses is that this was news.
  repeatable: true,
  parse: (reply): boolean => reply.word('recorded', 'unchanged') === 'recorded',
});

export const nameMessage = new LuaScript({
  name: 'name-message',
  keys: ['message'],
  args: ['owner', 'memoryMs'],
  // Names it the same; what may be missed is a report that came before the name.
  repeatable: true,
  parse: (reply): 'named' | 'delivered' | 'undelivered' => reply.word('named', 'delivered', 'undelivered'),
});

export const findMessage = new LuaScript({
  name: 'find-message',
  keys: ['message'],
  args: ['state', 'earlyMs'],
  // Finds the same, or notes the same report.
  repeatable: true,
  parse: (reply): string | undefined =>
    reply.word('found', 'unknown') === 'found' ? reply.text() : undefined,
});

export const claimIdempotencyKey = new LuaScript({
  name: 'claim-idempotency-key',
  keys: ['claim'],
  args: ['request', 'ttlMs'],
  // Binds the same key to the same request.
  repeatable: true,
  parse: (reply): boolean => reply.word('same', 'other') === 'same',
});

export const redeemProof = new LuaScript({
  name: 'redeem-proof',
  keys: ['record'],
  args: ['field', 'nonce', 'fence'],
  // The nonce tells the call.
  repeatable: true,
  parse: (reply): RedeemOutcome => {
    const outcome = reply.word('redeemed', 'unknown');
    if (outcome === 'unknown') return { outcome };
    return { outcome, verifiedAt: reply.integer() };
  },
});

export const spendChallenge = new LuaScript({
  name: 'spend-challenge',
  keys: ['challenge'],
  args: ['ttlMs', 'nonce'],
  // The nonce tells the call.
  repeatable: true,
  parse: (reply): boolean => reply.word('new', 'spent') === 'new',
});

export const proveWritable = new LuaScript({
  name: 'prove-writable',
  repeatable: true,
  keys: ['health'],
  args: [],
  parse: (reply): void => {
    reply.word('written');
  },
});

/** Asked of a server, not of a key. */
export const checkServer = new LuaScript({
  name: 'check-server',
  keys: [],
  args: [],
  // Changes nothing.
  repeatable: true,
  parse: (reply) => ({ mastership: reply.word('seen', 'hidden'), evictionPolicy: reply.text() }),
});

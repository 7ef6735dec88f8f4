import * as fc from 'fast-check';
import { MINUTE } from '../requester';
import type { Purpose } from './policies';

export interface OfSubject {
  /** Which of the sequence's phones. */
  readonly phone: 0 | 1;
  readonly purpose: Purpose;
}

interface OfVerification extends OfSubject {
  /** Which of the verifications issued to the subject: 0 is the newest, 1 the one before, and so on. */
  readonly back: number;
}

/** An idempotency key of the phone's client, if the request has any. */
export type Key = 'none' | 'key1' | 'key2';

export interface Issue extends OfSubject {
  readonly do: 'issue';
  /** Whether the newest verification of the subject is to be sent again. */
  readonly resend: boolean;
  /** What is said of a resend at once, if anything; `lost`, also of a first send: sent, but undelivered. */
  readonly then: 'nothing' | 'sent' | 'cancel' | 'lost';
  readonly key: Key;
  /** Whether it is to be answered only if it is a repeat. */
  readonly onlyRepeat: boolean;
  /** Sends at the same moment. */
  readonly times: number;
}

export interface Verify extends OfVerification {
  readonly do: 'verify';
  /** `rotated`: the right code, judged by an instance on which the code secret was rotated meanwhile. */
  readonly guess: 'right' | 'wrong' | 'rotated';
  readonly id: 'own' | 'none' | 'never issued' | 'of the other phone';
  readonly key: Key;
  /** Whether it is to be answered only if it is a repeat. */
  readonly onlyRepeat: boolean;
  /** Guesses at the same moment. */
  readonly times: number;
}

export interface Redeem extends OfSubject {
  readonly do: 'redeem';
  /** Proofs that a success made real, or all that were offered. */
  readonly of: 'success' | 'any guess';
  /** Which of them: 0 is the newest. */
  readonly back: number;
  readonly as: 'own purpose' | 'other purpose';
  /** Redemptions at the same moment. */
  readonly times: number;
}

export interface Report {
  readonly do: 'report';
  /** Which message: 0 is the newest; -1 the one that will be sent next. */
  readonly back: number;
  readonly state: 'delivered' | 'undelivered';
}

/** One thing that happens to both storages. Plain data, so that a counterexample prints as what it is. */
export type Command =
  | Issue
  | Verify
  | Redeem
  | (OfVerification & { readonly do: 'status' })
  /** `late`: of the send before the newest one, where there is any. */
  | (OfVerification & { readonly do: 'cancel' | 'sent'; readonly late: boolean })
  | Report
  | (OfSubject & { readonly do: 'check' | 'reset' })
  | { readonly do: 'pass'; readonly ms: number };

// One phone and one purpose get most of what happens, since only there limits are reached.
const subject = {
  phone: fc.constantFrom<OfSubject['phone'][]>(0, 0, 0, 0, 0, 1),
  purpose: fc.constantFrom<Purpose[]>('login', 'login', 'login', 'register'),
};
const back = fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 2);
const late = fc.boolean();

const key = fc.constantFrom<Key[]>('none', 'none', 'none', 'none', 'key1', 'key2');

const onlyRepeat = fc.constantFrom(false, false, false, false, false, true);

const issue: fc.Arbitrary<Issue> = fc.record({
  do: fc.constant('issue'),
  ...subject,
  resend: fc.boolean(),
  then: fc.constantFrom<Issue['then'][]>('nothing', 'nothing', 'sent', 'cancel', 'lost'),
  key,
  onlyRepeat,
  times: fc.constantFrom(1, 1, 1, 2),
});

const verify: fc.Arbitrary<Verify> = fc.record({
  do: fc.constant('verify'),
  ...subject,
  back,
  guess: fc.constantFrom<Verify['guess'][]>('right', 'wrong', 'wrong', 'wrong', 'wrong', 'rotated'),
  id: fc.oneof(
    { weight: 12, arbitrary: fc.constant('own' as const) },
    { weight: 5, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('never issued' as const, 'of the other phone' as const) },
  ),
  key,
  onlyRepeat,
  times: fc.constantFrom(1, 1, 2, 3),
});

const redeem: fc.Arbitrary<Redeem> = fc.record({
  do: fc.constant('redeem'),
  ...subject,
  of: fc.constantFrom<Redeem['of'][]>('success', 'success', 'success', 'any guess'),
  back: fc.constantFrom(0, 0, 0, 1),
  as: fc.constantFrom<Redeem['as'][]>('own purpose', 'own purpose', 'other purpose'),
  times: fc.constantFrom(1, 1, 2),
});

const report: fc.Arbitrary<Report> = fc.record({
  do: fc.constant('report'),
  back: fc.constantFrom(-1, 0, 0, 0, 0, 1, 2),
  state: fc.constantFrom<Report['state'][]>('delivered', 'undelivered', 'undelivered'),
});

/** Time passes by whole minutes: policies.ts says why. */
const pass = fc.record({
  do: fc.constant('pass'),
  ms: fc.constantFrom(1, 1, 1, 1, 1, 2, 2, 2, 3, 5, 11, 20).map((minutes) => minutes * MINUTE),
});

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 26, arbitrary: issue },
  { weight: 36, arbitrary: verify },
  { weight: 10, arbitrary: redeem },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('cancel'), ...subject, back, late }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('sent'), ...subject, back, late }) },
  { weight: 8, arbitrary: report },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('status'), ...subject, back }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('check'), ...subject }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset'), ...subject }) },
  { weight: 16, arbitrary: pass },
);

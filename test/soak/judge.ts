import { checkHistory, type Operation } from '../faults/findings';
import type { Guess, Redemption, Send, Story } from './story';

/** What a story can show to be broken. */
export type Breach =
  | 'accepted twice'
  | 'redeemed twice'
  | 'guessed too often'
  | 'success lost'
  | 'proof lost'
  | 'repeat answered otherwise'
  | 'message not handed over';

export interface Circumstances {
  readonly maxAttempts: number;
  /** Whether a master changed meanwhile: what it had issued is void then, and what it had counted may be lost. */
  readonly masterChanged: boolean;
}

/** Every promise that a story shows to be broken. Once is once, whatever failed; the rest holds while masters live. */
export function judge(story: Story, { maxAttempts, masterChanged }: Circumstances): Breach[] {
  const sends = story.filter((asked) => asked.kind === 'send');
  const guesses = story.filter((asked) => asked.kind === 'guess');
  const redemptions = story.filter((asked) => asked.kind === 'redemption');
  const codes = checkHistory(codeHistory(sends, guesses, maxAttempts));
  const proofs = checkHistory(proofHistory(guesses, redemptions));
  const breaches: [Breach, boolean][] = [
    ['accepted twice', codes.acceptedTwice.length > 0],
    ['redeemed twice', proofs.acceptedTwice.length > 0],
    ['guessed too often', acceptedAfterTooMany(guesses, maxAttempts)],
    ['message not handed over', sends.some(({ outcome, handedOver }) => outcome === 'ok' && !handedOver)],
  ];
  if (!masterChanged) {
    breaches.push(
      ['guessed too often', evaluatedTooMany(guesses, maxAttempts)],
      ['success lost', codes.refusedUnspent.length > 0],
      ['proof lost', proofs.refusedUnspent.length > 0],
      ['repeat answered otherwise', sends.some(answeredOtherwise) || guesses.some(provenOtherwise)],
    );
  }
  return [...new Set(breaches.filter(([, found]) => found).map(([breach]) => breach))];
}

/** The right guesses, as the judge of all runs wants them. One that may have come after the last attempt is left out. */
function codeHistory(
  sends: readonly Send[],
  guesses: readonly Guess[],
  maxAttempts: number,
): readonly Operation[] {
  const issues = sends.flatMap(({ start, end, outcome, verificationIds }) =>
    [...new Set(verificationIds)].map((code) => ({ kind: 'issue' as const, code, start, end, outcome })),
  );
  const rights = guesses.filter((guess) => {
    const before = guesses.filter(
      (other) => other !== guess && sameCode(other, guess) && other.start < guess.end,
    );
    return guess.right && (guess.outcome !== 'refused' || before.length < maxAttempts);
  });
  const verifies = rights.map(({ start, end, outcome, verificationId }) => ({
    ...{ kind: 'verify' as const, code: verificationId },
    ...{ start, end, outcome },
  }));
  return [...issues, ...verifies];
}

/** The proofs and their redemptions, in the same words. */
function proofHistory(guesses: readonly Guess[], redemptions: readonly Redemption[]): readonly Operation[] {
  const given = guesses.flatMap(({ start, end, outcome, tokens }) =>
    [...new Set(tokens)].map((code) => ({ kind: 'issue' as const, code, start, end, outcome })),
  );
  const redeemed = redemptions.map(({ start, end, outcome, token }) => ({
    ...{ kind: 'verify' as const, code: token },
    ...{ start, end, outcome },
  }));
  return [...given, ...redeemed];
}

/** Whether a code was accepted although as many guesses as are granted had been answered before. */
function acceptedAfterTooMany(guesses: readonly Guess[], maxAttempts: number): boolean {
  return guesses.some((accepted) => {
    if (!accepted.right || accepted.outcome !== 'ok') return false;
    const before = guesses.filter(
      (other) => sameCode(other, accepted) && other.evaluated && other.end < accepted.start,
    );
    return before.length >= maxAttempts;
  });
}

function evaluatedTooMany(guesses: readonly Guess[], maxAttempts: number): boolean {
  const counts = new Map<string, number>();
  for (const { verificationId, evaluated } of guesses) {
    if (evaluated) counts.set(verificationId, (counts.get(verificationId) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count > maxAttempts);
}

/** Of one key: another id, or a second message; of a resend: another code. */
function answeredOtherwise({ verificationIds, sentAgain, sameCode: same = true }: Send): boolean {
  return new Set(verificationIds).size > 1 || sentAgain || !same;
}

function provenOtherwise({ tokens }: Guess): boolean {
  return new Set(tokens).size > 1;
}

function sameCode(one: Guess, other: Guess): boolean {
  return one.verificationId === other.verificationId;
}

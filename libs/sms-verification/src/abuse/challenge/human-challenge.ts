import type { PhoneNumber } from '../../phone/phone-number';

/** What a client needs to take the challenge; `kind` names how, the rest is the kind's own. */
export interface ChallengeOffer {
  readonly kind: string;
  readonly [detail: string]: unknown;
}

/** The client that is asked to prove itself human. */
export interface ChallengeContext {
  readonly phone: PhoneNumber;
  /** The client's address, where the transport knows it. */
  readonly clientAddress?: string | undefined;
}

/**
 * Tells people from programs, or makes programs pay: a proof of work, or a service that watches (rule R20).
 * What a challenge is worth is its maker's to say; the guard behind it goes on watching what converts.
 */
export abstract class HumanChallenge {
  /** Stands in `403 challenge_required`, so that a client knows what to load. */
  abstract readonly kind: string;

  /** What a client needs to take the challenge. */
  abstract offer(context: ChallengeContext): Promise<ChallengeOffer>;

  /**
   * Tells whether the client's answer is right, for this phone, and new: an answer is good once.
   *
   * @param answer what the client sent, at most 2 KiB of text, unchecked
   * @throws ChallengeUnavailableError when the service that judges cannot be asked
   */
  abstract verify(answer: string, context: ChallengeContext): Promise<boolean>;
}

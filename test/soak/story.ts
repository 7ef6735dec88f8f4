import type { Outcome } from '../faults/findings';

/** One request as its sender saw it, its repeats with the same idempotency key included. Times are milliseconds. */
interface Asked {
  readonly start: number;
  readonly end: number;
  readonly outcome: Outcome;
}

export interface Send extends Asked {
  readonly kind: 'send';
  /** What the answers named, one for each that was a 202. */
  readonly verificationIds: readonly string[];
  /**
   * Whether the carrier had been handed a message by then. Not asked of a repeat whose first request was not heard of
   * again: it may have died before it handed over, and a second message would be worse (rule R11).
   */
  readonly handedOver: boolean;
  /** Whether the carrier was handed more than one message, although each request was answered. */
  readonly sentAgain: boolean;
  /** For a resend: whether the code is the one that was sent before. */
  readonly sameCode?: boolean;
}

export interface Guess extends Asked {
  readonly kind: 'guess';
  readonly verificationId: string;
  readonly right: boolean;
  /** Whether it was compared with the code, as far as the answer tells: not so when no attempts were left. */
  readonly evaluated: boolean;
  /** The proofs that the answers brought, one for each that was a 200. */
  readonly tokens: readonly string[];
}

export interface Redemption extends Asked {
  readonly kind: 'redemption';
  readonly token: string;
}

/** Everything that one person asked for, in the order in which the answers came. */
export type Story = readonly (Send | Guess | Redemption)[];

/** When the person came, and when the last answer was there. */
export function spanOf(story: Story): { readonly start: number; readonly end: number } {
  return {
    start: Math.min(...story.map(({ start }) => start)),
    end: Math.max(...story.map(({ end }) => end)),
  };
}

import { ipOf, type Country } from '../traffic/countries';
import type { Random } from '../traffic/random';
import type { Session } from '../traffic/session';

export type AttackKind = 'volume' | 'stealth' | 'unseen';

/** Somebody who wants messages sent. */
export interface Attack {
  readonly name: string;
  /** `unseen`: no number of the guard was chosen with this attack in sight. */
  readonly kind: AttackKind;
  readonly days: number;
  /** Whether it goes for one country, so that the first hundred messages are the measure. */
  readonly oneCountry: boolean;
  /** One of those that cost most: it meets a money budget too. */
  readonly dear?: true;
  /** Its sends, from `start` on, in any order. */
  sends(start: number, random: Random): Session[];
}

/** A send of an attacker: from an address of its own, and verified for so large a share of its numbers. */
export function fraudSend(
  at: number,
  phone: string,
  country: Country,
  random: Random,
  ownVerified = 0,
): Session {
  return {
    at,
    phone,
    country: country.iso,
    ip: ipOf(random),
    fraud: true,
    returning: false,
    verifiesAfterMs: random.chance(ownVerified) ? random.between(8, 45) * 1000 : undefined,
  };
}

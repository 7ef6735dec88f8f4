import type { Random } from '../traffic/random';
import type { Session } from '../traffic/session';
import type { Attack } from './attack';
import { STEALTH } from './stealth';
import { UNSEEN } from './unseen';
import { VOLUME } from './volume';

export const ATTACKS: readonly Attack[] = [...VOLUME, ...STEALTH, ...UNSEEN];

/** The sends of an attack in order of time, by bots that take this share of the challenges. */
export function attackSessions(attack: Attack, start: number, random: Random, solves: number): Session[] {
  return attack
    .sends(start, random)
    .map((session) => ({
      ...session,
      solvesAfterMs: random.chance(solves) ? random.between(1, 4) * 1000 : undefined,
    }))
    .sort((first, second) => first.at - second.at);
}

import type { LevelState, SendExplanation, SendRefusal } from '@app/sms-verification';
import { inWords } from './duration-words';

/** One purpose, and what would keep its codes from being sent. */
export interface Explained {
  readonly purpose: string;
  readonly explanation: SendExplanation;
}

/** Something that would refuse a code now. */
export interface Limiter {
  /** The purpose that it refuses; undefined when it refuses all. */
  readonly purpose: string | undefined;
  readonly name: string;
  /** When it opens, in words. */
  readonly opens: string;
}

/** Every limiter that would refuse a number now, in the order in which a send asks them. */
export function limitersOf(explained: readonly Explained[]): Limiter[] {
  const [first] = explained;
  if (first === undefined) return [];
  // The number's country, range and money are the same whatever its code is for.
  const { countryAllowed, levels, budget, known } = first.explanation;
  return [
    ...(countryAllowed ? [] : [forAll('country', 'not while SMS_REGIONS_ALLOW or SMS_REGIONS_DENY say so')]),
    ...explained.flatMap(({ purpose, explanation }) =>
      explanation.limits
        .filter(({ reason }) => reason !== 'quota')
        .map((limit) => ({ ...nameOf(limit), purpose })),
    ),
    ...first.explanation.limits.filter(({ reason }) => reason === 'quota').map(nameOf),
    ...(known ? [] : levels.filter(isShut).map(levelLimiter)),
    ...(budget?.exhausted === true ? [forAll('budget', opensIn(budget.opensInMs))] : []),
  ];
}

function nameOf(limit: SendRefusal): Limiter {
  const opens = opensIn(limit.waitMs);
  if (limit.reason !== 'quota') return forAll(limit.reason, opens);
  return forAll(`quota of ${String(limit.limit)} in ${inWords(limit.windowMs)}`, opens);
}

/** What a level would answer in the mode that is set; it lets pass what it only records. */
function isShut({ answer }: LevelState): boolean {
  return answer.enforced && answer.decision !== 'allow';
}

function levelLimiter({ level, name, answer }: LevelState): Limiter {
  const how = answer.decision === 'challenge' ? 'asks for a challenge' : 'refuses';
  return forAll(`guard, ${level} ${name}: ${how} (${answer.reason})`, opensIn(answer.waitMs));
}

function forAll(name: string, opens: string): Limiter {
  return { purpose: undefined, name, opens };
}

function opensIn(waitMs: number | undefined): string {
  return waitMs === undefined ? 'not while this limit holds' : `in ${inWords(waitMs)}`;
}

import type { LevelState, SendExplanation, SendRefusal } from '@app/sms-verification';
import { limitersOf } from './limiters';

const MINUTE = 60_000;
const COOLDOWN: SendRefusal = { reason: 'cooldown', waitMs: 40_000 };
const FAILURES: SendRefusal = { reason: 'failures', waitMs: 5 * MINUTE };
const QUOTA: SendRefusal = { reason: 'quota', waitMs: 30 * MINUTE, limit: 5, windowMs: 60 * MINUTE };

function level(name: LevelState['level'], answer: Partial<LevelState['answer']> = {}): LevelState {
  const quiet = { decision: 'allow', reason: 'quiet', waitMs: 0, enforced: true } as const;
  const state = { state: 'open', waitMs: 0, pending: 0, conversion: 1, suspicion: 0 } as const;
  return {
    level: name,
    name: name === 'country' ? 'US' : 'US-415',
    ...state,
    answer: { ...quiet, ...answer },
  };
}

const OPEN: SendExplanation = {
  refusal: undefined,
  limits: [],
  codeExpiresInMs: 0,
  known: false,
  countryAllowed: true,
  levels: [level('country'), level('operator')],
  budget: undefined,
};
const BLOCKED = level('operator', { decision: 'refuse', reason: 'blocked', waitMs: 120 * MINUTE });

const namesOf = (...explanations: readonly Partial<SendExplanation>[]): string[] =>
  limitersOf(
    explanations.map((own, index) => ({
      purpose: `purpose ${String(index)}`,
      explanation: { ...OPEN, ...own },
    })),
  ).map(({ purpose = 'all', name, opens }) => `${purpose}: ${name}, ${opens}`);

describe(limitersOf.name, () => {
  it('finds none where nothing holds', () => {
    expect(namesOf({}, {})).toEqual([]);
    expect(namesOf({ budget: { exhausted: false, opensInMs: 0 } })).toEqual([]);
  });

  it('finds all that hold, each with when it opens', () => {
    expect(
      namesOf(
        {
          limits: [COOLDOWN, QUOTA, FAILURES],
          countryAllowed: false,
          levels: [level('country'), BLOCKED],
          budget: { exhausted: true, opensInMs: 180 * MINUTE },
        },
        { limits: [QUOTA] },
      ),
    ).toEqual([
      'all: country, not while SMS_REGIONS_ALLOW or SMS_REGIONS_DENY say so',
      'purpose 0: cooldown, in 40 s',
      'purpose 0: failures, in 5 min',
      'all: quota of 5 in 1 h, in 30 min',
      'all: guard, operator US-415: refuses (blocked), in 2 h',
      'all: budget, in 3 h',
    ]);
  });

  it('tells purposes apart', () => {
    expect(namesOf({}, { limits: [COOLDOWN] })).toEqual(['purpose 1: cooldown, in 40 s']);
  });

  it('says that a level asks for a challenge', () => {
    const challenged = level('country', { decision: 'challenge', reason: 'burst', waitMs: 2 * MINUTE });
    expect(namesOf({ levels: [challenged] })).toEqual([
      'all: guard, country US: asks for a challenge (burst), in 2 min',
    ]);
  });

  it('leaves out levels that only record, and all of them for a number that has verified', () => {
    const recording = level('country', { decision: 'refuse', reason: 'conversion', enforced: false });
    expect(namesOf({ levels: [recording] })).toEqual([]);
    expect(namesOf({ levels: [BLOCKED], known: true })).toEqual([]);
  });

  it('says of a budget that no day has room for that it does not open', () => {
    expect(namesOf({ budget: { exhausted: true, opensInMs: undefined } })).toEqual([
      'all: budget, not while this limit holds',
    ]);
  });
});

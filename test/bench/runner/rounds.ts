/** Something that is measured side by side with others: each round gives one number. */
export type Contender = () => Promise<number>;

/** What the rounds of one contender gave. */
export interface Measured {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  /** In their order, so that what was measured in the same round can be compared. */
  readonly rounds: readonly number[];
}

/**
 * Measures contenders in turns, round after round, so that whatever else the machine does at a time falls on all of
 * them alike. Every second round goes in the opposite order.
 *
 * @param warmUps rounds before those that count
 */
export async function inRounds<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, Contender>>,
  warmUps = 1,
): Promise<Record<Name, Measured>> {
  const names = Object.keys(contenders) as Name[];
  const given = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const number = await contenders[name]();
      if (round >= warmUps) given.get(name)?.push(number);
    }
  }
  return Object.fromEntries([...given].map(([name, numbers]) => [name, summary(numbers)])) as Record<
    Name,
    Measured
  >;
}

export function summary(numbers: readonly number[]): Measured {
  const sorted = numbers.toSorted((first, second) => first - second);
  const at = (index: number): number => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { median, lowest: at(0), highest: at(sorted.length - 1), rounds: numbers };
}

/**
 * How many times the baseline's: the median of each round's own ratio, since what the machine does besides changes from
 * one round to the next more than within one.
 */
export function ratioTo(measured: Measured | undefined, baseline: Measured | undefined): number {
  const base = baseline?.rounds ?? [];
  return summary((measured?.rounds ?? []).map((number, round) => number / (base[round] ?? NaN))).median;
}

/** Ways to break what is soaked, which the soak must notice: a soak that cannot fail says nothing. */
export const SABOTAGES = ['leak', 'endless-key', 'no-fence'] as const;
export type Sabotage = (typeof SABOTAGES)[number];

export interface SoakOptions {
  readonly minutes: number;
  /** The same seed, the same faults in the same order. */
  readonly seed: string;
  readonly sabotage?: Sabotage;
}

const DEFAULT_MINUTES = 3;

/** Reads `--minutes 30 --seed word --sabotage leak`, each of them optional. */
export function readOptions(words: readonly string[], drawnSeed: string): SoakOptions {
  const given = new Map<string, string>();
  for (let index = 0; index < words.length; index += 2) {
    const name = words[index] ?? '';
    const value = words[index + 1];
    if (!['--minutes', '--seed', '--sabotage'].includes(name) || value === undefined) {
      throw new RangeError(`${name}: known are --minutes N, --seed S and --sabotage ${SABOTAGES.join('|')}`);
    }
    given.set(name, value);
  }
  const minutes = Number(given.get('--minutes') ?? DEFAULT_MINUTES);
  if (!(minutes > 0)) throw new RangeError('--minutes must be more than 0');
  const wanted = given.get('--sabotage');
  const sabotage = SABOTAGES.find((name) => name === wanted);
  if (wanted !== undefined && sabotage === undefined) {
    throw new RangeError(`--sabotage must be one of ${SABOTAGES.join(', ')}`);
  }
  const seed = given.get('--seed') ?? drawnSeed;
  return { minutes, seed, ...(sabotage === undefined ? {} : { sabotage }) };
}

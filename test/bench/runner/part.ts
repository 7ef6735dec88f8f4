import type { Figures } from '../../sizing/figures';

/** How a measured number stands against what was asked of it. */
export interface Row {
  /** What was measured, as the table names it. */
  readonly what: string;
  /** The number itself. */
  readonly measured: number;
  /** How it is written: `×` a ratio to the baseline of the same run, `s`, or a plain count. */
  readonly unit: '×' | 's' | '';
  /** Whether more or less is better. */
  readonly better: 'more' | 'less';
  /** Missing where nothing was asked: a number for the record. */
  readonly budget?: number;
  readonly aim?: number;
}

/** What one part of the benchmark found. */
export interface Findings {
  readonly rows: readonly Row[];
  /** The figures behind the rows, and how they came about, in Markdown. */
  readonly details: string;
  /** What the sizing is computed from, where this part measures it. */
  readonly figures?: Figures;
}

/** One subject of the benchmark, which can be run alone. */
export interface Part {
  readonly name: string;
  /** The heading of its figures. */
  readonly title: string;
  run(): Promise<Findings>;
}

export type Verdict = 'aim' | 'budget' | 'MISSED' | '';

/** Whether a row keeps its budget, or reaches its aim too. */
export function verdictOf({ measured, better, budget, aim }: Row): Verdict {
  if (budget === undefined) return '';
  const reaches = (bound: number): boolean => (better === 'more' ? measured >= bound : measured <= bound);
  if (aim !== undefined && reaches(aim)) return 'aim';
  return reaches(budget) ? 'budget' : 'MISSED';
}

import { MICROS_PER_USD } from '../../../../libs/sms-verification/src/abuse/budget/money-budget';
import { overspentMicros, type Limits } from './money';
import { percent, table, type Row } from './report';
import type { AttackRun } from './scenarios';
import { daysOf } from './spending';

/** A row of the table of money: what one attack cost, and what it would have without a budget. */
export interface MoneyRow extends Row {
  readonly overspentMicros: number;
  readonly mostMicros: number;
  readonly mostMicrosWithout: number;
}

/** @throws Error if a day of any run cost more than it might: no report is written then. */
export function moneyRow(row: Row, limits: Limits, withoutBudget: readonly Row[]): MoneyRow {
  const overspent = Math.max(...row.runs.map(({ board }) => overspentMicros(daysOf(board.spending), limits)));
  if (overspent > 0) {
    const usd = (overspent / MICROS_PER_USD).toFixed(6);
    throw new Error(`${row.attack} (${row.defence}): a day cost ${usd} USD more than its budget`);
  }
  const without = withoutBudget.find(({ attack, solves }) => attack === row.attack && solves === row.solves);
  return {
    ...row,
    overspentMicros: overspent,
    mostMicros: mostIn(row.runs),
    mostMicrosWithout: mostIn(without?.runs ?? []),
  };
}

export function moneyTable(rows: readonly MoneyRow[], { overallMicros }: Limits): string {
  return table(
    [
      'attack',
      'guard',
      'bots take challenges',
      'most spent in a day without a budget, USD',
      'budget a day, USD',
      'most spent in a day, USD',
      'over a budget by, USD',
      'fraud sent, USD',
      'honest sends held by the budget',
    ],
    rows.map(({ attack, defence, solves, runs, mostMicros, mostMicrosWithout, overspentMicros: over }) => {
      const held = runs.reduce((sum, { board }) => sum + board.honestHeld, 0);
      const asked = runs.reduce((sum, { board }) => sum + board.honestAsked, 0);
      const fraudUsd = runs.reduce((sum, { board }) => sum + board.fraudUsd, 0) / runs.length;
      return [
        attack,
        defence,
        defence === 'none' ? '–' : solves === 0 ? 'no' : 'yes',
        usd(mostMicrosWithout),
        usd(overallMicros),
        usd(mostMicros),
        usd(over),
        fraudUsd.toFixed(0),
        `${String(held)} of ${String(asked)}, ${percent(held, asked)}`,
      ];
    }),
  );
}

function mostIn(runs: readonly AttackRun[]): number {
  return Math.max(
    0,
    ...runs.flatMap(({ board }) => daysOf(board.spending).map(({ overallMicros }) => overallMicros)),
  );
}

function usd(micros: number): string {
  return (micros / MICROS_PER_USD).toFixed(2);
}

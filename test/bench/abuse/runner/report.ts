import type { AttackRun } from './scenarios';
import type { Scoreboard, Tally } from './scoreboard';

/** A row of the table of attacks: one attack against one defence, summed over the reported seeds. */
export interface Row {
  readonly attack: string;
  readonly kind: string;
  readonly oneCountry: boolean;
  readonly solves: number;
  readonly defence: string;
  readonly runs: readonly AttackRun[];
}

const HOUR_MS = 3_600_000;

export function attackTable(rows: readonly Row[]): string {
  return table(
    [
      'attack',
      'bots take challenges',
      'fraud refused',
      'lost, USD',
      'sent before the first refusal',
      'honest turned away at first: attacked countries',
      'honest refused: attacked countries',
      'of them first-timers',
      'honest refused: all',
      'recovered after',
    ],
    rows.map(({ attack, solves, runs }) => [
      attack,
      solves === 0 ? 'no' : 'yes',
      fraudRefused(runs),
      mean(runs, ({ board }) => board.fraudUsd).toFixed(0),
      worst(runs),
      tally(runs, (board) => board.attacked, 'turnedAway'),
      tally(runs, (board) => board.attacked, 'refused'),
      tally(runs, (board) => board.firstTimersAttacked, 'refused'),
      tally(runs, (board) => board.all, 'refused'),
      `${(Math.max(...runs.map(({ recoveryMs }) => recoveryMs)) / HOUR_MS).toFixed(1)} h`,
    ]),
  );
}

/** Several defences side by side: fraud refused / honest refused in attacked countries. */
export function comparison(rows: readonly Row[]): string {
  const defences = [...new Set(rows.map(({ defence }) => defence))];
  const attacks = [...new Set(rows.map(({ attack }) => attack))];
  return table(
    ['attack', ...defences],
    attacks.map((attack) => [
      attack,
      ...defences.map((defence) => {
        const row = rows.find((each) => each.attack === attack && each.defence === defence);
        if (row === undefined) return '–';
        return `${fraudRefused(row.runs)} / ${tally(row.runs, (board) => board.attacked, 'refused')}`;
      }),
    ]),
  );
}

export interface Quiet {
  readonly defence: string;
  readonly boards: readonly Scoreboard[];
  readonly days: number;
}

export function quietTable(quiet: readonly Quiet[]): string {
  return table(
    [
      'defence',
      'quiet days',
      'honest turned away at first',
      'honest refused',
      'of them first-timers',
      'ranges that trip, a year',
    ],
    quiet.map(({ defence, boards, days }) => {
      const trips = boards.reduce((sum, board) => sum + board.trips, 0);
      const share = (pick: (board: Scoreboard) => Tally, what: 'turnedAway' | 'refused') =>
        percent(sum(boards.map(pick), what), sum(boards.map(pick), 'sends'), 3);
      return [
        defence,
        String(days * boards.length),
        share((board) => board.all, 'turnedAway'),
        share((board) => board.all, 'refused'),
        share((board) => board.firstTimers, 'refused'),
        ((trips * 365) / (days * boards.length)).toFixed(0),
      ];
    }),
  );
}

/** The aims of the design that these rows miss, in words. */
export function misses(rows: readonly Row[], aims: ReadonlyMap<string, number>): string[] {
  return rows.flatMap(({ attack, kind, oneCountry, solves, runs }) => {
    const bots = solves === 0 ? 'bots that take no challenge' : 'bots that take challenges';
    const refused = 1 - total(runs, 'fraudSent') / total(runs, 'fraudAsked');
    const least = kind === 'volume' ? 0.98 : 0.95;
    const found: string[] = [];
    if (refused < least) found.push(`fraud refused ${percent(refused, 1)}, aim ${percent(least, 1, 0)}`);
    const before = Math.max(...runs.map(({ board }) => board.sentBeforeRefusal ?? Infinity));
    if (oneCountry && before > 100)
      found.push(`${String(before)} messages before the first refusal, aim 100`);
    // This aim counts on a challenge that stops programs; see worstCases for when it does not.
    if (solves === 0) found.push(...honestMiss(attack, runs, aims));
    return found.map((miss) => `${attack} (${bots}): ${miss}`);
  });
}

/** The aim for honest senders against bots that take every challenge: all that is left then is to refuse. */
export function worstCases(rows: readonly Row[], aims: ReadonlyMap<string, number>): string[] {
  return rows
    .filter(({ solves }) => solves > 0)
    .flatMap(({ attack, runs }) => honestMiss(attack, runs, aims).map((miss) => `${attack}: ${miss}`));
}

function honestMiss(attack: string, runs: readonly AttackRun[], aims: ReadonlyMap<string, number>): string[] {
  const boards = runs.map(({ board }) => board.attacked);
  const honest = sum(boards, 'refused') / sum(boards, 'sends');
  const most = aims.get(attack);
  if (most === undefined || honest <= most) return [];
  return [`honest refused in attacked countries ${percent(honest, 1)}, aim ${percent(most, 1)}`];
}

function fraudRefused(runs: readonly AttackRun[]): string {
  return percent(total(runs, 'fraudAsked') - total(runs, 'fraudSent'), total(runs, 'fraudAsked'));
}

function worst(runs: readonly AttackRun[]): string {
  const before = runs.map(({ board }) => board.sentBeforeRefusal);
  return before.includes(undefined) ? 'none refused' : String(Math.max(...before.map((count) => count ?? 0)));
}

function tally(
  runs: readonly AttackRun[],
  pick: (board: Scoreboard) => Tally,
  what: 'turnedAway' | 'refused',
): string {
  const tallies = runs.map(({ board }) => pick(board));
  return percent(sum(tallies, what), sum(tallies, 'sends'));
}

function sum(tallies: readonly Tally[], what: 'sends' | 'turnedAway' | 'refused'): number {
  return tallies.reduce((total, tally) => total + tally[what], 0);
}

function total(runs: readonly AttackRun[], what: 'fraudAsked' | 'fraudSent'): number {
  return runs.reduce((all, { board }) => all + board[what], 0);
}

function mean(runs: readonly AttackRun[], of: (run: AttackRun) => number): number {
  return runs.reduce((all, run) => all + of(run), 0) / runs.length;
}

export function percent(part: number, whole: number, digits = 2): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(digits)} %`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

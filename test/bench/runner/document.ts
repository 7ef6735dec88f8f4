import { machine } from './machine';
import { verdictOf, type Findings, type Part, type Row } from './part';
import { short, table } from './tables';

/** The table of budgets: what was asked, what was measured, and what follows. */
export function budgets(rows: readonly Row[]): string {
  return table(
    ['what', 'budget', 'aim', 'measured', 'verdict'],
    rows.map((row) => [
      row.what,
      bound(row, row.budget),
      bound(row, row.aim),
      `${short(row.measured)}${unitOf(row)}`,
      verdictOf(row),
    ]),
  );
}

function bound(row: Row, value: number | undefined): string {
  if (value === undefined) return '';
  return `${row.better === 'more' ? '≥' : '≤'} ${String(value)}${unitOf(row)}`;
}

function unitOf({ unit }: Row): string {
  return unit === '' ? '' : ` ${unit}`;
}

/** docs/performance.md. */
export function performanceDocument(found: ReadonlyMap<Part, Findings>): string {
  const rows = [...found.values()].flatMap((findings) => findings.rows);
  const sections = [...found].map(([part, { details }]) => `## ${part.title}\n\n${details}\n`);
  return `# Performance

Written by \`npm run bench\`; \`npm run bench -- ${[...found.keys()].map(({ name }) => name).join(' ')}\` runs parts alone. Measured on ${machine()}.

A ratio compares two things in one run on one machine, in rounds that take turns: it is the median of the rounds' own ratios; figures in seconds and requests depend on the machine. _aim_: better than the budget by what was hoped for; _MISSED_: worse than the budget. [Where the time goes](profile.md) tells what was tried.

${budgets(rows)}

${sections.join('\n')}`;
}

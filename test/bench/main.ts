// What the service costs, against budgets and beside baselines in the same run. Run: npm run bench -- [part …]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFigures, writeSizing } from '../sizing/write';
import { httpThroughput } from './http/throughput';
import { masters } from './masters/masters';
import { memory } from './memory/memory';
import { peer } from './peers/peer';
import { perOperation } from './per-operation/per-operation';
import { roundTrips } from './round-trips/round-trips';
import { budgets, performanceDocument } from './runner/document';
import { verdictOf, type Findings, type Part } from './runner/part';
import { serverTime } from './server-time/server-time';
import { startTime } from './start/start-time';
import { storageThroughput } from './storage/throughput';

const PARTS: readonly Part[] = [
  roundTrips,
  serverTime,
  storageThroughput,
  masters,
  httpThroughput,
  peer,
  memory,
  perOperation,
  startTime,
];

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    throw new RangeError(`${unknown.join(', ')}: parts are ${PARTS.map(({ name }) => name).join(', ')}`);
  }
  const chosen = PARTS.filter(({ name }) => names.length === 0 || names.includes(name));
  const found = new Map<Part, Findings>();
  for (const part of chosen) {
    process.stdout.write(`\n== ${part.name}: ${part.title}\n`);
    const findings = await part.run();
    found.set(part, findings);
    // All of them are of one part, and so of one commit and one machine, whatever else runs.
    if (findings.figures !== undefined) {
      writeFigures(findings.figures);
      writeSizing(findings.figures);
    }
    process.stdout.write(`${findings.details}\n`);
  }
  const rows = [...found.values()].flatMap((findings) => findings.rows);
  process.stdout.write(`\n${budgets(rows)}\n`);
  // Only a whole run is written down: all its figures are then of one commit and one machine.
  if (chosen.length === PARTS.length) {
    writeFileSync(join(__dirname, '../../docs/performance.md'), performanceDocument(found));
  }
  if (rows.some((row) => verdictOf(row) === 'MISSED')) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../test-results/faults');

/** Keeps what a test measured of a promise, for the table that test/support/faults-reporter.js prints. */
export function measured(promise: `F${number}`, text: string): void {
  const { currentTestName = '' } = expect.getState();
  const file = `${promise}-${createHash('sha256').update(currentTestName).digest('hex').slice(0, 12)}.json`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, file), `${JSON.stringify({ promise, test: currentTestName, text })}\n`);
}

/** A duration as the table shows it. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 100 ? 3 : 2)} s`;
}

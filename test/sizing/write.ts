import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSizing } from './document';
import type { Figures } from './figures';

const DOCUMENTS = join(__dirname, '../../docs');
const OPERATIONS = join(DOCUMENTS, 'operations.md');

/** Writes what was measured to docs/measured.json. */
export function writeFigures(figures: Figures): void {
  writeFileSync(join(DOCUMENTS, 'measured.json'), `${JSON.stringify(figures, null, 2)}\n`);
}

/** Writes the sizing into docs/operations.md. */
export function writeSizing(figures: Figures): void {
  writeFileSync(OPERATIONS, withSizing(readFileSync(OPERATIONS, 'utf8'), figures));
}

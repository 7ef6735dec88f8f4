import { randomInt } from 'node:crypto';

/** Of these, from here on, every number is one that a mobile can have. */
const SPAN = 50_000_000;
const FIRST = 40_000_000;
/** Prime, and no factor of the span: every number comes once before any comes again, neighbours far apart. */
const STEP = 38_196_601;
let next = randomInt(SPAN);

/** A mobile number that no other call returned, its range another than the last one's; nothing here is ever dialled. */
export function spreadPhone(): string {
  next = (next + STEP) % SPAN;
  return `+336${String(FIRST + next)}`;
}

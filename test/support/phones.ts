import { randomInt } from 'node:crypto';

// Seven-digit numbers of area code 415 that begin with 555-01 are reserved for fiction, but there are only a
// hundred of those; tests that need more walk through the area from a random place.
const SPAN = 7_000_000;
let next = randomInt(SPAN);

/** A valid mobile-capable number that no other call in this process returned; nothing here is ever dialled. */
export function freshPhone(): string {
  next = (next + 1) % SPAN;
  return `+1415${String(2_000_000 + next)}`;
}

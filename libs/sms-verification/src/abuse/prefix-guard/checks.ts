/** A leap year: what an operator means for longer is an option of the deployment. */
const MOST_BY_HAND_MS = 366 * 24 * 3_600_000;

/** @throws RangeError unless a level can be set by hand for so long */
export function checkDuration(durationMs: number): void {
  if (!Number.isSafeInteger(durationMs) || durationMs <= 0 || durationMs > MOST_BY_HAND_MS) {
    throw new RangeError('durationMs must be a whole number of milliseconds, above 0 and up to 366 days');
  }
}

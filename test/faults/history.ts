import { StorageUnavailableError } from '@app/sms-verification';
import { checkHistory, type Findings, type Operation, type Outcome } from './findings';

export { checkHistory, type Findings, type Operation, type Outcome } from './findings';

/** Everything that was asked of a storage during a run, with the right code each time. */
export class History {
  readonly operations: Operation[] = [];

  /**
   * Does one operation and notes what its caller learnt. Only "storage unavailable" leaves the caller without
   * knowledge; any other exception is a bug, and ends the test.
   */
  async note(kind: Operation['kind'], code: string, call: () => Promise<boolean>): Promise<Outcome> {
    const start = performance.now();
    let outcome: Outcome = 'unknown';
    try {
      outcome = (await call()) ? 'ok' : 'refused';
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error;
    }
    this.operations.push({ kind, code, start, end: performance.now(), outcome });
    return outcome;
  }

  get findings(): Findings {
    return checkHistory(this.operations);
  }
}

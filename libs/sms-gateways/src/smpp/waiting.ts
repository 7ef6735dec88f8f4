import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';

/** Ends many waits at once: Node would take their listeners, above ten, for a leak. */
export function sharedAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** Waits. Resolves to true when the time is over, to false at once when one of the signals aborts. */
export function pause(ms: number, signals: readonly AbortSignal[]): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (inFull: boolean): void => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', aborted);
      resolve(inFull);
    };
    const aborted = (): void => {
      end(false);
    };
    const timer = setTimeout(() => {
      end(true);
    }, ms);
    for (const signal of signals) signal.addEventListener('abort', aborted);
    if (signals.some((signal) => signal.aborted)) end(false);
  });
}

/**
 * Waits that double from the shortest to the longest. Each is drawn from its upper half, so that many clients of
 * one SMSC that lost it together do not come back together.
 *
 * @param failures how often it has failed in a row, from 1
 */
export function backoffMs(failures: number, shortestMs: number, longestMs: number): number {
  const full = Math.min(longestMs, shortestMs * 2 ** Math.min(failures - 1, 30));
  return full / 2 + randomInt(Math.floor(full / 2) + 1);
}

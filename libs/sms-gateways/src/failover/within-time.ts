import { OutcomeUnknownError } from '@app/sms-verification';

/**
 * Waits for a task no longer than told, and no longer than the one who waits for it all: then its signal is aborted,
 * and the wait ends also when the task ignores that.
 *
 * @throws OutcomeUnknownError when the time is over, and whatever the task throws
 */
export async function withinTime<Result>(
  limitMs: number,
  whole: AbortSignal,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (whole.aborted) throw noAnswer();
  const own = new AbortController();
  let end = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      end = () => {
        const error = noAnswer();
        reject(error);
        own.abort(error);
      };
      timer = setTimeout(end, limitMs);
      whole.addEventListener('abort', end);
      // Rather than Promise.race, which makes more promises than that, for each message.
      task(own.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    whole.removeEventListener('abort', end);
  }
}

function noAnswer(): OutcomeUnknownError {
  return new OutcomeUnknownError('no answer in time');
}

import { OutcomeUnknownError } from '@app/sms-verification';

/** Waits no longer than the signal says, for an SDK that cannot be told to stop. */
export async function untilAborted<Result>(
  gateway: string,
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(new OutcomeUnknownError(`${gateway} did not answer in time`));
    };
  });
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

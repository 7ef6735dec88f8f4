/**
 * Waits for a task no longer than told. The race ends the wait, not the signal alone: a task may ignore the signal, and
 * one that heeds it must not be heard before `late` is.
 *
 * @param late what to throw when the time is over
 * @throws that, and whatever the task throws
 */
export async function inTime<Result>(
  limitMs: number,
  late: () => Error,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const own = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => {
        const error = late();
        reject(error);
        own.abort(error);
      }, limitMs);
      // Rather than Promise.race, which makes more promises than that, for each message.
      task(own.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

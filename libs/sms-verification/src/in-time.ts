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
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = late();
      reject(error);
      own.abort(error);
    }, limitMs);
  });
  try {
    return await Promise.race([task(own.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Makes `count` calls, so many of them at the same time, each by one worker; returns the calls made in a second. */
export async function inFlight(
  count: number,
  concurrency: number,
  call: (index: number, worker: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const work = async (worker: number): Promise<void> => {
    while (next < count) await call(next++, worker);
  };
  const from = process.hrtime.bigint();
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, (_, worker) => work(worker)));
  return count / (Number(process.hrtime.bigint() - from) / 1e9);
}

/** Makes `count` calls, so many of them at the same time; returns the calls made in a second. */
export async function inFlight(
  count: number,
  concurrency: number,
  call: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  const from = process.hrtime.bigint();
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
  return count / (Number(process.hrtime.bigint() - from) / 1e9);
}

/** Promise F14: how long a link may be gone once its peer can be reached. */
const REBOUND_WITHIN_MS = 5_000;

/** Waits for a link that is promised, and no longer than promised. */
export async function withinF14(bound: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not bound within ${String(REBOUND_WITHIN_MS)} ms`));
    }, REBOUND_WITHIN_MS);
  });
  try {
    await Promise.race([bound, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

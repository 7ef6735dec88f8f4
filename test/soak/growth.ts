/** What a process held at a moment. */
export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  /** On the heap and beside it, after garbage was collected. */
  readonly bytes: number;
  readonly rss: number;
  /** Sockets, timers and requests that keep a process busy. */
  readonly handles: number;
}

export interface Growth {
  /** By how much the value grew from the end of the warm-up to the last sample, by the line through all of them. */
  readonly grown: number;
  /** Of how many samples that is said; too few say nothing. */
  readonly samples: number;
}

/** Caches fill and code is compiled in the first third: no leak yet. */
const WARM_UP_SHARE = 1 / 3;
const FEWEST = 4;

/**
 * The growth of a value over a run. The slope is the median of the slopes between all pairs of samples, so that one
 * sample taken in the midst of something says little (Theil and Sen).
 */
export function growthOf(
  points: readonly { readonly at: number; readonly value: number }[],
): Growth | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const warmAt = first.at + (last.at - first.at) * WARM_UP_SHARE;
  const warm = points.filter(({ at }) => at >= warmAt);
  const [from] = warm;
  if (from === undefined || warm.length < FEWEST) return undefined;
  const slopes = warm
    .flatMap((one, index) =>
      warm.slice(index + 1).map((other) => (other.value - one.value) / (other.at - one.at)),
    )
    .sort((one, other) => one - other);
  const slope = slopes[Math.floor(slopes.length / 2)] ?? 0;
  return { grown: slope * (last.at - from.at), samples: warm.length };
}

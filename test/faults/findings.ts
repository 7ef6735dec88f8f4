/** `unknown`: no answer came, so it may have been done or not. */
export type Outcome = 'ok' | 'refused' | 'unknown';

/** One operation on one code, as its caller saw it. Times are milliseconds on this process's steady clock. */
export interface Operation {
  readonly kind: 'issue' | 'verify';
  readonly code: string;
  readonly start: number;
  readonly end: number;
  readonly outcome: Outcome;
}

/** What a history shows. */
export interface Findings {
  readonly verified: number;
  readonly unknown: number;
  /** Codes that were accepted more than once: never, whatever breaks (rule R19). */
  readonly acceptedTwice: readonly string[];
  /** Codes that were accepted before anybody had asked for one. */
  readonly acceptedUnasked: readonly string[];
  /** Right codes that were refused though nobody can have spent them: the price of a fault, and wrong without one. */
  readonly refusedUnspent: readonly string[];
}

/** The one judge of every run. Per code at most one success; the order is that of the callers' clocks. */
export function checkHistory(operations: readonly Operation[]): Findings {
  const byCode = new Map<string, Operation[]>();
  for (const operation of operations) {
    const known = byCode.get(operation.code);
    if (known === undefined) byCode.set(operation.code, [operation]);
    else known.push(operation);
  }
  const codes = [...byCode];
  const named = (holds: (of: readonly Operation[]) => boolean): string[] =>
    codes.filter(([, of]) => holds(of)).map(([code]) => code);
  return {
    verified: operations.filter(isSuccess).length,
    unknown: operations.filter(({ outcome }) => outcome === 'unknown').length,
    acceptedTwice: named((of) => of.filter(isSuccess).length > 1),
    acceptedUnasked: named((of) => {
      const asked = Math.min(...of.filter(({ kind }) => kind === 'issue').map(({ start }) => start));
      return of.some((operation) => isSuccess(operation) && operation.end < asked);
    }),
    refusedUnspent: named((of) =>
      of.some(
        (refused) =>
          refused.kind === 'verify' &&
          refused.outcome === 'refused' &&
          !of.some((other) => maySpend(other) && other.start < refused.end),
      ),
    ),
  };
}

function isSuccess({ kind, outcome }: Operation): boolean {
  return kind === 'verify' && outcome === 'ok';
}

function maySpend({ kind, outcome }: Operation): boolean {
  return kind === 'verify' && outcome !== 'refused';
}

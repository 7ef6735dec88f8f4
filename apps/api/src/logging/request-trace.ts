import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** W3C Trace Context §3.2: version, trace, parent, flags; a version to come may say more behind them. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

const traces = new AsyncLocalStorage<string>();

/** The trace that a request belongs to: the one that its `traceparent` names, else one of its own. */
export function traceIdOf(traceparent: string | string[] | undefined): string {
  const [, version, traceId, more] = TRACEPARENT.exec(String(traceparent)) ?? [];
  if (traceId === undefined || (version === '00' && more !== undefined))
    // Node draws the bits of many of these at once; a draw for each request cost as much as to count it.
    return randomUUID().replaceAll('-', '');
  return traceId;
}

/** Runs what serves a request so that {@link currentTraceId} tells its trace. */
export function inTrace(traceId: string, serve: () => void): void {
  traces.run(traceId, serve);
}

/** The trace of the request that is being served here; undefined outside of any. */
export function currentTraceId(): string | undefined {
  return traces.getStore();
}

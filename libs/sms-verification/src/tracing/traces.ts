import { openTelemetry } from './open-telemetry';

/** The id of the trace that is under way; undefined where nobody traces. */
export function activeTraceId(): string | undefined {
  return openTelemetry()?.trace.getActiveSpan()?.spanContext().traceId;
}

/**
 * Does the task within the trace that these headers name, as the propagator that is registered reads them; where a span
 * is active already, within that.
 */
export function continueTrace(headers: Readonly<Record<string, unknown>>, task: () => void): void {
  const otel = openTelemetry();
  if (otel === undefined || otel.trace.getActiveSpan() !== undefined) task();
  else otel.context.with(otel.propagation.extract(otel.context.active(), headers), task);
}

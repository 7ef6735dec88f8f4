import { SmsGatewayError } from '../gateway/gateway-errors';
import { isVerificationError } from '../sms-verification.errors';
import { openTelemetry } from './open-telemetry';

/** What a span tells of its subject: names and countries, never a phone, a code or an id (rule R15). */
export type SpanAttributes = Readonly<Record<string, string | boolean>>;

/** The name of our instrumentation, by which an SDK lets it through or not. */
const TRACER = 'sms-verification';

/**
 * Does the task within a span of OpenTelemetry; without a tracer registered, just does it.
 *
 * A failure is told by its kind alone: messages of vendors quote numbers and texts.
 */
export function traced<Result>(
  name: string,
  attributes: () => SpanAttributes,
  task: () => Promise<Result>,
): Promise<Result> {
  const otel = openTelemetry();
  if (otel === undefined) return task();
  return otel.trace.getTracer(TRACER).startActiveSpan(name, { attributes: attributes() }, async (span) => {
    try {
      return await task();
    } catch (error) {
      span.setAttribute('error.type', kindOf(error));
      if (isFault(error)) span.setStatus({ code: otel.SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

function kindOf(error: unknown): string {
  if (isVerificationError(error)) return error.code;
  if (error instanceof SmsGatewayError) return error.outcome;
  return error instanceof Error ? error.name : '_OTHER';
}

/** A refusal is an answer and no fault, unless it is that something could not be reached. */
function isFault(error: unknown): boolean {
  return !isVerificationError(error) || error.code.endsWith('_unavailable');
}

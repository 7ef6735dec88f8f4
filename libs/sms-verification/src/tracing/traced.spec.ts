import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { OutcomeUnknownError } from '../gateway/gateway-errors';
import { CooldownError, StorageUnavailableError } from '../sms-verification.errors';
import { traced } from './traced';

const nothing = (): Record<string, string> => ({});

describe(traced.name, () => {
  const exporter = new InMemorySpanExporter();

  afterEach(() => {
    trace.disable();
    context.disable();
    propagation.disable();
    exporter.reset();
  });

  function register(): void {
    const spanProcessors = [new SimpleSpanProcessor(exporter)];
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }

  // The first test, because what was loaded once stays.
  it('does nothing but the task where nobody has registered a tracer, and does not even ask for attributes', async () => {
    const attributes = jest.fn(nothing);
    await expect(traced('sms.send', attributes, () => Promise.resolve(1))).resolves.toBe(1);
    expect(attributes).not.toHaveBeenCalled();
  });

  it('makes a span of the task, and what is traced within it a part of that', async () => {
    register();
    const inner = (): Promise<number> => traced('inner', nothing, () => Promise.resolve(2));
    await expect(traced('outer', () => ({ 'sms.country': 'US' }), inner)).resolves.toBe(2);

    const [first, second] = exporter.getFinishedSpans();
    expect([first?.name, second?.name]).toEqual(['inner', 'outer']);
    expect(first?.parentSpanContext?.spanId).toBe(second?.spanContext().spanId);
    expect(second?.attributes).toEqual({ 'sms.country': 'US' });
    expect(second?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it.each([
    [new CooldownError(1), 'cooldown', SpanStatusCode.UNSET],
    [new StorageUnavailableError(), 'storage_unavailable', SpanStatusCode.ERROR],
    [new OutcomeUnknownError('lost +14155550100'), 'unknown', SpanStatusCode.ERROR],
    [new TypeError('code 123456'), 'TypeError', SpanStatusCode.ERROR],
  ])('tells the kind of a failure alone: %#', async (error, kind, code) => {
    register();
    await expect(traced('sms.send', nothing, () => Promise.reject(error))).rejects.toBe(error);

    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes).toEqual({ 'error.type': kind });
    expect(span?.status).toEqual({ code });
    expect(span?.events).toEqual([]);
  });
});

// Preloaded into a process: registers an OpenTelemetry SDK that prints each span as one line, as an operator's would
// send it somewhere.
const { context, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { BasicTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');

const printer = {
  export(spans, done) {
    for (const span of spans) {
      const { name, attributes, status, events } = span;
      const { traceId, spanId } = span.spanContext();
      const parent = span.parentSpanContext?.spanId;
      const line = { span: name, traceId, spanId, parent, attributes, status, events };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(printer)] }),
);

import { currentTraceId, inTrace, traceIdOf } from './request-trace';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe(traceIdOf.name, () => {
  it.each([`00-${TRACE}-${PARENT}-01`, `00-${TRACE}-${PARENT}-00`, `cc-${TRACE}-${PARENT}-01-what-will-be`])(
    'takes the trace of %p',
    (traceparent) => {
      expect(traceIdOf(traceparent)).toBe(TRACE);
    },
  );

  it.each([
    undefined,
    '',
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-01\nforged`,
    `00-${TRACE}-${PARENT}`,
    '+14155550100',
    [`00-${TRACE}-${PARENT}-01`, `00-${TRACE}-${PARENT}-01`],
  ])('makes one in the place of %p, another each time', (traceparent) => {
    const made = traceIdOf(traceparent);
    expect(made).toMatch(/^[0-9a-f]{32}$/);
    expect(made).not.toBe(TRACE);
    expect(traceIdOf(traceparent)).not.toBe(made);
  });
});

describe(inTrace.name, () => {
  it('tells whoever works for the request, and nobody else, its trace', async () => {
    const told: (string | undefined)[] = [];
    const work = async (): Promise<void> => {
      await Promise.resolve();
      told.push(currentTraceId());
    };
    const both: Promise<void>[] = [];
    for (const id of ['one', 'two']) {
      inTrace(id, () => {
        both.push(work());
      });
    }
    await Promise.all([...both, work()]);

    expect(told).toEqual(['one', 'two', undefined]);
  });
});

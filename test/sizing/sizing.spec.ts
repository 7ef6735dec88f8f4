import { ASSUMED, FIGURES } from './example';
import { ratesFor, sizeFor } from './sizing';

describe(sizeFor, () => {
  it('adds the time of each operation as often as it happens', () => {
    // 100 µs a send: 20,000 of them keep two threads busy, of which the guard's slot takes 15 %.
    const { threads } = sizeFor(20_000, FIGURES, ASSUMED);
    expect(threads.phones + threads.limits + threads.guard + threads.budget).toBeCloseTo(2);
    expect(threads.guard).toBeCloseTo(0.3);
  });

  it('doubles the masters with the load once one is not enough', () => {
    const mastersAt = (sends: number): number => sizeFor(sends, FIGURES, ASSUMED).masters;
    // Half of a thread of each master is planned to be busy: 5,000 sends.
    expect([10, 5_000, 10_000, 20_000, 40_000].map(mastersAt)).toEqual([1, 1, 2, 4, 8]);
    expect(sizeFor(10_000, FIGURES, ASSUMED)).toMatchObject({ mastersByTime: 2, mastersByMemory: 2 });
    for (const sends of [5_001, 7_777, 123_456]) {
      const [once, twice] = [mastersAt(sends), mastersAt(2 * sends)];
      // What is not a whole master is rounded up, once less often in one large cluster than in two small ones.
      expect([2 * once - 1, 2 * once]).toContain(twice);
    }
  });

  it('takes as many masters as memory asks for where time asks for fewer', () => {
    const record = { bytes: 1_000_000, seconds: 1_000 };
    const large = { ...FIGURES, keys: { ...FIGURES.keys, record } };
    // 1,000 s at a rate of 1 of a megabyte each: two times the half gigabyte that is planned for a master.
    expect(sizeFor(1, large, ASSUMED)).toMatchObject({ mastersByTime: 1, mastersByMemory: 2, masters: 2 });
  });

  it('counts what is kept for long at the mean of a day, and what is kept for an hour at most at its peak', () => {
    const keys = { ...FIGURES.keys, record: { bytes: 100, seconds: 7_200 } };
    expect(sizeFor(10, FIGURES, ASSUMED).bytes.record).toBe(10 * 100 * 1_000);
    expect(sizeFor(10, { ...FIGURES, keys }, ASSUMED).bytes.record).toBe(5 * 100 * 7_200);
  });

  it('runs as many processes as processors, slow gateways or a restart ask for', () => {
    const processesWith = (changes: Partial<typeof ASSUMED>): number =>
      sizeFor(10_000, FIGURES, { ...ASSUMED, ...changes }).processes;
    // 1 ms a send: ten processors, each half busy.
    expect(processesWith({})).toBe(20);
    // 10,000 a second for 3 s are 30,000 under way, of which a process takes 500.
    expect(processesWith({ gatewaySeconds: 3 })).toBe(60);
    expect(sizeFor(1, FIGURES, { ...ASSUMED, fewestProcesses: 2 }).processes).toBe(2);
  });

  it('pays for messages at the mean of a day', () => {
    expect(sizeFor(1, FIGURES, ASSUMED).messages).toBeCloseTo(0.5 * 3_600 * 730 * 0.01);
  });
});

describe(ratesFor, () => {
  it('counts resends among the sends', () => {
    expect(ratesFor(100, { ...ASSUMED, resends: 0.25 })).toMatchObject({ send: 75, resend: 25 });
  });
});

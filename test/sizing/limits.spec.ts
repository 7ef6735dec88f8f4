import { ASSUMED, FIGURES } from './example';
import type { Figures, Place } from './figures';
import { firstToBreak, limitsOf } from './limits';

/** The example's figures, with another time of a send in one place. */
function withSend(place: Place, thread: number): Figures {
  const send = { ...FIGURES.redis.send, [place]: { scripts: thread, thread } };
  return { ...FIGURES, redis: { ...FIGURES.redis, send } };
}

const breaks = (figures: Figures, changes: Partial<typeof ASSUMED> = {}) =>
  firstToBreak(limitsOf(figures, { ...ASSUMED, ...changes }));

describe(limitsOf, () => {
  it('says at which load each is used up, the lowest first', () => {
    const limits = limitsOf(FIGURES, ASSUMED);
    const sends = limits.map((limit) => limit.sends);
    expect(sends).toEqual(sends.toSorted((first, second) => first - second));
    const at = (pattern: RegExp): number => limits.find(({ what }) => pattern.test(what))?.sends ?? NaN;
    expect(at(/thread of one master/)).toBeCloseTo(10_000);
    expect(at(/hash slot/)).toBeCloseTo(1e6 / 15);
    expect(at(/key `\{budget\}`/)).toBeCloseTo(1e6 / 5);
    expect(at(/application process/)).toBeCloseTo(1_000);
    expect(at(/GiB of one master/)).toBeCloseTo(10_000);
    expect(at(/hands to one gateway/)).toBeCloseTo(10_000);
    expect(at(/maxclients/)).toBeCloseTo(1_000 * 1_000);
  });
});

describe(firstToBreak, () => {
  it('names what is used up first by what was measured', () => {
    expect(breaks(FIGURES).first.what).toMatch(/senders/);
    expect(breaks(withSend('phones', 100_000)).first.what).toBe('the thread of one master');
    const slow = { ...FIGURES, application: { ...FIGURES.application, send: 50_000 } };
    expect(breaks(slow).first.what).toBe('the processor of one application process');
    expect(breaks(FIGURES, { gatewaySeconds: 100 }).first.what).toMatch(/hands to one gateway/);
    const large = { ...FIGURES, keys: { ...FIGURES.keys, record: { bytes: 1e6, seconds: 1_000 } } };
    expect(breaks(large).first.what).toMatch(/GiB of one master/);
  });

  it('names what more machines do not help by what was measured', () => {
    expect(breaks(FIGURES).wall.what).toMatch(/guard/);
    expect(breaks(withSend('budget', 20)).wall.what).toMatch(/budget/);
    expect(breaks(FIGURES, { maxClients: 10 }).wall.what).toMatch(/maxclients/);
  });
});

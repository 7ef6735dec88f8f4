import { ExpiringMap } from './expiring-map';

describe(ExpiringMap.name, () => {
  let now: number;
  let map: ExpiringMap<string>;

  beforeEach(() => {
    now = 1_000;
    map = new ExpiringMap(() => now);
  });

  it('gives back what was set until its time comes, and nothing from that very moment', () => {
    map.set('key', 'value', 1_500);
    expect(map.get('key')).toBe('value');
    now = 1_499;
    expect(map.get('key')).toBe('value');
    now = 1_500;
    expect(map.get('key')).toBeUndefined();
  });

  it('knows nothing of a key that was never set, or was deleted', () => {
    expect(map.get('key')).toBeUndefined();
    map.set('key', 'value', 2_000);
    map.delete('key');
    expect(map.get('key')).toBeUndefined();
    expect(map.size).toBe(0);
  });

  it('replaces value and time together', () => {
    map.set('key', 'first', 1_500);
    map.set('key', 'second', 3_000);
    now = 2_000;
    expect(map.get('key')).toBe('second');
    map.set('key', 'third', 2_500);
    now = 2_500;
    expect(map.get('key')).toBeUndefined();
  });

  it('holds a value that has expired when it is set for no longer than any other', () => {
    map.set('key', 'value', 1_000);
    expect(map.get('key')).toBeUndefined();
  });

  it('never gives memory for an entry that still lives', () => {
    for (let write = 0; write < 1_000; write += 1) map.set(`live ${String(write)}`, 'value', Infinity);
    for (let write = 0; write < 10_000; write += 1) {
      now += 1;
      map.set(`brief ${String(write)}`, 'value', now + 1);
    }
    for (let write = 0; write < 1_000; write += 1) expect(map.get(`live ${String(write)}`)).toBe('value');
  });

  it('holds at most twice as many entries as live, however long it is written to', () => {
    const LIVE = 100;
    let most = 0;
    for (let write = 0; write < 100_000; write += 1) {
      now += 1;
      map.set(`key ${String(write)}`, 'value', now + LIVE);
      most = Math.max(most, map.size);
    }
    expect(most).toBeLessThanOrEqual(2 * LIVE + 2);
  });

  it('gives the memory of a burst back, two entries a write', () => {
    const BURST = 10_000;
    for (let write = 0; write < BURST; write += 1) map.set(`burst ${String(write)}`, 'value', now + 1);
    expect(map.size).toBe(BURST);
    now += 1;
    const writes = BURST;
    for (let write = 0; write < writes; write += 1) map.set('one key', 'value', Infinity);
    expect(map.size).toBe(1);
  });

  it('sweeps on after what it was about to look at is deleted or set again', () => {
    for (let round = 0; round < 1_000; round += 1) {
      now += 1;
      map.set(`key ${String(round % 7)}`, 'value', now + 3);
      map.delete(`key ${String((round * 3) % 7)}`);
      expect(map.size).toBeLessThanOrEqual(7);
    }
    now += 10;
    for (let round = 0; round < 20; round += 1) map.set('last', 'value', Infinity);
    expect(map.size).toBe(1);
  });

  it('starts no timer', () => {
    jest.useFakeTimers();
    try {
      for (let write = 0; write < 100; write += 1) map.set(`key ${String(write)}`, 'value', now + write);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});

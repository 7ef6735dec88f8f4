import { randomInt } from 'node:crypto';
import { until } from '../support/redis-ask';
import { History, type Findings } from './history';
import { measured } from './measured';
import { People } from './people';
import { RedisPair } from './redis-pair';
import { KINDS, openStorage, prefixes, type Kind } from './storage';

const KILLS = 20;
/** So many pairs at a time. */
const ABREAST = 2;
const HOP_MS = 10;
const HANDS = 12;

/** One kill: what the histories of both kinds of storage, which stood on the same master, show. */
async function kill(): Promise<Record<Kind, Findings>> {
  const pair = await RedisPair.start({ delayMs: HOP_MS });
  try {
    const prefix = prefixes();
    const histories = { fence: new History(), none: new History() };
    const sides = await Promise.all(
      KINDS.map(async (kind) => ({
        kind,
        people: new People(histories[kind]),
        open: await openStorage(pair.master.port, prefix[kind], kind),
      })),
    );
    const ends = sides.map(({ people, open }) => people.keepComing(open.storage, HANDS));
    const enough = randomInt(200, 400);
    await until('codes were spent', () =>
      Promise.resolve(sides.every(({ people }) => people.holders.length > enough)),
    );
    await pair.master.stop();
    // What was still on its way is lost with the machine.
    pair.link.cut();
    await pair.promote();
    await Promise.all(ends.map((end) => end()));
    for (const { kind, people, open } of sides) {
      open.close();
      const successor = await openStorage(pair.replica.port, prefix[kind], kind);
      await people.allEnter(successor.storage);
      successor.close();
    }
    return { fence: histories.fence.findings, none: histories.none.findings };
  } finally {
    await pair.dispose();
  }
}

describe('a master that is killed under load, its replica 10 ms a hop behind', () => {
  it('leaves no code to be accepted twice; without the fence it leaves some (F3)', async () => {
    const kills: Record<Kind, Findings>[] = [];
    const lane = async (): Promise<void> => {
      for (let turn = 0; turn < KILLS / ABREAST; turn += 1) kills.push(await kill());
    };
    await Promise.all(Array.from({ length: ABREAST }, lane));

    const sum = (kind: Kind, of: (findings: Findings) => number): number =>
      kills.reduce((total, findings) => total + of(findings[kind]), 0);
    const spent = (kind: Kind): number => sum(kind, ({ verified }) => verified);
    const twice = (kind: Kind): number => sum(kind, ({ acceptedTwice }) => acceptedTwice.length);
    const figures = KINDS.map(
      (kind) => `${kind}: ${String(twice(kind))} of ${String(spent(kind))} accepted twice`,
    );
    measured('F3', `${String(kills.length)} kills; ${figures.join('; ')}`);
    expect(kills).toHaveLength(KILLS);
    expect(twice('none')).toBeGreaterThan(0);
    expect(twice('fence')).toBe(0);
    expect(sum('fence', ({ acceptedUnasked }) => acceptedUnasked.length)).toBe(0);
  }, 180_000);
});

import { InProcessSpentChallenges } from './in-process.spent-challenges';
import { spentId } from './spent-challenges';

describe(InProcessSpentChallenges.name, () => {
  it('spends an answer once, and others beside it', async () => {
    const spent = new InProcessSpentChallenges(() => 0);
    expect(await spent.spend('a', 1_000)).toBe(true);
    expect(await spent.spend('a', 1_000)).toBe(false);
    expect(await spent.spend('b', 1_000)).toBe(true);
  });

  it('forgets when the time is over, and not before; a second try does not lengthen it', async () => {
    let now = 0;
    const spent = new InProcessSpentChallenges(() => now);
    await spent.spend('a', 1_000);
    now = 999;
    expect(await spent.spend('a', 1_000)).toBe(false);
    now = 1_000;
    expect(await spent.spend('a', 1_000)).toBe(true);
  });
});

describe(spentId.name, () => {
  it('is of one length and alphabet, whatever was sent, and apart for each kind', () => {
    const ids = ['', '}{', 'x'.repeat(9_999)].flatMap((answer) => [
      spentId('a', answer),
      spentId('b', answer),
    ]);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

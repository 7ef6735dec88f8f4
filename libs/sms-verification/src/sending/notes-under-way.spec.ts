import { NotesUnderWay } from './notes-under-way';

describe(NotesUnderWay.name, () => {
  it('are settled when the last is, though it came while they were waited for', async () => {
    const notes = new NotesUnderWay();
    const ends: (() => void)[] = [];
    const begin = (): void => {
      notes.add(new Promise((resolve) => ends.push(resolve)));
    };
    begin();
    let settled = false;
    const waiting = notes.settled().then(() => (settled = true));
    begin();
    ends[0]?.();
    await new Promise(setImmediate);
    expect(settled).toBe(false);

    ends[1]?.();
    await waiting;
    await notes.settled();
  });

  it('are settled at once when there are none', async () => {
    await expect(new NotesUnderWay().settled()).resolves.toBeUndefined();
  });
});

import { inWords } from './duration-words';

describe(inWords.name, () => {
  it.each([
    [0, '0 s'],
    [1, '1 s'],
    [59_001, '1 min'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [3_605_000, '1 h'],
    [7_260_000, '2 h 1 min'],
    [2 * 86_400_000, '2 d'],
    [2 * 86_400_000 + 3_600_000, '2 d 1 h'],
  ])('says of %d ms: %s', (durationMs, words) => {
    expect(inWords(durationMs)).toBe(words);
  });
});

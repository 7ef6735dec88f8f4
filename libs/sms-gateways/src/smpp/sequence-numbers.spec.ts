import { SequenceNumbers } from './sequence-numbers';

describe(SequenceNumbers.name, () => {
  it('begins with 1 and counts', () => {
    const numbers = new SequenceNumbers();
    expect([1, 2, 3].map(() => numbers.next(new Set()))).toEqual([1, 2, 3]);
  });

  it('begins again with 1 after the last number of SMPP 3.4', () => {
    const numbers = new SequenceNumbers(0x7fff_fffe);
    expect([1, 2].map(() => numbers.next(new Set()))).toEqual([0x7fff_ffff, 1]);
  });

  it('passes over the numbers that are in use', () => {
    const numbers = new SequenceNumbers(0x7fff_fffe);
    expect(numbers.next(new Set([0x7fff_ffff, 1, 2, 4]))).toBe(3);
  });
});

import { BOUNDS } from '../sms-verification.options';
import { drawCode, drawVerificationId, isVerificationId } from './verification-code';

describe(drawCode.name, () => {
  it.each([BOUNDS.codeLength[0], 8, BOUNDS.codeLength[1]])('draws %i decimal digits', (length) => {
    for (let draw = 0; draw < 1_000; draw += 1) {
      expect(drawCode(length)).toMatch(new RegExp(`^[0-9]{${String(length)}}$`));
    }
  });

  it('draws every code as often as every other, leading zeros kept: χ² over 10⁶ codes [ASVS 6.5.3]', () => {
    const draws = 1_000_000;
    const cells = 1_000;
    // The first three digits, then the last three: leading zeros and the bias of a remainder would show there.
    const first = new Array<number>(cells).fill(0);
    const last = new Array<number>(cells).fill(0);
    for (let draw = 0; draw < draws; draw += 1) {
      const code = drawCode(6);
      count(first, Number(code.slice(0, 3)));
      count(last, Number(code.slice(3)));
    }
    // With 999 degrees of freedom χ² has mean 999 and deviation 44.7. A fair draw passes 1,350 once in 10¹² runs.
    expect(chiSquare(first, draws / cells)).toBeLessThan(1_350);
    expect(chiSquare(last, draws / cells)).toBeLessThan(1_350);
  });
});

describe(drawVerificationId.name, () => {
  it('draws 128 bits that no other draw has [ASVS 11.5.1]', () => {
    const ids = Array.from({ length: 10_000 }, drawVerificationId);

    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(16);
    // Each of the 128 bits is drawn: none is the same in all ids.
    const bytes = ids.map((id) => Buffer.from(id, 'base64url'));
    for (let bit = 0; bit < 128; bit += 1) {
      const set = bytes.filter((id) => ((id[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      expect(Math.abs(set - ids.length / 2)).toBeLessThan(500);
    }
  });

  it('draws what is a verification id', () => {
    expect(isVerificationId(drawVerificationId())).toBe(true);
  });
});

describe(isVerificationId.name, () => {
  it.each([
    '',
    'A'.repeat(21),
    'A'.repeat(23),
    `${'A'.repeat(21)}=`,
    `${'A'.repeat(21)}:`,
    `${'A'.repeat(22)}\n`,
  ])('takes %j for none', (text) => {
    expect(isVerificationId(text)).toBe(false);
  });
});

function count(cells: number[], index: number): void {
  cells[index] = (cells[index] ?? 0) + 1;
}

function chiSquare(observed: readonly number[], expected: number): number {
  return observed.reduce((sum, value) => sum + (value - expected) ** 2 / expected, 0);
}

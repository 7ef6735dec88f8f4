import { drawCode, drawVerificationId } from './verification-code';
import { sealCode, unsealCode } from './sealed-code';

const SECRET = 'a secret of at least thirty-two bytes';

describe(sealCode.name, () => {
  it.each([6, 7, 8, 9, 10])('gives back codes of %i digits, leading zeros kept', (length) => {
    for (let round = 0; round < 200; round += 1) {
      const id = drawVerificationId();
      const code = drawCode(length);
      const sealed = sealCode(SECRET, id, code);
      expect(sealed).toMatch(new RegExp(`^[0-9]{${String(length)}}$`));
      expect(unsealCode(SECRET, id, sealed)).toBe(code);
    }
  });

  it('seals one code differently for each verification and each secret', () => {
    const seals = Array.from({ length: 100 }, () => sealCode(SECRET, drawVerificationId(), '0000000000'));
    expect(new Set(seals).size).toBe(100);
    expect(sealCode(SECRET, 'id', '0000000000')).not.toBe(sealCode(`${SECRET}!`, 'id', '0000000000'));
  });

  it('keeps its seals over releases: another form would give a resend other digits', () => {
    expect(sealCode(SECRET, 'V'.repeat(22), '0123456789')).toBe('3858852328');
  });

  it('pads with every digit equally often', () => {
    const counts = new Array<number>(10).fill(0);
    for (let round = 0; round < 20_000; round += 1) {
      for (const digit of sealCode(SECRET, `id-${String(round)}`, '000000'))
        counts[Number(digit)] = (counts[Number(digit)] ?? 0) + 1;
    }
    const expected = 12_000;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 9 degrees of freedom: beyond 60 with a probability below 10⁻⁸. The ids are fixed, so the figure is too.
    expect(chiSquare).toBeLessThan(60);
  });
});

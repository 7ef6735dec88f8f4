import { BOUNDS } from '../sms-verification.options';
import { verificationText } from './verification-text';

// 3GPP TS 23.038, the basic set without its extension table: one character, one septet.
const GSM_7 = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);

describe(verificationText.name, () => {
  it('fits one GSM-7 segment with every lifetime and the longest code that the options allow', () => {
    const code = '9'.repeat(BOUNDS.codeLength[1]);
    for (
      let lifetimeMs: number = BOUNDS.lifetimeMs[0];
      lifetimeMs <= BOUNDS.lifetimeMs[1];
      lifetimeMs += 500
    ) {
      const text = verificationText({ code, lifetimeMs });

      expect(text.length).toBeLessThanOrEqual(160);
      expect(Array.from(text).filter((character) => !GSM_7.has(character))).toEqual([]);
    }
  });

  it('begins with the code, which a notification then shows, and keeps its leading zeros', () => {
    expect(verificationText({ code: '004207', lifetimeMs: 300_000 })).toMatch(/^004207 /);
  });

  it('warns against sharing the code', () => {
    expect(verificationText({ code: '123456', lifetimeMs: 300_000 })).toContain('Do not share it');
  });

  it.each([
    [1_000, '1 second'],
    [1_999, '1 second'],
    [59_000, '59 seconds'],
    [60_000, '1 minute'],
    [90_000, '90 seconds'],
    [119_999, '119 seconds'],
    [300_000, '5 minutes'],
    [600_000, '10 minutes'],
  ])('says of a lifetime of %i ms that it is %s, which is never more than it is', (lifetimeMs, words) => {
    expect(verificationText({ code: '123456', lifetimeMs })).toContain(`good for ${words}.`);
  });
});

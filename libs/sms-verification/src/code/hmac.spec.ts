import { createHmac } from 'node:crypto';
import { hmacBytes, hmacText } from './hmac';

describe(hmacText.name, () => {
  it.each([
    ['short', 'a secret'],
    ['as long as a block', 's'.repeat(64)],
    ['longer than a block', 's'.repeat(65)],
    ['of other characters than ASCII', 'gëheim-秘密-🔑'.repeat(3)],
  ])('is the HMAC-SHA-256 that Node makes, with a secret that is %s', (_, secret) => {
    for (const input of ['', '+14155550100', 'é'.repeat(300)]) {
      const whole = createHmac('sha256', secret).update(input).digest('base64url');
      expect(hmacText(secret, input, 43)).toBe(whole);
      expect(hmacText(secret, input, 22)).toBe(whole.slice(0, 22));
      expect(Buffer.from(hmacBytes(secret, input), 'latin1').toString('base64url')).toBe(whole);
    }
  });
});

import { PhoneNumber } from '../../phone/phone-number';
import { levelsOf, levelsOfE164 } from './number-levels';

const KEY = 'k'.repeat(32);

describe('the levels of a number', () => {
  it.each([
    ['+33612345678', 'FR', 'FR-61'],
    ['+12125550123', 'US', 'US-212'],
    ['+4915112345678', 'DE', 'DE-151'],
    ['+4520123456', 'DK', 'DK-20'],
    ['+919812345678', 'IN', 'IN-981'],
    ['+992901234567', 'TJ', 'TJ-90'],
    ['+3725123456', 'EE', 'EE-5'],
  ])('of %s are its country %s and the operator %s', (e164, country, operator) => {
    expect(levelsOfE164(e164, country, KEY)).toMatchObject({ country, operator });
  });

  it('are those of a parsed number', () => {
    const phone = PhoneNumber.parse('+33612345678');
    expect(levelsOf(phone, KEY)).toEqual(levelsOfE164('+33612345678', 'FR', KEY));
  });

  it('share a range where only the last four digits differ, and no other', () => {
    const range = (e164: string) => levelsOfE164(e164, 'FR', KEY).range;
    expect(range('+33612345678')).toBe(range('+33612340000'));
    expect(range('+33612345678')).not.toBe(range('+33612355678'));
  });

  it('name a range by its country and a keyed digest, which tells no digit of it', () => {
    const { range } = levelsOfE164('+33612345678', 'FR', KEY);
    expect(range).toMatch(/^FR-[A-Za-z0-9_-]{10}$/);
    expect(levelsOfE164('+33612345678', 'FR', 'x'.repeat(32)).range).not.toBe(range);
  });
});

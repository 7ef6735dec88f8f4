import { format, inspect } from 'node:util';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { PhoneInvalidError, PhoneNotSupportedError } from '../sms-verification.errors';
import { isCountry, NO_COUNTRY, PhoneNumber } from './phone-number';

describe(PhoneNumber.name, () => {
  describe('reading', () => {
    it.each([
      ['+14155550100', undefined],
      ['+1 415 555 0100', undefined],
      ['+1 (415) 555-0100', undefined],
      ['+1.415.555.0100', undefined],
      ['+1-415-555-0100', 'AU'],
      ['415-555-0100', 'US'],
      ['(415) 555 0100', 'US'],
      ['1 415 555 0100', 'US'],
      ['0011 1 415 555 0100', 'AU'],
    ])(
      'takes %j in region %s for +14155550100, as every other spelling of it [ASVS 2.2.1]',
      (text, region) => {
        const phone = PhoneNumber.parse(text, region);

        expect(phone.e164).toBe('+14155550100');
        expect(phone.equals(PhoneNumber.parse('+14155550100'))).toBe(true);
      },
    );

    it.each([
      ['0412 345 678', 'AU', '+61412345678'],
      ['+61 (0)412 345 678', undefined, '+61412345678'],
      ['011 15-2345-6789', 'AR', '+5491123456789'],
      ['8 912 345-67-89', 'RU', '+79123456789'],
      ['090 1234 5678', 'JP', '+819012345678'],
      ['+33 06 12 34 56 78', undefined, '+33612345678'],
    ])('drops what %j writes for callers within %s alone', (text, region, e164) => {
      expect(PhoneNumber.parse(text, region).e164).toBe(e164);
    });

    it.each([
      ['+14155550100', 'US'],
      ['+16135550100', 'CA'],
      ['+12423570123', 'BS'],
      ['+77012345678', 'KZ'],
      ['+447911123456', 'GG'],
      ['+8613812345678', 'CN'],
      // A satellite network belongs to no country.
      ['+870301234561', 'ZZ'],
    ])('knows that %s belongs to %s', (e164, country) => {
      expect(PhoneNumber.parse(e164).country).toBe(country);
    });

    it.each([
      ['no region', undefined],
      ['a region whose numbers look different', 'GB'],
      ['a region that does not exist', 'XX'],
      ['a region in lower case', 'us'],
    ])('refuses a national number with %s', (_what, region) => {
      expect(() => PhoneNumber.parse('415-555-0100', region)).toThrow(PhoneInvalidError);
    });

    it.each([
      '',
      '+',
      '+1',
      'hello',
      '+1415555010',
      '+141555501001',
      '+999123456789',
      '++14155550100',
      '+14155550100 ext. 5',
      '+14155550100;ext=5',
      'call +14155550100',
      '+14155550100,+14155550101',
      '+1 800 FLOWERS',
      '+1415555O100',
      'tel:+14155550100',
      '\u200e+14155550100',
      '\u202a+14155550100\u202c',
      '+1\n4155550100',
      `+1${'4'.repeat(10_000)}`,
    ])('refuses %.40j [ASVS 2.2.1]', (text) => {
      expect(() => PhoneNumber.parse(text, 'US')).toThrow(PhoneInvalidError);
    });

    it.each([
      ['MOBILE', '+61412345678', '+33612345678', '+8613812345678', '+6281234567890', '+919876543210'],
      ['FIXED_LINE_OR_MOBILE', '+14155550100', '+525512345678'],
      // Of Iridium, Globalstar and Inmarsat: what country a message may go to is not decided here.
      ['MOBILE, of a satellite', '+881612345678', '+881812345678', '+870301234561'],
    ])('takes a number that gets SMS: %s', (_type, ...numbers) => {
      for (const e164 of numbers) expect(PhoneNumber.parse(e164).e164).toBe(e164);
    });

    it.each([
      ['FIXED_LINE', '+442079460100', '+33142685300', '+861062345678', '+911122334455', '+62211234567'],
      // Where only the full metadata tells, too: France, Italy, Japan.
      ['PREMIUM_RATE', '+449012345678', '+33836123456', '+19002345678', '+81990123456', '+979123456789'],
      ['SHARED_COST', '+611300123456', '+33820123456', '+491801123456', '+41840123456', '+80812345678'],
      ['TOLL_FREE', '+448001234567', '+18005550100', '+911800123456', '+80012345678'],
      ['PERSONAL_NUMBER', '+447012345678', '+15005550100', '+41878123456'],
      ['PAGER', '+447640123456', '+49164123456'],
      ['UAN', '+445512345678', '+353818501234', '+88812345678901'],
      ['VOICEMAIL', '+41860123456789', '+3538551234567', '+88234851234567'],
      ['VOIP', '+445612345678', '+815012345678', '+33912345678', '+353761234567', '+883510000123456'],
    ] as const)('refuses a number that gets no SMS: %s', (type, ...numbers) => {
      for (const e164 of numbers) {
        // The metadata has it so, or the number would be refused for another reason.
        expect([e164, parsePhoneNumberFromString(e164)?.getType()]).toEqual([e164, type]);
        expect(() => PhoneNumber.parse(e164)).toThrow(PhoneNotSupportedError);
      }
    });
  });

  describe('taking back what it wrote', () => {
    it('gives an equal number, with its country', () => {
      const phone = PhoneNumber.fromE164(PhoneNumber.parse('0412 345 678', 'AU').e164);

      expect(phone.equals(PhoneNumber.parse('+61412345678'))).toBe(true);
      expect(phone.country).toBe('AU');
    });

    it.each([
      '',
      '14155550100',
      '+0155550100',
      '+123',
      '+1234567890123456',
      '+1 4155550100',
      '+14155550100\n',
    ])('refuses %j, which it never writes', (text) => {
      expect(() => PhoneNumber.fromE164(text)).toThrow(PhoneInvalidError);
    });
  });

  describe('masking', () => {
    it.each([
      ['a calling code of one digit', '+14155550100', '+1••••••0100'],
      ['a calling code of two digits', '+61412345678', '+61•••••5678'],
      ['a calling code of three digits', '+353850123456', '+353•••••3456'],
      ['a number as long as numbers get', '+5491123456789', '+54•••••••6789'],
      ['a short number, of which it hides two digits at least', '+29051234', '+290••234'],
      ['a shorter one', '+6907290', '+690••90'],
      ['a network of no country, whose calling code it hides too', '+870301234561', '+••••••••4561'],
    ])('shows the calling code and the end: %s', (_what, e164, masked) => {
      expect(PhoneNumber.parse(e164).masked).toBe(masked);
    });
  });

  it('is printed masked wherever it is printed by accident [ASVS 16.2.5]', () => {
    const phone = PhoneNumber.parse('+61412345678');
    const error = new Error(`cannot reach ${String(phone)}`, { cause: { phone } });
    const printed = [
      String(phone),
      JSON.stringify({ phone }),
      inspect(phone),
      inspect({ deep: [{ phone }] }, { depth: null }),
      // What is left when somebody switches the custom form off: the number is a private field.
      inspect(phone, { customInspect: false, showHidden: true }),
      format('%s %o %O %j', phone, phone, phone, phone),
      inspect(error),
      error.message,
      [phone].join(),
      Object.values(phone).join(),
    ];

    expect(printed.slice(0, 3)).toEqual([
      '+61•••••5678',
      '{"phone":"+61•••••5678"}',
      'PhoneNumber(+61•••••5678)',
    ]);
    for (const text of printed) expect(text).not.toMatch(/412345678|41234/);
  });

  it('is not quoted by the errors that refuse it [ASVS 16.2.5]', () => {
    for (const text of ['+3311122233344', '+442079460199']) {
      let thrown: unknown;
      try {
        PhoneNumber.parse(text);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(Error);
      expect(inspect(thrown)).not.toContain(text.slice(3));
    }
  });
});

describe(isCountry.name, () => {
  it.each(['US', 'GB', 'KZ', 'XK', 'AC'])('knows %s', (text) => {
    expect(isCountry(text)).toBe(true);
  });

  it.each(['', 'us', 'UK', 'USA', 'XX', NO_COUNTRY, '001', 'constructor'])('does not know %j', (text) => {
    expect(isCountry(text)).toBe(false);
  });
});

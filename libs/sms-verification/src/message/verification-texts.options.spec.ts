import { MessageTextOptionsError, type MessageTextOptions } from './message-text.options';
import { VerificationTexts } from './verification-texts';

const POLICIES = new Map([
  ['login', { lifetimeMs: 600_000 }],
  ['pay', { lifetimeMs: 90_000 }],
]);
const LONG = `{code} ${'x'.repeat(160)}`;

function problemsOf(options: MessageTextOptions): readonly string[] {
  try {
    new VerificationTexts(options).measure(POLICIES, 6);
  } catch (error) {
    if (error instanceof MessageTextOptionsError) return error.problems;
    throw error;
  }
  return [];
}

function textOf(options: MessageTextOptions, purpose: string, locale: string): string {
  const texts = new VerificationTexts(options);
  return texts.render({ purpose, locale, code: '012345', lifetimeMs: 300_000 }).text;
}

describe('the texts of an application', () => {
  it('replace those of a purpose in a locale and leave all others', () => {
    const options = { templates: { fr: { texts: { login: 'Entrez {code} ({lifetime})' } } } };

    expect(textOf(options, 'login', 'fr')).toBe('Entrez 012345 (5 minutes)');
    expect(textOf(options, 'register', 'fr')).toBe(textOf({}, 'register', 'fr'));
    expect(textOf(options, 'login', 'de')).toBe(textOf({}, 'login', 'de'));
  });

  it('serve a purpose that the library does not know, and purposes without their own', () => {
    const options = { templates: { en: { texts: { pay: 'Pay with {code}', default: 'Use {code}' } } } };

    expect(textOf(options, 'pay', 'en')).toBe('Pay with 012345');
    expect(textOf(options, 'other', 'en')).toBe('Use 012345');
  });

  it('bring a locale of their own, with its plural forms', () => {
    const options = {
      templates: {
        pl: {
          lifetime: '{count, plural, one {# minuta} few {# minuty} many {# minut} other {# minuty}}',
          texts: { default: '{code} to kod {product}, {lifetime}' },
        },
      },
    };
    const texts = new VerificationTexts(options);

    expect(textOf(options, 'login', texts.chooseLocale({ locale: 'pl-PL' }))).toBe(
      '012345 to kod Verify, 5 minut',
    );
  });

  it('may inflect the lifetime themselves', () => {
    const login =
      '{code}: {unit, select, minutes {{count, plural, one {one minute} other {# min}}} other {soon}}';

    expect(textOf({ templates: { en: { texts: { login } } } }, 'login', 'en')).toBe('012345: 5 min');
  });

  it('come in several lengths, of which the longest that fits is sent', () => {
    const login = [LONG, '{code} short'] as const;

    expect(textOf({ templates: { en: { texts: { login } } } }, 'login', 'en')).toBe('012345 short');
  });

  it('name the product as configured', () => {
    expect(textOf({ productName: 'Łódź Bank' }, 'login', 'zh')).toContain('【Łódź Bank】');
  });

  it.each<[string, MessageTextOptions, RegExp]>([
    [
      'one that cannot be parsed',
      { templates: { en: { texts: { login: '{code' } } } },
      /^templates.en.texts.login/,
    ],
    [
      'one with a plural form that the locale lacks',
      { templates: { en: { texts: { login: '{code} {count, plural, few {#} other {#}}' } } } },
      /^templates.en.texts.login.*few/s,
    ],
    [
      'one without the code',
      { templates: { en: { texts: { login: 'Hello' } } } },
      /en.texts.login must have {code}/,
    ],
    ['one with the code twice', { templates: { en: { texts: { pay: '{code} {code}' } } } }, /exactly once/],
    [
      'one with an argument that nothing gives',
      { templates: { en: { texts: { login: '{code} {name}' } } } },
      /'name'/,
    ],
    [
      'a lifetime that cannot be parsed',
      { templates: { en: { lifetime: '{count, plural, few {#} other {#}}' } } },
      /^templates.en.lifetime/,
    ],
    [
      'a locale without a default',
      { templates: { pl: { lifetime: 'x', texts: {} } } },
      /pl.texts.default is missing/,
    ],
    [
      'a locale without a lifetime',
      { templates: { pl: { texts: { default: '{code}' } } } },
      /pl.lifetime is missing/,
    ],
    ['no locale at all', { templates: { 'not a locale': { lifetime: 'x' } } }, /not a locale/],
    [
      'a purpose that there is not',
      { templates: { en: { texts: { lgoin: '{code}' } } } },
      /lgoin, which is no purpose/,
    ],
    ['a default locale without texts', { defaultLocale: 'nl' }, /^defaultLocale nl/],
    ['an empty product name', { productName: '' }, /^productName/],
    ['a long product name', { productName: 'x'.repeat(31) }, /^productName/],
    ['a product name of two lines', { productName: 'a\n@example.net #1' }, /^productName/],
    ['a product name with a direction mark', { productName: 'a\u202eb' }, /^productName/],
    ['a host with a scheme', { webOtpHosts: ['https://example.com'] }, /^webOtpHosts/],
    ['a hash that is none', { androidAppHashes: ['abc'] }, /^androidAppHashes/],
    ['an allowance that is misspelt', { allowedMultiSegment: ['login-en'] }, /^allowedMultiSegment/],
    [
      'an allowance of a locale that there is not',
      { allowedMultiSegment: ['login:nl'] },
      /login:nl, which is no/,
    ],
  ])('are refused by name: %s', (_what, options, problem) => {
    expect(problemsOf(options)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });

  it('are all named when several are wrong', () => {
    expect(problemsOf({ productName: '', defaultLocale: 'nl', webOtpHosts: ['A'] })).toHaveLength(3);
  });
});

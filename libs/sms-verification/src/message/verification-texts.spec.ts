import { LOCALE_TEMPLATES } from './templates';
import { ANDROID_MAX_BYTES, type MessageFormat } from './message-format';
import { VerificationTexts } from './verification-texts';

const HOST = 'auth.example.com';
const HASH = 'FA+9qCX9VSu';
const PURPOSES = ['login', 'register', 'reset_password', 'change_phone', 'delete_account'];
const LOCALES = ['ar', 'de', 'en', 'es', 'fr', 'hi', 'pt', 'zh'];
const FORMATS: readonly MessageFormat[] = [
  { kind: 'plain' },
  { kind: 'web-otp', host: HOST },
  { kind: 'android', appHash: HASH },
];
const SECONDS = [1, 2, 3, 59, 60, 119, 120, 180, 300, 599, 600, 660];
const UCS_2 = ['ar', 'hi', 'zh'];

/** The words in which each locale asks not to share the code, in its long texts and in its short ones. */
const DO_NOT_SHARE: Readonly<Record<string, RegExp>> = {
  ar: /لا تشاركه/,
  de: /Geben Sie ihn an niemanden weiter|Nicht weitergeben/,
  en: /Do not share it/,
  es: /No la comparta/,
  fr: /Ne le communiquez à personne|Ne le partagez pas/,
  hi: /न बताएँ|साझा न करें/,
  pt: /Nunca o compartilhe/,
  zh: /请勿告知他人/,
};

const texts = new VerificationTexts({ webOtpHosts: [HOST], androidAppHashes: [HASH] });
const every = LOCALES.flatMap((locale) =>
  PURPOSES.flatMap((purpose) =>
    FORMATS.map((format) => ({
      name: `${purpose} in ${locale} for ${format.kind}`,
      locale,
      purpose,
      format,
    })),
  ),
);

function rendered(locale: string, seconds: number, purpose = 'login', format?: MessageFormat): string {
  return texts.render({ purpose, locale, code: '012345', lifetimeMs: seconds * 1_000, format }).text;
}

/** The text without what its format appends. */
function bodyOf(text: string, format: MessageFormat): string {
  return format.kind === 'plain' ? text : text.slice(0, text.lastIndexOf('\n'));
}

describe(VerificationTexts.name, () => {
  it('has texts in eight locales, and one for every purpose that comes with the library', () => {
    expect([...LOCALE_TEMPLATES.keys()].sort()).toEqual(LOCALES);
    for (const { texts: own } of LOCALE_TEMPLATES.values()) {
      expect(Object.keys(own)).toEqual(['login', 'register', 'reset_password', 'change_phone', 'default']);
    }
  });

  it('writes no letter in a form that only looks like its normal one', () => {
    for (const templates of LOCALE_TEMPLATES.values()) {
      const all = JSON.stringify(templates);
      expect(all).toBe(all.normalize('NFC'));
      expect(all).not.toMatch(/[\p{Cf}\u00a0]/u);
    }
  });

  describe.each(every)('$name', ({ locale, purpose, format }) => {
    it('fits one segment, however long the code is good', () => {
      for (const seconds of SECONDS) {
        const lifetimeMs = seconds * 1_000;
        const message = texts.render({ purpose, locale, code: '012345', lifetimeMs, format });

        const encoding = UCS_2.includes(locale) ? 'UCS-2' : 'GSM-7';
        expect(message).toMatchObject({ locale, segments: 1, encoding });
        expect(message.characters).toBeLessThanOrEqual(encoding === 'UCS-2' ? 70 : 160);
        if (format.kind === 'android') {
          expect(Buffer.byteLength(message.text)).toBeLessThanOrEqual(ANDROID_MAX_BYTES);
        }
      }
    });

    it('says the code once, the product, how long it is good, and not to share it', () => {
      const body = bodyOf(rendered(locale, 600, purpose, format), format);

      expect(body.split('012345')).toHaveLength(2);
      expect(body).toContain('Verify');
      expect(body).toContain('10');
      expect(body).toMatch(DO_NOT_SHARE[locale] ?? /$^/);
    });

    it('has a code of ASCII digits that touches no other letter or digit', () => {
      const text = rendered(locale, 300, purpose, format);

      expect(text).toMatch(/(?<![\p{L}\p{N}])012345(?![\p{L}\p{N}])/u);
      expect(text).not.toMatch(/[^\P{Nd}0-9]/u);
    });
  });

  it.each(LOCALES)('says what the code is for: in %s no two purposes read the same', (locale) => {
    for (const format of FORMATS) {
      expect(new Set(PURPOSES.map((purpose) => rendered(locale, 300, purpose, format))).size).toBe(5);
    }
  });

  it('ends with exactly the line that WebOTP reads [WICG sms-one-time-codes]', () => {
    for (const { locale, purpose, format } of every.filter((one) => one.format.kind === 'web-otp')) {
      expect(rendered(locale, 300, purpose, format).split('\n').at(-1)).toBe(`@${HOST} #012345`);
    }
  });

  it('ends with exactly the hash that Android reads', () => {
    for (const { locale, purpose, format } of every.filter((one) => one.format.kind === 'android')) {
      expect(rendered(locale, 300, purpose, format).split('\n').at(-1)).toBe(HASH);
    }
  });

  it('keeps Arabic numbers out of the runs of Latin names, whichever text is taken [UAX #9 W7]', () => {
    for (const { purpose, format } of every.filter((one) => one.locale === 'ar')) {
      for (const line of bodyOf(rendered('ar', 300, purpose, format), format).split('\n')) {
        // The paragraph runs as its first letter does, and a number after a Latin letter is drawn with it.
        expect(/\p{L}/u.exec(line)?.[0]).toMatch(/\p{Script=Arabic}/u);
        expect(line).not.toMatch(/\p{Script=Latin}[^\p{L}]*\d/u);
      }
    }
  });

  it.each([
    ['en', { 1: '1 second', 59: '59 seconds', 60: '1 minute', 120: '2 minutes', 90: '90 seconds' }],
    ['de', { 1: '1 Sekunde', 59: '59 Sekunden', 60: '1 Minute', 300: '5 Minuten' }],
    ['fr', { 1: '1 seconde', 59: '59 secondes', 60: '1 minute', 300: '5 minutes' }],
    ['es', { 1: '1 segundo', 59: '59 segundos', 60: '1 minuto', 300: '5 minutos' }],
    ['pt', { 1: '1 segundo', 59: '59 segundos', 60: '1 minuto', 300: '5 minutos' }],
    ['zh', { 1: '1秒', 59: '59秒', 60: '1分钟', 300: '5分钟' }],
    ['hi', { 1: '1 सेकंड', 59: '59 सेकंड', 60: '1 मिनट', 300: '5 मिनट' }],
    [
      'ar',
      {
        1: 'لمدة ثانية.',
        2: 'لمدة ثانيتين.',
        3: '3 ثوانٍ',
        59: '59 ثانية',
        60: 'لمدة دقيقة.',
        100: '100 ثانية',
        103: '103 ثوانٍ',
        120: 'لمدة دقيقتين.',
        180: '3 دقائق',
        300: '5 دقائق',
        600: '10 دقائق',
        660: '11 دقيقة',
        6_000: '100 دقيقة',
      },
    ],
  ])('has the plural forms of %s', (locale, forms) => {
    for (const [seconds, words] of Object.entries(forms)) {
      expect(rendered(locale, Number(seconds))).toContain(words);
    }
  });

  it('never promises more time than there is', () => {
    expect(texts.render({ purpose: 'login', locale: 'en', code: '1', lifetimeMs: 59_999 }).text).toContain(
      '59 seconds',
    );
    expect(texts.render({ purpose: 'login', locale: 'en', code: '1', lifetimeMs: 1 }).text).toContain(
      '1 second.',
    );
  });

  it('writes in the default locale for a locale without texts', () => {
    const inGerman = new VerificationTexts({ defaultLocale: 'de' });
    const message = inGerman.render({ purpose: 'login', locale: 'xx', code: '1', lifetimeMs: 60_000 });

    expect(message.locale).toBe('de');
    expect(inGerman.chooseLocale({ locale: 'xx' })).toBe('de');
  });

  it.each(['constructor', '__proto__', 'default'])('has the default text for the purpose %s', (purpose) => {
    expect(rendered('en', 300, purpose)).toBe(rendered('en', 300, 'delete_account'));
  });

  it('refuses a host and a hash that are not configured', () => {
    expect(() => rendered('en', 300, 'login', { kind: 'web-otp', host: 'example.net' })).toThrow(RangeError);
    expect(() => rendered('en', 300, 'login', { kind: 'android', appHash: 'AAAAAAAAAAA' })).toThrow(
      RangeError,
    );
    expect(texts.chooseFormat({ kind: 'web-otp', host: 'example.net' })).toBeUndefined();
    expect(texts.chooseFormat({ kind: 'web-otp' })).toEqual({ kind: 'web-otp', host: HOST });
  });
});

import type { MessageTextOptions } from './message-text.options';
import { priceOf, TextTooLongError } from './text-measurement';
import { VerificationTexts } from './verification-texts';

const POLICIES = new Map([
  ['login', { lifetimeMs: 600_000 }],
  ['pay', { lifetimeMs: 90_000 }],
]);
const HASH = 'FA+9qCX9VSu';
const LONG = `{code} ${'x'.repeat(160)}`;

function tooLong(options: MessageTextOptions, codeLength = 6): TextTooLongError | undefined {
  try {
    new VerificationTexts(options).measure(POLICIES, codeLength);
  } catch (error) {
    if (error instanceof TextTooLongError) return error;
    throw error;
  }
  return undefined;
}

describe('measuring texts at start', () => {
  it('reports the price of every purpose in every locale and format', () => {
    const options = { webOtpHosts: ['example.com'], androidAppHashes: [HASH] };
    const report = new VerificationTexts(options).measure(POLICIES, 10);

    expect(report).toHaveLength(2 * 8 * 3);
    for (const { segments, characters, encoding, format, bytes } of report) {
      expect(segments).toBe(1);
      expect(characters).toBeLessThanOrEqual(encoding === 'GSM-7' ? 160 : 70);
      if (format.kind === 'android') expect(bytes).toBeLessThanOrEqual(140);
    }
  });

  it('shows the price in segments, and the locales that it is for', () => {
    expect(priceOf(new VerificationTexts().measure(POLICIES, 6))).toBe(
      '1 segment (ar, de, en, es, fr, hi, pt, zh)',
    );
    const dear = { templates: { hi: { texts: { login: LONG } } }, allowedMultiSegment: ['login:hi'] };
    expect(priceOf(new VerificationTexts(dear).measure(POLICIES, 6))).toBe(
      '1 segment (ar, de, en, es, fr, pt, zh), 2 segments (hi)',
    );
  });

  it('measures with the longest lifetime that a message may tell, also what is left at a resend', () => {
    const login = `{code} ${'x'.repeat(143)} {lifetime}`;

    expect(tooLong({ templates: { en: { texts: { login } } } })?.texts).toMatchObject([
      {
        purpose: 'login',
        locale: 'en',
        characters: 162,
        text: expect.stringContaining('100 seconds') as string,
      },
    ]);
  });

  it('stops at texts over one segment and names each', () => {
    const error = tooLong({ templates: { en: { texts: { login: LONG } }, de: { texts: { pay: LONG } } } });

    expect(error?.texts.map(({ purpose, locale }) => `${purpose}:${locale}`)).toEqual(['login:en', 'pay:de']);
    expect(error?.message).toContain(
      'login:en (plain): 2 segments (GSM-7, 167 characters where one segment has 160)',
    );
    expect(error?.message).toContain('pay:de (plain)');
  });

  it('stops at a product name that makes texts leave GSM-7', () => {
    const locales = tooLong({ productName: 'Łódź Bank' })?.texts.map(({ locale }) => locale);

    expect(locales).toEqual(expect.arrayContaining(['de', 'en', 'es', 'fr', 'pt']));
    expect(locales).not.toContain('zh');
  });

  it('stops at a host that leaves no room, and names it', () => {
    const host = 'one-time-codes.accounts.example.com';

    expect(tooLong({ webOtpHosts: [host] })?.message).toContain(`login:hi (web-otp @${host}): 2 segments`);
  });

  it('stops at texts over 140 bytes where an app hash is on, though they are one segment', () => {
    const templates = { en: { texts: { login: `{code} ${'x'.repeat(122)}` } } };

    expect(tooLong({ templates })).toBeUndefined();
    expect(tooLong({ templates, androidAppHashes: [HASH] })?.message).toMatch(
      /login:en \(android\): 1 segment .*, 141 of 140 bytes/,
    );
  });

  it('takes the configured length of codes', () => {
    const templates = { en: { texts: { login: `{code}${'x'.repeat(154)}` } } };

    expect(tooLong({ templates }, 6)).toBeUndefined();
    expect(tooLong({ templates }, 7)?.texts).toHaveLength(1);
  });

  it('lets pass what is allowed by name, and nothing else', () => {
    const templates = { en: { texts: { login: LONG, pay: LONG } } };
    const texts = new VerificationTexts({ templates, allowedMultiSegment: ['login:en', 'pay:en'] });

    expect(texts.measure(POLICIES, 6).find(({ locale }) => locale === 'en')).toMatchObject({ segments: 2 });
    expect(texts.render({ purpose: 'pay', locale: 'en', code: '012345', lifetimeMs: 1_000 }).segments).toBe(
      2,
    );
    const error = tooLong({ templates, allowedMultiSegment: ['login:en'] });
    expect(error?.texts).toMatchObject([{ purpose: 'pay', locale: 'en' }]);
  });
});

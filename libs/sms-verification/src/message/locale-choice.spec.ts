import fc from 'fast-check';
import { LocaleLookup } from './locale-choice';

const LOCALES = ['en', 'zh', 'es', 'fr', 'de', 'ar', 'hi', 'pt', 'pt-AO'];
const lookup = new LocaleLookup(LOCALES, 'en');

describe(LocaleLookup.name, () => {
  it.each([
    ['fr', 'fr'],
    ['pt-BR', 'pt'],
    ['pt-AO', 'pt-AO'],
    ['PT-ao', 'pt-AO'],
    ['pt_BR', 'pt'],
    ['zh-Hant-TW', 'zh'],
    ['zh-Hans-CN-u-nu-hanidec', 'zh'],
    ['de-DE-1996', 'de'],
    ['ar-x-private', 'ar'],
    ['hi-a-b-c', 'hi'],
    [' es ', 'es'],
    ['nl', 'en'],
    ['x-fr', 'en'],
    ['e', 'en'],
  ])('takes the locale %j for %s, cutting from the end (RFC 4647 §3.4)', (locale, expected) => {
    expect(lookup.choose({ locale })).toBe(expected);
  });

  it.each([
    ['de', 'de'],
    ['de-CH, de;q=0.9, en;q=0.8', 'de'],
    ['en;q=0.5, fr;q=0.9, de;q=0.7', 'fr'],
    ['nl, sv;q=0.9, hi;q=0.1', 'hi'],
    ['es;q=0.5, ar;q=0.5', 'es'],
    ['fr;q=0, es', 'es'],
    ['fr;q=0.000, *', 'en'],
    ['*', 'en'],
    ['*, zh;q=0.5', 'zh'],
    ['FR;Q=1.000', 'fr'],
    ['fr ; q=0.3 , de ; q=0.4', 'de'],
    ['fr;q=2, de;q=0.1', 'de'],
    ['fr;q=1.5, de;q=0.1', 'de'],
    ['fr;q=0.1234, de;q=0.1', 'de'],
    ['fr;q=-1, de', 'de'],
    ['fr;q=, de', 'de'],
    ['fr;level=1, de;q=0.1', 'de'],
    [',,, ;q=1, fr', 'fr'],
    ['', 'en'],
  ])('reads Accept-Language %j as %s (RFC 9110 §12.5.4)', (acceptLanguage, expected) => {
    expect(lookup.choose({ acceptLanguage })).toBe(expected);
  });

  it('prefers the locale that the client names to its Accept-Language', () => {
    expect(lookup.choose({ locale: 'hi', acceptLanguage: 'fr' })).toBe('hi');
  });

  it('falls back to Accept-Language when there is nothing in the locale named', () => {
    expect(lookup.choose({ locale: 'nl', acceptLanguage: 'fr' })).toBe('fr');
    expect(lookup.choose({ locale: '??', acceptLanguage: 'fr' })).toBe('fr');
  });

  it('uses the default when nothing is said', () => {
    expect(lookup.choose({})).toBe('en');
  });

  it.each([
    '__proto__',
    'constructor',
    'fr\u0000',
    'fr\r\nX-Evil: 1',
    '../../etc/passwd',
    "en' OR 1=1",
    '{code}',
    '-',
    '-fr',
    'fr-',
    'fr--CA',
    '😀',
    '\ud800',
    'İ',
  ])('passes over the hostile %j without a throw', (hostile) => {
    expect(lookup.choose({ locale: hostile, acceptLanguage: hostile })).toBe('en');
    expect(lookup.choose({ locale: hostile, acceptLanguage: `${hostile}, de;q=0.1` })).toBe('de');
  });

  it.each([
    ['a tag of a million letters', 'a'.repeat(1_000_000)],
    ['a tag of a million subtags', 'a-'.repeat(1_000_000)],
    ['a million ranges', 'nl,'.repeat(1_000_000)],
    ['a million parameters', `fr${';'.repeat(1_000_000)}`],
    ['a million spaces', ' '.repeat(1_000_000)],
  ])('stays quick on %s', (_what, hostile) => {
    const start = performance.now();

    expect(lookup.choose({ locale: hostile, acceptLanguage: hostile })).toBe('en');
    expect(performance.now() - start).toBeLessThan(100);
  });

  it('answers with one of its locales, whatever it is given', () => {
    const field = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...Array.from('frzhx-_;q=0.19, *')) }),
    );
    fc.assert(
      fc.property(field, field, (locale, acceptLanguage) => {
        expect(LOCALES).toContain(lookup.choose({ locale, acceptLanguage }));
      }),
    );
  });
});

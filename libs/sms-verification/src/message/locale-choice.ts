/** What a request says about its language. */
export interface LocalePreferences {
  /** A BCP 47 tag that the client names outright; goes before `acceptLanguage`. */
  readonly locale?: string | undefined;
  /** The `Accept-Language` field (RFC 9110 §12.5.4). */
  readonly acceptLanguage?: string | undefined;
}

/** Longer fields are cut here: a browser's have well below a hundred characters. */
const MAX_FIELD_LENGTH = 1_000;
const TAG = /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/;
const WEIGHT = /^q=(0(\.\d{0,3})?|1(\.0{0,3})?)$/i;

/** Finds the locale to write in, by the lookup scheme of RFC 4647 §3.4. Malformed input is passed over. */
export class LocaleLookup {
  private readonly byTag: ReadonlyMap<string, string>;

  constructor(
    locales: Iterable<string>,
    private readonly defaultLocale: string,
  ) {
    this.byTag = new Map([...locales].map((locale) => [locale.toLowerCase(), locale]));
  }

  choose({ locale, acceptLanguage }: LocalePreferences): string {
    const named = locale === undefined ? undefined : this.find(locale);
    if (named !== undefined) return named;
    for (const range of rangesOf(acceptLanguage ?? '')) {
      const found = this.find(range);
      if (found !== undefined) return found;
    }
    return this.defaultLocale;
  }

  /** The locale that a tag means once it is shortened far enough: `zh-Hant-TW`, `zh-Hant`, `zh`. */
  private find(tag: string): string | undefined {
    // An underscore is what POSIX and Java clients put where BCP 47 has a hyphen.
    const normal = tag.slice(0, MAX_FIELD_LENGTH).trim().toLowerCase().replaceAll('_', '-');
    if (!TAG.test(normal)) return undefined;
    const subtags = normal.split('-');
    while (subtags.length > 0) {
      const found = this.byTag.get(subtags.join('-'));
      if (found !== undefined) return found;
      subtags.pop();
      // A single character introduces what was just cut off and says nothing alone.
      if (subtags.at(-1)?.length === 1) subtags.pop();
    }
    return undefined;
  }
}

/** The ranges of an Accept-Language field by falling weight, those of one weight in the order of the field. */
function rangesOf(field: string): string[] {
  return field
    .slice(0, MAX_FIELD_LENGTH)
    .split(',')
    .map((element) => {
      const [range = '', ...parameters] = element.split(';').map((part) => part.trim());
      return { range, weight: weightOf(parameters) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ range }) => range);
}

/** A range whose weight cannot be read is not used. */
function weightOf([first, ...rest]: readonly string[]): number {
  if (first === undefined) return 1;
  const weight = rest.length === 0 ? WEIGHT.exec(first)?.[1] : undefined;
  return weight === undefined ? 0 : Number(weight);
}

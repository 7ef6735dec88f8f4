import { CompiledLocale, lifetimeOf, mergeTemplates, type Lifetime } from './compiled-locale';
import { LocaleLookup, type LocalePreferences } from './locale-choice';
import { lastLine, MessageFormats, type MessageFormat, type MessageFormatChoice } from './message-format';
import {
  DEFAULT_LOCALE,
  DEFAULT_PRODUCT_NAME,
  messageTextProblems,
  MessageTextOptionsError,
  type MessageTextOptions,
} from './message-text.options';
import { measureSms } from './sms-length';
import { LOCALE_TEMPLATES } from './templates';
import {
  fits,
  lifetimesUpTo,
  longestOf,
  TextTooLongError,
  type MessageText,
  type TextMeasurement,
} from './text-measurement';

/** What a message is to say, and how. */
export interface MessageTextRequest {
  readonly purpose: string;
  /** One that `chooseLocale` returned; any other means the default. */
  readonly locale: string;
  readonly code: string;
  /** How long the code is good, in milliseconds. Told in whole minutes, or else in seconds. */
  readonly lifetimeMs: number;
  /** One that `chooseFormat` returned. Default: plain. */
  readonly format?: MessageFormat | undefined;
}

interface Subject {
  readonly purpose: string;
  readonly locale: string;
  readonly code: string;
  readonly lifetime: Lifetime;
  readonly format: MessageFormat;
}

/**
 * The texts that bring codes: each says what the code is for, whose it is and how long it is good, and asks not to
 * share it, in one segment.
 */
export class VerificationTexts {
  private readonly product: string;
  private readonly defaultLocale: string;
  private readonly locales: ReadonlyMap<string, CompiledLocale>;
  private readonly lookup: LocaleLookup;
  private readonly formats: MessageFormats;
  private readonly allowed: ReadonlySet<string>;
  private readonly ownPurposes: ReadonlySet<string>;

  /** @throws MessageTextOptionsError naming every option and template that cannot be used */
  constructor(options: MessageTextOptions = {}) {
    const own = new Map(Object.entries(options.templates ?? {}));
    this.product = options.productName ?? DEFAULT_PRODUCT_NAME;
    this.defaultLocale = options.defaultLocale ?? DEFAULT_LOCALE;
    this.allowed = new Set(options.allowedMultiSegment);
    this.formats = new MessageFormats(options.webOtpHosts ?? [], options.androidAppHashes ?? []);
    this.ownPurposes = new Set([...own.values()].flatMap(({ texts = {} }) => Object.keys(texts)));
    this.locales = new Map(
      [...new Set([...LOCALE_TEMPLATES.keys(), ...own.keys()])].map((locale) => [
        locale,
        new CompiledLocale(locale, mergeTemplates(LOCALE_TEMPLATES.get(locale), own.get(locale))),
      ]),
    );
    this.lookup = new LocaleLookup(this.locales.keys(), this.defaultLocale);

    const problems = [...messageTextProblems(options)];
    for (const locale of this.locales.values()) problems.push(...locale.problems);
    if (!this.locales.has(this.defaultLocale))
      problems.push(`defaultLocale ${this.defaultLocale} has no texts`);
    if (problems.length > 0) throw new MessageTextOptionsError(problems);
  }

  /** The locale to write in. Never throws, whatever the client sent. */
  chooseLocale(preferences: LocalePreferences): string {
    return this.lookup.choose(preferences);
  }

  /** The format that a client's choice means, or undefined when its host or hash is not configured. */
  chooseFormat(choice: MessageFormatChoice): MessageFormat | undefined {
    return this.formats.choose(choice);
  }

  /**
   * Writes a message: the longest of the purpose's texts that fits, or its shortest when none does.
   *
   * @throws RangeError when the format's host or hash is not configured
   */
  render({ purpose, locale, code, lifetimeMs, format = { kind: 'plain' } }: MessageTextRequest): MessageText {
    if (this.formats.choose(format) === undefined) throw new RangeError(`No ${format.kind} for this client`);
    return this.write({ purpose, locale, code, lifetime: lifetimeOf(lifetimeMs), format });
  }

  /**
   * Writes every text in every locale and format with the longest values, and returns what each costs.
   *
   * @throws TextTooLongError naming each that has more than one segment, or more bytes than Android takes, unless
   * `allowedMultiSegment` names it
   * @throws MessageTextOptionsError when `templates` or `allowedMultiSegment` names what there is not
   */
  measure(
    policies: ReadonlyMap<string, { readonly lifetimeMs: number }>,
    codeLength: number,
  ): readonly TextMeasurement[] {
    const report: TextMeasurement[] = [];
    const code = '0'.repeat(codeLength);
    for (const [purpose, { lifetimeMs }] of policies) {
      const lifetimes = lifetimesUpTo(lifetimeMs);
      for (const locale of this.locales.keys()) {
        for (const format of this.formats.all) {
          const texts = lifetimes.map((lifetime) => this.write({ purpose, locale, code, lifetime, format }));
          // What does not fit goes before what is merely long: a text may be short in characters and not in bytes.
          const longest =
            longestOf(texts.filter((text) => !fits(text.text, text, format))) ?? longestOf(texts);
          if (longest === undefined) continue;
          report.push({ ...longest, purpose, format, bytes: Buffer.byteLength(longest.text) });
        }
      }
    }
    this.checkNames(new Set(policies.keys()));
    const tooLong = report.filter(
      (text) => !fits(text.text, text, text.format) && !this.allowed.has(`${text.purpose}:${text.locale}`),
    );
    if (tooLong.length > 0) throw new TextTooLongError(tooLong);
    return report;
  }

  private write({ purpose, locale, code, lifetime, format }: Subject): MessageText {
    const chosen = this.locales.has(locale) ? locale : this.defaultLocale;
    const templates = this.locales.get(chosen);
    if (templates === undefined) throw new Error(`No texts in ${chosen}`);
    const values = templates.valuesOf(code, this.product, lifetime);
    const ending = lastLine(format, code);
    let written: MessageText | undefined;
    for (const textOf of templates.textsOf(purpose)) {
      const text = textOf(values) + ending;
      const { encoding, characters, segments } = measureSms(text);
      written = { text, locale: chosen, encoding, characters, segments };
      if (fits(text, written, format)) break;
    }
    if (written === undefined) throw new Error(`No text for ${purpose} in ${chosen}`);
    return written;
  }

  /** A name with a slip of the pen would otherwise change nothing and say nothing. */
  private checkNames(purposes: ReadonlySet<string>): void {
    const problems = [
      ...[...this.ownPurposes]
        .filter((purpose) => purpose !== 'default' && !purposes.has(purpose))
        .map((purpose) => `templates has a text for ${purpose}, which is no purpose`),
      ...[...this.allowed]
        .filter((name) => {
          const [purpose = '', locale = ''] = name.split(':');
          return !purposes.has(purpose) || !this.locales.has(locale);
        })
        .map((name) => `allowedMultiSegment has ${name}, which is no purpose and locale`),
    ];
    if (problems.length > 0) throw new MessageTextOptionsError(problems);
  }
}

import MessageFormat from '@messageformat/core';
import type { LocaleTemplateOverrides } from './message-text.options';
import type { LocaleTemplates, TextVariants } from './templates/locale-templates';

/** A lifetime as a message tells it: whole minutes, or else seconds. */
export interface Lifetime {
  readonly unit: 'minutes' | 'seconds';
  readonly count: number;
}

/** What a text is made from: the arguments that LocaleTemplates documents. */
export type TextValues = Readonly<Record<string, string | number>>;

/** A text of a message, made from its values. */
export type CompiledText = (values: TextValues) => string;

interface LifetimeWords {
  readonly lifetime: CompiledText;
  readonly shortLifetime: CompiledText;
}

/** The templates of one locale before they are compiled; what is missing is undefined. */
export interface MergedTemplates {
  readonly lifetime: string | undefined;
  readonly shortLifetime: string | undefined;
  readonly texts: ReadonlyMap<string, TextVariants>;
}

/** Rounds down: a message never promises more time than there is. */
export function lifetimeOf(durationMs: number): Lifetime {
  const seconds = Math.max(1, Math.floor(durationMs / 1_000));
  return seconds % 60 === 0 ? { unit: 'minutes', count: seconds / 60 } : { unit: 'seconds', count: seconds };
}

/** The library's templates of a locale under the application's. */
export function mergeTemplates(
  base: LocaleTemplates | undefined,
  own: LocaleTemplateOverrides | undefined,
): MergedTemplates {
  const texts = new Map<string, TextVariants>(Object.entries(base?.texts ?? {}));
  for (const [purpose, text] of Object.entries(own?.texts ?? {})) {
    texts.set(purpose, typeof text === 'string' ? [text] : text);
  }
  const lifetime = own?.lifetime ?? base?.lifetime;
  return { lifetime, shortLifetime: own?.shortLifetime ?? base?.shortLifetime ?? lifetime, texts };
}

/** Samples of every plural category that the lifetimes of codes reach, in the locales with the most of them. */
export const SAMPLE_LIFETIMES_MS: readonly number[] = [
  ...[1, 2, 3, 11, 59, 100, 111, 599].map((seconds) => seconds * 1_000),
  ...[1, 2, 3, 5, 10].map((minutes) => minutes * 60_000),
];

/** The texts of one locale, parsed and compiled once, tried once on sample values. */
export class CompiledLocale {
  private readonly byPurpose = new Map<string, readonly CompiledText[]>();
  private words: LifetimeWords | undefined;
  /** What is wrong with the templates; they must not be used when there is anything. */
  readonly problems: readonly string[];

  constructor(locale: string, templates: MergedTemplates) {
    this.problems = [...this.compileAll(locale, templates)];
  }

  /** The texts of a purpose, longest first; those of `default` when it has none of its own. */
  textsOf(purpose: string): readonly CompiledText[] {
    return this.byPurpose.get(purpose) ?? this.byPurpose.get('default') ?? [];
  }

  /** The values that the texts are made from; made once for all variants of a text. */
  valuesOf(code: string, product: string, { unit, count }: Lifetime): TextValues {
    const lifetime = this.words?.lifetime({ unit, count }) ?? '';
    const shortLifetime = this.words?.shortLifetime({ unit, count }) ?? '';
    return { code, product, unit, count, lifetime, shortLifetime };
  }

  /** Also finds what only shows when a text is made: an argument that nothing gives. */
  private bringsTheCodeOnce(text: CompiledText): boolean {
    const code = '0123456789';
    return SAMPLE_LIFETIMES_MS.every(
      (lifetimeMs) => text(this.valuesOf(code, '', lifetimeOf(lifetimeMs))).split(code).length === 2,
    );
  }

  private *compileAll(locale: string, templates: MergedTemplates): Generator<string> {
    if (!isSupported(locale)) {
      yield `templates.${locale}: not a locale whose plural forms are known`;
      return;
    }
    const { lifetime, shortLifetime } = templates;
    if (lifetime === undefined || shortLifetime === undefined) {
      yield `templates.${locale}.lifetime is missing`;
      return;
    }
    if (!templates.texts.has('default')) yield `templates.${locale}.texts.default is missing`;

    // Strict: `#` and plural keys as ICU defines them; a key that the locale lacks is an error, not a dead branch.
    const format = new MessageFormat(locale, { strict: true, requireAllArguments: true });
    const compile = (template: string): CompiledText => format.compile(template);
    try {
      this.words = { lifetime: compile(lifetime), shortLifetime: compile(shortLifetime) };
    } catch (error) {
      yield `templates.${locale}.lifetime: ${reasonOf(error)}`;
      return;
    }
    for (const [purpose, variants] of templates.texts) {
      try {
        const texts = variants.map(compile);
        if (texts.every((text) => this.bringsTheCodeOnce(text))) this.byPurpose.set(purpose, texts);
        else yield `templates.${locale}.texts.${purpose} must have {code} exactly once`;
      } catch (error) {
        yield `templates.${locale}.texts.${purpose}: ${reasonOf(error)}`;
      }
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isSupported(locale: string): boolean {
  return MessageFormat.supportedLocalesOf(locale).length > 0;
}

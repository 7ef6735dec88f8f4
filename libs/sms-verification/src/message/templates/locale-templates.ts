/** The texts of one purpose, in ICU MessageFormat, longest first: the first that fits the message is sent. */
export type TextVariants = readonly [string, ...string[]];

/**
 * The texts of one locale. A text may use `{code}`, `{product}`, `{lifetime}` and `{shortLifetime}`; one that has
 * to inflect the lifetime itself may use `{unit}` (`minutes` or `seconds`) and `{count}` instead.
 */
export interface LocaleTemplates {
  /** The lifetime in words, from `{unit}` and `{count}`, in the grammatical case that the texts put it in. */
  readonly lifetime: string;
  /** The same, abbreviated, for the texts that must be short. */
  readonly shortLifetime: string;
  /** By purpose; `default` serves the purposes that have no text of their own. */
  readonly texts: Readonly<Record<string, TextVariants>> & { readonly default: TextVariants };
}

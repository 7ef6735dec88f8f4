import { ANDROID_APP_HASH_PATTERN, WEB_OTP_HOST_PATTERN } from './message-format';
import type { TextVariants } from './templates/locale-templates';

/** What an application says otherwise about a locale, or all of a locale that the library does not bring. */
export interface LocaleTemplateOverrides {
  readonly lifetime?: string | undefined;
  readonly shortLifetime?: string | undefined;
  /** By purpose, or `default`: one text, or several, longest first. Replaces all texts of that purpose. */
  readonly texts?: Readonly<Record<string, string | TextVariants>> | undefined;
}

/** What the texts of messages are made with. */
export interface MessageTextOptions {
  /** The name that people know the product by; up to 30 characters. */
  readonly productName?: string | undefined;
  /** The locale for those who ask for none that there is. */
  readonly defaultLocale?: string | undefined;
  /** Texts of the application's own, by locale, in ICU MessageFormat. */
  readonly templates?: Readonly<Record<string, LocaleTemplateOverrides>> | undefined;
  /** The texts that may be longer than one segment, each as `purpose:locale`. */
  readonly allowedMultiSegment?: readonly string[] | undefined;
  /** The hosts whose pages may read the code by WebOTP. */
  readonly webOtpHosts?: readonly string[] | undefined;
  /** The hashes of the Android apps that may read the message by the SMS Retriever. */
  readonly androidAppHashes?: readonly string[] | undefined;
}

export const DEFAULT_PRODUCT_NAME = 'Verify';
export const DEFAULT_LOCALE = 'en';

/** One line of visible characters: a line break or a direction mark in a name could pass for part of the format. */
const PRODUCT_NAME_PATTERN = /^(?! )[^\p{C}\p{Zl}\p{Zp}]{1,30}(?<! )$/u;
const ALLOWED_PATTERN = /^[a-z][a-z0-9_]{0,31}:[A-Za-z0-9-]{2,35}$/;

/** Texts that cannot be used; the message names each one. */
export class MessageTextOptionsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The texts of messages are not valid:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = MessageTextOptionsError.name;
  }
}

/** What is wrong with the options, the templates apart. */
export function* messageTextProblems(options: MessageTextOptions): Generator<string> {
  const { productName, webOtpHosts = [], androidAppHashes = [], allowedMultiSegment = [] } = options;
  if (productName !== undefined && !PRODUCT_NAME_PATTERN.test(productName)) {
    yield `productName must be 1 to 30 visible characters on one line, not ${JSON.stringify(productName)}`;
  }
  for (const host of webOtpHosts) {
    if (!WEB_OTP_HOST_PATTERN.test(host)) {
      yield `webOtpHosts must be domains in lower case without scheme and port, not ${JSON.stringify(host)}`;
    }
  }
  for (const appHash of androidAppHashes) {
    if (!ANDROID_APP_HASH_PATTERN.test(appHash)) {
      yield `androidAppHashes must have 11 characters of base64 each, not ${JSON.stringify(appHash)}`;
    }
  }
  for (const name of allowedMultiSegment) {
    if (!ALLOWED_PATTERN.test(name)) {
      yield `allowedMultiSegment must be written purpose:locale, not ${JSON.stringify(name)}`;
    }
  }
}

/** How a message is laid out so that the client that asked for it can read the code by itself. */
export type MessageFormat =
  | { readonly kind: 'plain' }
  | { readonly kind: 'web-otp'; readonly host: string }
  | { readonly kind: 'android'; readonly appHash: string };

/** What a client asks for; without a host or a hash it means the first that is configured. */
export type MessageFormatChoice =
  | { readonly kind: 'plain' }
  | { readonly kind: 'web-otp'; readonly host?: string | undefined }
  | { readonly kind: 'android'; readonly appHash?: string | undefined };

/** Longest message that Android's SMS Retriever is documented to accept, in bytes. */
export const ANDROID_MAX_BYTES = 140;

/** A domain as it stands in an origin: lower case, an international name in its ASCII form. */
export const WEB_OTP_HOST_PATTERN =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** The hash that identifies an Android app to the SMS Retriever: 11 characters of base64. */
export const ANDROID_APP_HASH_PATTERN = /^[A-Za-z0-9+/]{11}$/;

const PLAIN: MessageFormat = { kind: 'plain' };

/**
 * The formats that may be sent. Hosts and hashes are listed, never taken from a request: the host is what keeps
 * browsers from offering the code to another site, and a stranger's host would hand it to that site.
 */
export class MessageFormats {
  readonly all: readonly MessageFormat[];

  constructor(
    private readonly webOtpHosts: readonly string[],
    private readonly androidAppHashes: readonly string[],
  ) {
    this.all = [
      PLAIN,
      ...webOtpHosts.map((host) => ({ kind: 'web-otp', host }) as const),
      ...androidAppHashes.map((appHash) => ({ kind: 'android', appHash }) as const),
    ];
  }

  /** The format that a client's choice means, or undefined when it is not one of those configured. */
  choose(choice: MessageFormatChoice): MessageFormat | undefined {
    switch (choice.kind) {
      case 'plain':
        return PLAIN;
      case 'web-otp': {
        const host = choice.host ?? this.webOtpHosts[0];
        return host !== undefined && this.webOtpHosts.includes(host) ? { kind: 'web-otp', host } : undefined;
      }
      case 'android': {
        const appHash = choice.appHash ?? this.androidAppHashes[0];
        return appHash !== undefined && this.androidAppHashes.includes(appHash)
          ? { kind: 'android', appHash }
          : undefined;
      }
    }
  }
}

/**
 * What the format appends to the text: for WebOTP the last line of "Origin-bound one-time codes delivered via SMS"
 * (WICG), for Android the app's hash. The `<#>` that early versions of the SMS Retriever asked for is not needed.
 */
export function lastLine(format: MessageFormat, code: string): string {
  switch (format.kind) {
    case 'plain':
      return '';
    case 'web-otp':
      return `\n@${format.host} #${code}`;
    case 'android':
      return `\n${format.appHash}`;
  }
}

import { createHash, createHmac } from 'node:crypto';
import { sameText } from '../http/same-text';

/** As Vonage's dashboard calls them: "MD5 hash", "MD5 HMAC", "SHA1 HMAC", "SHA-256 HMAC", "SHA-512 HMAC". */
export const VONAGE_SIGNATURE_METHODS = ['md5hash', 'md5', 'sha1', 'sha256', 'sha512'] as const;
export type VonageSignatureMethod = (typeof VONAGE_SIGNATURE_METHODS)[number];

/**
 * Whether `sig` is Vonage's signature of the other parameters: sorted by name and joined as `&name=value`, with
 * `&` and `=` inside a value written as `_`. (The SDK has such a function; it compares in a time that depends on
 * the signature and fails on values that are no strings.)
 */
export function isSignedByVonage(
  parameters: ReadonlyMap<string, string>,
  secret: string,
  method: VonageSignatureMethod,
): boolean {
  const signature = parameters.get('sig');
  if (signature === undefined) return false;
  const signed = [...parameters]
    .filter(([name]) => name !== 'sig')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `&${name}=${value.replace(/[&=]/g, '_')}`)
    .join('');
  const expected =
    method === 'md5hash'
      ? createHash('md5').update(signed + secret)
      : createHmac(method, secret).update(signed);
  return sameText(expected.digest('hex'), signature.toLowerCase());
}

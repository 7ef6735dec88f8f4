import { createHmac } from 'node:crypto';

/**
 * The first characters of an HMAC-SHA-256 in base64url. Written as base64 and turned into its URL form here, because
 * Node takes longer to write base64url than to compute the HMAC.
 */
export function hmacText(secret: string, input: string, length: number): string {
  const text = createHmac('sha256', secret).update(input).digest('base64').slice(0, length);
  return text.replaceAll('+', '-').replaceAll('/', '_');
}

import { createHmac } from 'node:crypto';
import { sameText } from '../http/same-text';

/** The header that carries `t=<seconds since 1970>,v1=<hex HMAC-SHA-256 of "<t>.<body>">`, in both directions. */
export const SIGNATURE_HEADER = 'sms-signature';

/** How far a signature's time may be from ours: a request caught on its way is good for no longer. */
const TOLERANCE_SECONDS = 300;

/** @param now milliseconds since 1970 */
export function signBody(body: string | Buffer, secret: string, now: number): string {
  const seconds = String(Math.floor(now / 1_000));
  return `t=${seconds},v1=${hmac(seconds, body, secret)}`;
}

/** @param now milliseconds since 1970 */
export function isBodySigned(
  body: string | Buffer,
  signature: string | undefined,
  secret: string,
  now: number,
): boolean {
  const [, seconds, hex] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature ?? '') ?? [];
  if (seconds === undefined || hex === undefined) return false;
  const isFresh = Math.abs(now / 1_000 - Number(seconds)) <= TOLERANCE_SECONDS;
  return sameText(hmac(seconds, body, secret), hex) && isFresh;
}

function hmac(seconds: string, body: string | Buffer, secret: string): string {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
}

import { hash } from 'node:crypto';

/** Of SHA-256, in bytes: what it hashes at a time, and what comes out. */
const BLOCK = 64;
const DIGEST = 32;

/** What a secret begins the two hashes with; behind `outer` is room for the first one's digest. */
interface Pads {
  readonly inner: Buffer;
  /** The same as text, if the secret is ASCII; then its bytes are those of its UTF-8. */
  readonly innerText: string | undefined;
  readonly outer: Buffer;
}

/** By secret; of these an application has few. */
const pads = new Map<string, Pads>();

/**
 * The first characters of an HMAC-SHA-256 (RFC 2104) in base64url. Made of two hashes of one call each, which leave
 * nothing behind but text: Node's object for an HMAC, and each buffer that comes from it, takes longer to be made and
 * collected than the hash.
 */
export function hmacText(secret: string, input: string, length: number): string {
  return hash('sha256', innerHashed(secret, input), 'base64url').slice(0, length);
}

/** An HMAC-SHA-256, each byte as the character of its number: as text, for the same reason. */
export function hmacBytes(secret: string, input: string): string {
  return hash('sha256', innerHashed(secret, input), 'binary');
}

/** What the second of the two hashes is made of; good until the next call. */
function innerHashed(secret: string, input: string): Buffer {
  let keyed = pads.get(secret);
  if (keyed === undefined) pads.set(secret, (keyed = padsOf(secret)));
  const { inner, innerText, outer } = keyed;
  const message = innerText === undefined ? Buffer.concat([inner, Buffer.from(input)]) : innerText + input;
  outer.write(hash('sha256', message, 'binary'), BLOCK, 'latin1');
  return outer;
}

function padsOf(secret: string): Pads {
  const bytes = Buffer.from(secret);
  const key = Buffer.alloc(BLOCK);
  (bytes.length > BLOCK ? hash('sha256', bytes, 'buffer') : bytes).copy(key);
  const inner = Buffer.from(key.map((byte) => byte ^ 0x36));
  const outer = Buffer.concat([key.map((byte) => byte ^ 0x5c), Buffer.alloc(DIGEST)]);
  const isAscii = key.every((byte) => byte < 0x80);
  return { inner, innerText: isAscii ? inner.toString('latin1') : undefined, outer };
}

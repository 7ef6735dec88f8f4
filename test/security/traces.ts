import { createHash } from 'node:crypto';

/** Every form in which a secret could be left lying about by mistake: in clear, encoded, or hashed without a key. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hashes = ['md5', 'sha1', 'sha256', 'sha512'].map((name) => createHash(name).update(secret).digest());
  return [
    secret,
    Buffer.from(bytes).reverse().toString(),
    encodeURIComponent(secret),
    ...[bytes, ...hashes].flatMap((value) =>
      (['hex', 'base64', 'base64url'] as const).map((encoding) =>
        value.toString(encoding).replace(/=+$/, ''),
      ),
    ),
  ];
}

/** The spellings of a North American number, each in every form; the country code alone is no secret. */
export function formsOfPhone(e164: string): string[] {
  const [area, exchange, line] = [e164.slice(2, 5), e164.slice(5, 8), e164.slice(8)];
  const spellings = [
    e164,
    e164.slice(1),
    e164.slice(2),
    `(${area}) ${exchange}-${line}`,
    `${area}-${exchange}-${line}`,
    `${area} ${exchange} ${line}`,
    `${exchange}-${line}`,
  ];
  return spellings.flatMap(formsOf);
}

/** Those of the forms that the text contains. */
export function tracesIn(text: string, forms: readonly string[]): string[] {
  return forms.filter((form) => text.includes(form));
}

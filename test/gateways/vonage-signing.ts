import { createHash, createHmac } from 'node:crypto';

/** Vonage's published algorithm, written anew: what the provider would put into `sig`. */
export function signAsVonage(
  parameters: Readonly<Record<string, string>>,
  secret: string,
  method: string,
): string {
  let signed = '';
  for (const name of Object.keys(parameters).sort()) {
    signed += `&${name}=${(parameters[name] ?? '').replaceAll('&', '_').replaceAll('=', '_')}`;
  }
  return method === 'md5hash'
    ? createHash('md5')
        .update(signed + secret)
        .digest('hex')
    : createHmac(method, secret).update(signed).digest('hex');
}

import { requestBytes } from '../support/raw-http';

export type Route = 'send' | 'verify' | 'redeem' | 'status' | 'challenge';
type Body = Readonly<Record<string, unknown>>;

/** For each route a body that would succeed. */
export type Live = Readonly<Record<Route, Readonly<Record<string, string>>>>;

/** The answer that the documentation promises; `fields` are those that `errors` names, in any order. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly fields?: readonly string[];
}

export interface HostileRequest {
  readonly name: string;
  /** The request on the wire. */
  readonly bytes: (live: Live) => Buffer;
  /** The client closes its side after the last byte. */
  readonly hangUp?: boolean;
  readonly refusal: Refusal;
}

/** 400, with these members to blame; `''` is the body as a whole, none at all that it is no proper HTTP. */
export const invalid = (...fields: readonly string[]): Refusal => ({
  status: 400,
  code: 'invalid_request',
  fields,
});
export const NOT_JSON = invalid('');
export const NOT_HTTP = invalid();
export const PURPOSE_UNKNOWN: Refusal = { status: 400, code: 'purpose_unknown' };
export const CODE_INVALID: Refusal = { status: 400, code: 'code_invalid' };
export const PROOF_INVALID: Refusal = { status: 401, code: 'proof_invalid' };
export const NOT_FOUND: Refusal = { status: 404, code: 'not_found' };
export const NO_VERIFICATION: Refusal = { status: 404, code: 'verification_not_found' };
export const TOO_LARGE: Refusal = { status: 413, code: 'body_too_large' };
export const NOT_SUPPORTED_TYPE: Refusal = { status: 415, code: 'unsupported_media_type' };
export const PHONE_INVALID: Refusal = { status: 422, code: 'phone_invalid' };
export const PHONE_NOT_SUPPORTED: Refusal = { status: 422, code: 'phone_not_supported' };
export const HEADERS_TOO_LARGE: Refusal = { status: 431, code: 'headers_too_large' };

export const HOST = 'Host: api.example';
export const JSON_TYPE = 'Content-Type: application/json';

/** A POST to a route under /auth/sms, with whatever headers and body. */
export function post(route: Route, headers: readonly string[], body: string | Buffer): Buffer {
  return requestBytes({ target: `/auth/sms/${route}`, headers: [HOST, ...headers], body });
}

/** A POST of JSON. */
export function postJson(route: Route, body: Body): Buffer {
  return post(route, [JSON_TYPE], JSON.stringify(body));
}

import { requestBytes, type RawRequest } from '../support/raw-http';
import {
  HEADERS_TOO_LARGE,
  HOST,
  invalid,
  JSON_TYPE,
  NOT_FOUND,
  NOT_HTTP,
  NOT_SUPPORTED_TYPE,
  TOO_LARGE,
  type HostileRequest,
  type Refusal,
} from './hostile-request';

// Requests that are hardly HTTP, or HTTP that means two things. The body is the one that would verify, so that
// a request let through by mistake would be seen to have been.

const VERIFY = '/auth/sms/verify';
const CHUNKED = 'Transfer-Encoding: chunked';

/** What is wrong with a request that would verify. */
type Wrong = (body: string) => Partial<RawRequest>;

const HEADERS: readonly (readonly [name: string, wrong: Wrong, refusal?: Refusal])[] = [
  ['no Host', () => ({ headers: [JSON_TYPE] }), invalid('Host')],
  ['two Hosts', () => ({ headers: [HOST, JSON_TYPE, 'Host: evil.example'] }), invalid('Host')],
  ['a header without a colon', () => ({ headers: [HOST, JSON_TYPE, 'Garbage'] })],
  ['a header without a name', () => ({ headers: [HOST, JSON_TYPE, ': x'] })],
  ['a space before the colon', () => ({ headers: [HOST, JSON_TYPE, 'X-Forwarded-For : 203.0.113.9'] })],
  ['a space in a header name', () => ({ headers: [HOST, JSON_TYPE, 'X Y: z'] })],
  ['a header folded onto two lines', () => ({ headers: [HOST, JSON_TYPE, 'X: y\r\n z'] })],
  ['NUL in a header', () => ({ headers: [HOST, JSON_TYPE, 'X: a\0b'] })],
  ['a carriage return in a header', () => ({ headers: [HOST, JSON_TYPE, 'X: a\rY: b'] })],
  ['line feeds alone', () => ({ headers: [`${HOST}\n${JSON_TYPE}\nX: y`] })],
  ['a negative length', () => ({ headers: [HOST, JSON_TYPE, 'Content-Length: -1'] })],
  ['a length with a sign', () => ({ headers: [HOST, JSON_TYPE, 'Content-Length: +5'] })],
  ['a hexadecimal length', () => ({ headers: [HOST, JSON_TYPE, 'Content-Length: 0x10'] })],
  ['a length of many digits', () => ({ headers: [HOST, JSON_TYPE, `Content-Length: ${'9'.repeat(30)}`] })],
  ['a list of lengths', () => ({ headers: [HOST, JSON_TYPE, 'Content-Length: 5, 5'] })],
  [
    'two lengths that differ',
    (body) => ({ headers: [HOST, JSON_TYPE, lengthOf(body), 'Content-Length: 5'] }),
  ],
  ['the same length twice', (body) => ({ headers: [HOST, JSON_TYPE, lengthOf(body), lengthOf(body)] })],
  ['a length over 4 KiB', () => ({ headers: [HOST, JSON_TYPE, 'Content-Length: 4097'] }), TOO_LARGE],
  ['a length and chunks', (body) => ({ headers: [HOST, JSON_TYPE, lengthOf(body), CHUNKED] })],
  ['chunks and a length', (body) => ({ headers: [HOST, JSON_TYPE, CHUNKED, lengthOf(body)] })],
  ['an unknown transfer coding', () => ({ headers: [HOST, JSON_TYPE, 'Transfer-Encoding: xchunked'] })],
  ['chunks that are not last', () => ({ headers: [HOST, JSON_TYPE, `${CHUNKED}, gzip`] })],
  ['a chunk of no length', () => ({ headers: [HOST, JSON_TYPE, CHUNKED], body: 'zz\r\n\r\n' })],
  ['a chunk longer than said', (body) => ({ headers: [HOST, JSON_TYPE, CHUNKED], body: `2\r\n${body}\r\n` })],
  [
    'chunks over 4 KiB',
    () => ({ headers: [HOST, JSON_TYPE, CHUNKED], body: chunk('x'.repeat(5_000)) }),
    TOO_LARGE,
  ],
  [
    'a chunk extension of 20 kB',
    () => ({ headers: [HOST, JSON_TYPE, CHUNKED], body: `1;${'x'.repeat(20_000)}` }),
  ],
  ['an expectation that nobody knows', () => ({ headers: [HOST, JSON_TYPE, 'Expect: the-best'] })],
  ['a compressed body', () => ({ headers: [HOST, JSON_TYPE, 'Content-Encoding: gzip'] }), NOT_SUPPORTED_TYPE],
  [
    'one header of 17 kB',
    () => ({ headers: [HOST, JSON_TYPE, `X: ${'x'.repeat(17_000)}`] }),
    HEADERS_TOO_LARGE,
  ],
  ['3 000 headers', () => ({ headers: [HOST, JSON_TYPE, ...manyHeaders(3_000)] }), HEADERS_TOO_LARGE],
  [
    'a cookie of 17 kB',
    () => ({ headers: [HOST, JSON_TYPE, `Cookie: ${'c=1; '.repeat(3_500)}`] }),
    HEADERS_TOO_LARGE,
  ],
  ['a path of 17 kB', () => ({ target: `${VERIFY}?${'x'.repeat(17_000)}` }), HEADERS_TOO_LARGE],
  ['a path that is not percent-encoded', () => ({ target: '/auth/sms/%ZZ' })],
  ['a path cut within a character', () => ({ target: '/auth/sms/%E0%A4%A' })],
  ['a path with letters outside ASCII', () => ({ target: '/auth/sms/vérify' })],
  ['a path with a space', () => ({ target: '/auth/sms/ver ify' })],
];

const PATHS = [
  ...['/auth/sms', '/auth/sms/', '/auth/sms/verify/', '/auth/sms/verify%00', '/auth/sms/verify;a=b'],
  ...[
    '/auth/../auth/sms/verify',
    '//auth/sms/verify',
    '/AUTH/SMS/VERIFY',
    '/auth/sms/verify%2f',
    '/auth%2fsms%2fverify',
  ],
  ...['/auth/sms/unknown', '/auth/sms/__proto__', '/auth/sms/verify.json', '/auth\\sms\\verify', '*'],
];

const METHODS = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'CONNECT'];

/** Bytes in place of a request. */
const BYTES: readonly (readonly [name: string, bytes: string, refusal?: Refusal])[] = [
  ['a TLS greeting', '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a method in lower case', `post ${VERIFY} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ['a method that does not exist', `STEAL ${VERIFY} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ['a version that does not exist', `POST ${VERIFY} HTTP/9.9\r\n${HOST}\r\n\r\n`],
  ['no HTTP at all', 'hello there\r\n\r\n'],
  ['a response', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['an SMTP client', 'EHLO mail.example\r\n'],
];

const BROKEN_OFF: readonly (readonly [name: string, bytes: string])[] = [
  ['in the first line', 'POST /auth/sms/ver'],
  ['in the headers', `POST ${VERIFY} HTTP/1.1\r\n${HOST}\r\nContent-Ty`],
  [
    'in the body',
    `POST ${VERIFY} HTTP/1.1\r\n${HOST}\r\n${JSON_TYPE}\r\nContent-Length: 500\r\n\r\n{"phone"`,
  ],
];

const lengthOf = (body: string): string => `Content-Length: ${String(Buffer.byteLength(body))}`;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
const manyHeaders = (count: number): string[] => Array.from({ length: count }, (_, n) => `X-${String(n)}: x`);

function wrongRequest(name: string, wrong: Wrong, refusal: Refusal): HostileRequest {
  return {
    name: `HTTP: ${name}`,
    bytes: ({ verify }) => {
      const body = JSON.stringify(verify);
      return requestBytes({ target: VERIFY, headers: [HOST, JSON_TYPE], body, ...wrong(body) });
    },
    refusal,
  };
}

export const HOSTILE_HTTP: readonly HostileRequest[] = [
  ...HEADERS.map(([name, wrong, refusal = NOT_HTTP]) => wrongRequest(name, wrong, refusal)),
  ...PATHS.map((target) => wrongRequest(`the path ${target}`, () => ({ target }), NOT_FOUND)),
  ...METHODS.map((method) => wrongRequest(`the method ${method}`, () => ({ method }), NOT_FOUND)),
  ...['X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Method-Override'].map((header) =>
    wrongRequest(
      `${header}: POST on GET`,
      () => ({ method: 'GET', headers: [HOST, JSON_TYPE, `${header}: POST`] }),
      NOT_FOUND,
    ),
  ),
  wrongRequest(
    'everything in the query and nothing in the body',
    (body) => ({
      target: `${VERIFY}?${new URLSearchParams(JSON.parse(body) as Record<string, string>).toString()}`,
      body: '{}',
    }),
    invalid('phone', 'purpose', 'code'),
  ),
  ...BYTES.map(([name, bytes, refusal = NOT_HTTP]): HostileRequest => ({
    name: `HTTP: ${name}`,
    bytes: () => Buffer.from(bytes, 'latin1'),
    refusal,
  })),
  ...BROKEN_OFF.map(([where, bytes]): HostileRequest => ({
    name: `HTTP: a request that breaks off ${where}`,
    bytes: () => Buffer.from(bytes),
    hangUp: true,
    refusal: NOT_HTTP,
  })),
];

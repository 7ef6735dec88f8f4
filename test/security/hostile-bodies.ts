import {
  invalid,
  JSON_TYPE,
  NOT_JSON,
  NOT_SUPPORTED_TYPE,
  post,
  postJson,
  TOO_LARGE,
  type HostileRequest,
  type Live,
  type Refusal,
  type Route,
} from './hostile-request';

// Bodies that are no JSON, no object, ambiguous, too large, or of another type than they should be; and members
// that no request has. All on verify with the right code, unless the line names another route.

type Json = Readonly<Record<string, string>>;

/** Members that no request has; the value is harmless, the name is not. */
const UNKNOWN_MEMBERS: readonly (readonly [name: string, value: unknown])[] = [
  ['constructor', 'VerifyDto'],
  ['constructor', { name: 'VerifyDto' }],
  ['prototype', {}],
  ['toString', 'x'],
  ['valueOf', 1],
  ['hasOwnProperty', true],
  ['toJSON', 'x'],
  ['then', 'x'],
  ['length', 0],
  ['subject', 'the name of a method'],
  ['verified', true],
  ['attemptsRemaining', 100],
  ['Phone', '+14155550100'],
  ['phone ', '+14155550100'],
  ['phone\0', '+14155550100'],
  ['рhone', '+14155550100'],
  ['', 'x'],
  ['0', 'x'],
  ['$where', '1'],
];

const unknownMembers = (['send', 'verify', 'redeem', 'status'] as const).flatMap((route: Route) =>
  UNKNOWN_MEMBERS.map(([member, value]): HostileRequest => ({
    name: `${route}: an unknown member ${JSON.stringify({ [member]: value })}`,
    bytes: (live: Live) => postJson(route, { ...live[route], [member]: value }),
    refusal: invalid(member),
  })),
);

/** Texts that are sent as JSON. `all` is the text that would verify; `open` is that text without its end. */
type Text = (parts: { json: Json; all: string; open: string }) => string | Buffer;

const NESTED = (open: string, close: string, times: number): string =>
  open.repeat(times) + '1' + close.repeat(times);

const TEXTS: readonly (readonly [name: string, text: Text, refusal?: Refusal])[] = [
  ['null', () => 'null'],
  ['true', () => 'true'],
  ['a number', () => '123456'],
  ['a string', ({ all }) => JSON.stringify(all)],
  ['an empty string', () => '""'],
  ['an empty array', () => '[]'],
  ['an array with the right object', ({ all }) => `[${all}]`],
  ['an array of pairs', ({ json }) => JSON.stringify(Object.entries(json))],
  ['an empty object', () => '{}', invalid('phone', 'purpose', 'code')],
  ['white space alone', () => ' \r\n\t '],
  ['JSON that breaks off', ({ open }) => open],
  ['JSON that goes on', ({ all }) => `${all}}`],
  ['two objects', ({ all }) => all + all],
  ['an object and NUL', ({ all }) => `${all}\0`],
  ['a trailing comma', ({ open }) => `${open},}`],
  ['single quotes', ({ all }) => all.replaceAll('"', "'")],
  ['names without quotes', ({ all }) => all.replace('"phone"', 'phone')],
  ['a comment before', ({ all }) => `/* */${all}`],
  ['a comment behind', ({ all }) => `${all} // 1`],
  ['a comment inside', ({ open }) => `${open}/**/}`],
  ['NaN', ({ all }) => withValue(all, 'code', 'NaN')],
  ['Infinity', ({ all }) => withValue(all, 'code', '-Infinity')],
  ['undefined', ({ all }) => withValue(all, 'code', 'undefined')],
  ['a hexadecimal number', ({ all }) => withValue(all, 'code', '0x1E240')],
  ['a number with a leading zero', ({ all }) => withValue(all, 'code', '0123456')],
  ['a number with a leading plus', ({ all }) => withValue(all, 'phone', '+14155550100')],
  ['a number beyond every number', ({ all }) => withValue(all, 'code', '1e999'), invalid('code')],
  ['a number of 3 000 digits', ({ all }) => withValue(all, 'code', '9'.repeat(3_000)), invalid('code')],
  ['a negative zero', ({ all }) => withValue(all, 'code', '-0'), invalid('code')],
  ['a raw line break in a string', ({ all }) => all.replace('login', 'log\nin')],
  ['a raw NUL in a string', ({ all }) => all.replace('login', 'log\0in')],
  ['an escape that JSON does not know', ({ all }) => all.replace('login', '\\x6cogin')],
  ['two byte order marks', ({ all }) => `\ufeff\ufeff${all}`],
  ['a byte order mark and a member twice', ({ open }) => `\ufeff${open},"purpose":"login"}`],
  ['UTF-16', ({ all }) => Buffer.from(all, 'utf16le')],
  ['UTF-16 with a byte order mark', ({ all }) => Buffer.from(`\ufeff${all}`, 'utf16le')],
  [
    'bytes that are no UTF-8',
    ({ all }) => Buffer.concat([Buffer.from(all), Buffer.from([0xc0, 0x80, 0xff])]),
  ],
  ['overlong UTF-8 for a quote', ({ open }) => Buffer.concat([Buffer.from(open), Buffer.from([0xc0, 0xa2])])],
  ['gzip', () => Buffer.from('1f8b08000000000000ffabae050043bfa6a302000000', 'hex')],
  ['a form', ({ json }) => new URLSearchParams(json).toString()],
  ['a purpose twice', ({ open }) => `${open},"purpose":"login"}`],
  ['a code twice, the right one last', ({ all }) => `{"code":"000000",${all.slice(1)}`],
  ['a code twice, the right one first', ({ open }) => `${open},"code":"000000"}`],
  ['a phone twice, once escaped', ({ open }) => `${open},"\\u0070hone":"+14155550100"}`],
  ['a member twice further down', ({ open }) => `${open},"context":[{"a":1,"a":1}]}`],
  ['__proto__', ({ open }) => `${open},"__proto__":{"verified":true}}`],
  ['__proto__ with all the right members', ({ all }) => `{"__proto__":${all}}`],
  ['__proto__ escaped', ({ open }) => `${open},"\\u005f\\u005fproto__":{}}`],
  ['__proto__ further down', ({ open }) => `${open},"context":{"__proto__":{}}}`],
  ['constructor.prototype', ({ open }) => `${open},"constructor":{"prototype":{"verified":true}}}`],
  ['arrays nested 2 000 deep', () => NESTED('[', ']', 2_000)],
  ['objects nested 600 deep', ({ open }) => `${open},"x":${NESTED('{"x":', '}', 600)}}`],
  ['arrays that never close', () => '['.repeat(4_000)],
  ['a code nested 1 000 deep', ({ all }) => withValue(all, 'code', NESTED('[', ']', 1_000))],
  ['the right object and 5 000 spaces', ({ all }) => all + ' '.repeat(5_000), TOO_LARGE],
  ['exactly one byte over 4 KiB', ({ all }) => all.padEnd(4_097), TOO_LARGE],
  ['a megabyte', ({ all }) => all.padEnd(1_048_576), TOO_LARGE],
];

/** The text with another value for a member, written out as it is. */
function withValue(all: string, member: string, value: string): string {
  return all.replace(new RegExp(`("${member}":)"[^"]*"`), `$1${value}`);
}

const texts = TEXTS.map(([name, text, refusal = NOT_JSON]): HostileRequest => ({
  name: `verify: a body of ${name}`,
  bytes: ({ verify }) => {
    const all = JSON.stringify(verify);
    return post('verify', [JSON_TYPE], text({ json: verify, all, open: all.slice(0, -1) }));
  },
  refusal,
}));

const CONTENT_TYPES = [
  ...['text/plain', 'text/json', 'text/html', 'application/x-www-form-urlencoded', 'multipart/form-data'],
  ...[
    'multipart/form-data; boundary=json',
    'application/octet-stream',
    'application/xml',
    'application/jsonp',
  ],
  ...[
    'application/json-patch+json',
    'application/vnd.api+json',
    'application/problem+json',
    'json',
    '*/*',
    '',
  ],
  ...[
    'application/json, text/plain',
    'text/plain, application/json',
    'application/json/x',
    'application /json',
  ],
  ...['application/json\u00a0', '"application/json"', 'application/json charset=utf-8', 'x'.repeat(3_000)],
];

const contentTypes = CONTENT_TYPES.map((type): HostileRequest => ({
  name: `verify: the content type ${JSON.stringify(type.slice(0, 40))}`,
  bytes: ({ verify }) => post('verify', [`Content-Type: ${type}`], JSON.stringify(verify)),
  refusal: NOT_SUPPORTED_TYPE,
}));

const MISSING: readonly HostileRequest[] = [
  {
    name: 'verify: JSON without a content type',
    bytes: ({ verify }) => post('verify', [], JSON.stringify(verify)),
    refusal: NOT_SUPPORTED_TYPE,
  },
  {
    name: 'verify: two content types, JSON the second',
    bytes: ({ verify }) => post('verify', ['Content-Type: text/plain', JSON_TYPE], JSON.stringify(verify)),
    refusal: NOT_SUPPORTED_TYPE,
  },
  {
    name: 'verify: a content type and no body',
    bytes: () => post('verify', [JSON_TYPE], ''),
    refusal: NOT_JSON,
  },
  {
    name: 'verify: nothing at all',
    bytes: () => post('verify', [], ''),
    refusal: invalid('phone', 'purpose', 'code'),
  },
  {
    name: 'redeem: nothing at all',
    bytes: () => post('redeem', [], ''),
    refusal: invalid('token', 'purpose'),
  },
];

export const HOSTILE_BODIES: readonly HostileRequest[] = [
  ...unknownMembers,
  ...texts,
  ...contentTypes,
  ...MISSING,
];

import {
  invalid,
  JSON_TYPE,
  NOT_JSON,
  post,
  postJson,
  TOO_LARGE,
  type HostileRequest,
  type Refusal,
} from './hostile-request';

// Bodies that are no JSON, no object, ambiguous, or too large.

type Json = Readonly<Record<string, string>>;

/** Texts that are sent as JSON. `all` is the text that would succeed; `open` is that text without its end. */
type Text = (parts: Parts) => string | Buffer;

interface Parts {
  readonly json: Json;
  readonly all: string;
  readonly open: string;
  /** A member of the request, to be wrong in the texts that are wrong in one. */
  readonly member: string;
}

const NESTED = (open: string, close: string, times: number): string =>
  open.repeat(times) + '1' + close.repeat(times);

/** Where the member alone is to blame, and not the whole body. */
type Blame = (member: string) => Refusal;
const THE_MEMBER: Blame = (member) => invalid(member);

const TEXTS: readonly (readonly [name: string, text: Text, refusal?: Refusal | Blame])[] = [
  ['null', () => 'null'],
  ['true', () => 'true'],
  ['a number', () => '123456'],
  ['a string', ({ all }) => JSON.stringify(all)],
  ['an empty string', () => '""'],
  ['an empty array', () => '[]'],
  ['an array with the right object', ({ all }) => `[${all}]`],
  ['an array of pairs', ({ json }) => JSON.stringify(Object.entries(json))],
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
  ['NaN', ({ all, member }) => withValue(all, member, 'NaN')],
  ['Infinity', ({ all, member }) => withValue(all, member, '-Infinity')],
  ['undefined', ({ all, member }) => withValue(all, member, 'undefined')],
  ['a hexadecimal number', ({ all, member }) => withValue(all, member, '0x1E240')],
  ['a number with a leading zero', ({ all, member }) => withValue(all, member, '0123456')],
  ['a number with a leading plus', ({ all }) => withValue(all, 'phone', '+14155550100')],
  ['a number beyond every number', ({ all, member }) => withValue(all, member, '1e999'), THE_MEMBER],
  ['a number of 3 000 digits', ({ all, member }) => withValue(all, member, '9'.repeat(3_000)), THE_MEMBER],
  ['a negative zero', ({ all, member }) => withValue(all, member, '-0'), THE_MEMBER],
  ['a raw line break in a string', ({ all }) => inText(all, '\n')],
  ['a raw NUL in a string', ({ all }) => inText(all, '\0')],
  ['an escape that JSON does not know', ({ all }) => inText(all, '\\x6c')],
  ['two byte order marks', ({ all }) => `\ufeff\ufeff${all}`],
  ['a byte order mark and a member twice', ({ open }) => `\ufeff${open},"phone":"+14155550100"}`],
  ['UTF-16', ({ all }) => Buffer.from(all, 'utf16le')],
  ['UTF-16 with a byte order mark', ({ all }) => Buffer.from(`\ufeff${all}`, 'utf16le')],
  [
    'bytes that are no UTF-8',
    ({ all }) => Buffer.concat([Buffer.from(all), Buffer.from([0xc0, 0x80, 0xff])]),
  ],
  ['overlong UTF-8 for a quote', ({ open }) => Buffer.concat([Buffer.from(open), Buffer.from([0xc0, 0xa2])])],
  ['gzip', () => Buffer.from('1f8b08000000000000ffabae050043bfa6a302000000', 'hex')],
  ['a form', ({ json }) => new URLSearchParams(json).toString()],
  ['a phone twice', ({ open }) => `${open},"phone":"+14155550100"}`],
  ['a member twice, the right one last', ({ all, member }) => `{"${member}":"000000",${all.slice(1)}`],
  ['a member twice, the right one first', ({ open, member }) => `${open},"${member}":"000000"}`],
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
  ['a value nested 1 000 deep', ({ all, member }) => withValue(all, member, NESTED('[', ']', 1_000))],
  ['the right object and 5 000 spaces', ({ all }) => all + ' '.repeat(5_000), TOO_LARGE],
  ['exactly one byte over 4 KiB', ({ all }) => all.padEnd(4_097), TOO_LARGE],
  ['a megabyte', ({ all }) => all.padEnd(1_048_576), TOO_LARGE],
];

/** The text with another value for a member, written out as it is. */
function withValue(all: string, member: string, value: string): string {
  return all.replace(new RegExp(`("${member}":)"[^"]*"`), `$1${value}`);
}

/** The text with something put at the end of its last string. */
function inText(all: string, more: string): string {
  return all.replace(/"\}$/, `${more}"}`);
}

/** One route that changes what is stored, and one that needs no more than a phone. */
const ROUTES = [
  ['verify', 'code'],
  ['challenge', 'phone'],
] as const;

export const HOSTILE_TEXTS: readonly HostileRequest[] = [
  ...ROUTES.flatMap(([route, member]) =>
    TEXTS.map(([name, text, refusal = NOT_JSON]): HostileRequest => ({
      name: `${route}: a body of ${name}`,
      bytes: (live) => {
        const json = live[route];
        const all = JSON.stringify(json);
        return post(route, [JSON_TYPE], text({ json, all, open: all.slice(0, -1), member }));
      },
      refusal: typeof refusal === 'function' ? refusal(member) : refusal,
    })),
  ),
  {
    name: 'verify: a body of an empty object',
    bytes: () => postJson('verify', {}),
    refusal: invalid('phone', 'purpose', 'code'),
  },
  {
    name: 'challenge: a body of an empty object',
    bytes: () => postJson('challenge', {}),
    refusal: invalid('phone'),
  },
];

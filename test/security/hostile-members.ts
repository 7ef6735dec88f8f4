import {
  invalid,
  postJson,
  TOO_LARGE,
  type HostileRequest,
  type Live,
  type Refusal,
  type Route,
} from './hostile-request';

// Members of the wrong type or of no sensible length, and text with what no phone, code, id, token or purpose
// contains: the same list for each member of each route, so that none is forgotten.

const MEMBERS: Readonly<Record<Route, readonly string[]>> = {
  send: [
    ...['phone', 'region', 'purpose', 'verificationId', 'recognition', 'challenge'],
    ...['locale', 'format'],
  ],
  verify: ['phone', 'region', 'purpose', 'code', 'verificationId', 'recognition'],
  redeem: ['token', 'purpose'],
  status: ['phone', 'region', 'purpose', 'verificationId', 'recognition'],
  challenge: ['phone', 'region'],
};

/** Has the form of a token, and is none. */
const RECOGNITION = `${'A'.repeat(16)}.${'A'.repeat(16)}.ttk80h.${'A'.repeat(43)}`;

/** Members that may be left out, each with a value of the right form. */
const OPTIONAL: Readonly<Record<string, string>> = {
  'send region': 'US',
  'send verificationId': 'A'.repeat(22),
  'send recognition': RECOGNITION,
  'send challenge': 'answer',
  'send locale': 'de',
  'send format': 'plain',
  'verify region': 'US',
  'verify recognition': RECOGNITION,
  'status region': 'US',
  'status recognition': RECOGNITION,
  'challenge region': 'US',
};

/** A name, and what becomes of the right value; `undefined` leaves the member out. */
type Distortion = readonly [name: string, distort: (right: string) => unknown, refusal?: Refusal];

const OF_ANOTHER_TYPE: readonly Distortion[] = [
  ['is missing', () => undefined],
  ['is null', () => null],
  ['is a number', (right) => (/^\+?[0-9]+$/.test(right) ? Number(right) : 123456)],
  ['is zero', () => 0],
  ['is true', () => true],
  ['is false', () => false],
  ['is an empty array', () => []],
  ['is an array with the right value', (right) => [right]],
  ['is an empty object', () => ({})],
  ['is an object that claims to be a string', (right) => ({ value: right, toString: right, length: 1 })],
  ['is a query operator', (right) => ({ $eq: right })],
  ['is nested deep', (right) => [[[[[[right]]]]]]],
];

const OF_ANOTHER_TEXT: readonly Distortion[] = [
  ['is empty', () => ''],
  ['is one space', () => ' '],
  ['has 3 000 characters', (right) => right.padEnd(3_000, right)],
  ['has 10 000 characters', (right) => right.padEnd(10_000, right), TOO_LARGE],
  ['begins with a space', (right) => ` ${right}`],
  ['ends with a line break', (right) => `${right}\n`],
  ['brings a header along', (right) => `${right}\r\nSet-Cookie: a=b`],
  ['ends with NUL', (right) => `${right}\0`],
  ['has NUL inside', (right) => `${right.slice(0, 3)}\0${right.slice(3)}`],
  ['begins with a right-to-left mark', (right) => `\u200f${right}`],
  ['begins with a left-to-right mark', (right) => `\u200e${right}`],
  [
    'is turned around by a right-to-left override',
    (right) => `\u202e${right.split('').reverse().join('')}\u202c`,
  ],
  ['has a zero-width space inside', (right) => `${right.slice(0, 4)}\u200b${right.slice(4)}`],
  ['ends with a zero-width joiner', (right) => `${right}\u200d`],
  ['begins with a byte order mark', (right) => `\ufeff${right}`],
  ['has a no-break space inside', (right) => `${right.slice(0, 4)}\u00a0${right.slice(4)}`],
  ['has a soft hyphen inside', (right) => `${right.slice(0, 4)}\u00ad${right.slice(4)}`],
  ['ends with a combining accent', (right) => `${right}\u0301`],
  ['ends with an enclosing keycap', (right) => `${right}\ufe0f\u20e3`],
  ['ends with an emoji', (right) => `${right}📱`],
  ['ends with half a surrogate pair', (right) => `${right}\ud83d`],
  ['is written with full-width signs', (right) => inFullWidth(right)],
  ['carries SQL', (right) => `${right}' OR '1'='1`],
  ['carries a pattern', (right) => `${right.slice(0, -1)}*`],
];

const inFullWidth = (text: string): string =>
  text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));

function distortionsOf(route: string, member: string): Distortion[] {
  const all = [...OF_ANOTHER_TYPE, ...OF_ANOTHER_TEXT];
  const isOptional = `${route} ${member}` in OPTIONAL;
  return isOptional ? all.filter(([name]) => name !== 'is missing' && name !== 'is null') : all;
}

export const HOSTILE_MEMBERS: readonly HostileRequest[] = Object.entries(MEMBERS).flatMap(
  ([route, members]) =>
    members.flatMap((member) =>
      distortionsOf(route, member).map(([name, distort, refusal = invalid(member)]) => ({
        name: `${route}: ${member} ${name}`,
        bytes: (live: Live) => {
          const right = live[route as Route];
          return postJson(route as Route, {
            ...right,
            [member]: distort(right[member] ?? OPTIONAL[`${route} ${member}`] ?? ''),
          });
        },
        refusal,
      })),
    ),
);

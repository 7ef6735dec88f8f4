import {
  CODE_INVALID,
  invalid,
  NO_VERIFICATION,
  PHONE_INVALID,
  PHONE_NOT_SUPPORTED,
  postJson,
  PROOF_INVALID,
  PURPOSE_UNKNOWN,
  type HostileRequest,
  type Live,
  type Refusal,
  type Route,
} from './hostile-request';

// Values that look almost right: numbers of other kinds and lengths, digits of other scripts, ids and tokens of
// nobody. Each line: the route, what is wrong, the member, its value or what becomes of the right one, the answer.

type Line = readonly [
  route: Route,
  name: string,
  member: string,
  value: string | ((right: string) => string),
  refusal: Refusal,
];

const inDigitsFrom =
  (zero: number) =>
  (text: string): string =>
    text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));

const OTHER_DIGITS: readonly (readonly [script: string, zero: number])[] = [
  ['Arabic-Indic', 0x660],
  ['Persian', 0x6f0],
  ['Devanagari', 0x966],
  ['full-width', 0xff10],
  ['mathematical bold', 0x1d7ce],
  ['circled', 0x2460],
];

const DIGITS: readonly Line[] = OTHER_DIGITS.flatMap(([script, zero]): Line[] => [
  ['send', `${script} digits`, 'phone', inDigitsFrom(zero), invalid('phone')],
  ['verify', `${script} digits`, 'phone', inDigitsFrom(zero), invalid('phone')],
  ['verify', `${script} digits`, 'code', inDigitsFrom(zero), invalid('code')],
]);

const PHONES: readonly Line[] = [
  ['send', 'a digit too few', 'phone', (right) => right.slice(0, -1), PHONE_INVALID],
  ['send', 'a digit too many', 'phone', (right) => `${right}0`, PHONE_INVALID],
  ['send', 'national form, no region', 'phone', (right) => right.slice(2), PHONE_INVALID],
  ['send', 'the longest text of digits', 'phone', '+1'.padEnd(32, '5'), PHONE_INVALID],
  ['send', 'a text of digits too long', 'phone', '+1'.padEnd(33, '5'), invalid('phone')],
  ['send', 'an emergency number', 'phone', '112', PHONE_INVALID],
  ['send', 'a country code that no country has', 'phone', '+999123456789', PHONE_INVALID],
  ['send', 'zeros', 'phone', '+0000000000', PHONE_INVALID],
  ['send', 'an area that no plan knows', 'phone', '+11115550100', PHONE_INVALID],
  ['send', 'two plus signs', 'phone', (right) => `+${right}`, invalid('phone')],
  ['send', 'a plus sign inside', 'phone', (right) => right.replace('+1', '+1+'), invalid('phone')],
  ['send', 'only brackets', 'phone', '((((((((((', invalid('phone')],
  ['send', 'an extension in words', 'phone', (right) => `${right} ext. 5`, invalid('phone')],
  ['send', 'an extension with x', 'phone', (right) => `${right}x5`, invalid('phone')],
  ['send', 'an extension with #', 'phone', (right) => `${right}#5`, invalid('phone')],
  ['send', 'an extension as RFC 3966', 'phone', (right) => `${right};ext=5`, invalid('phone')],
  ['send', 'a context as RFC 3966', 'phone', '4155550100;phone-context=+1', invalid('phone')],
  ['send', 'a tel: URI', 'phone', (right) => `tel:${right}`, invalid('phone')],
  ['send', 'two numbers', 'phone', (right) => `${right},${right}`, invalid('phone')],
  ['send', 'letters of a vanity number', 'phone', '+1415FLOWERS', invalid('phone')],
  ['send', 'a North American toll-free number', 'phone', '+18005550123', PHONE_NOT_SUPPORTED],
  ['send', 'a North American premium-rate number', 'phone', '+19005550123', PHONE_NOT_SUPPORTED],
  ['send', 'a British landline', 'phone', '+442079460123', PHONE_NOT_SUPPORTED],
  ['send', 'a British shared-cost number', 'phone', '+448443456789', PHONE_NOT_SUPPORTED],
  ['send', 'a French premium-rate number', 'phone', '+33899123456', PHONE_NOT_SUPPORTED],
  ['send', 'a German landline', 'phone', '+4930123456', PHONE_NOT_SUPPORTED],
  ['verify', 'a landline', 'phone', '+442079460123', PHONE_NOT_SUPPORTED],
  ['status', 'a landline', 'phone', '+442079460123', PHONE_NOT_SUPPORTED],
];

const REGIONS: readonly Line[] = [
  ['send', 'lower case', 'region', 'us', invalid('region')],
  ['send', 'three letters', 'region', 'USA', invalid('region')],
  ['send', 'empty', 'region', '', invalid('region')],
  ['send', 'a name of every object', 'region', 'constructor', invalid('region')],
  ['verify', 'Cyrillic letters that look the same', 'region', 'АU', invalid('region')],
];

const OTHERS: readonly Line[] = [
  ['verify', 'a code too short', 'code', (right) => right.slice(0, -1), invalid('code')],
  ['verify', 'a code too long', 'code', (right) => right.padEnd(11, '0'), invalid('code')],
  ['verify', 'a sign before the code', 'code', (right) => `+${right}`, invalid('code')],
  ['verify', 'a code in scientific notation', 'code', '1e5', invalid('code')],
  ['verify', 'a code in hexadecimal', 'code', (right) => `0x${Number(right).toString(16)}`, invalid('code')],
  ['verify', 'a decimal point', 'code', (right) => `${right}.0`, invalid('code')],
  ['verify', 'hyphens and too few digits', 'code', '1-----------4', invalid('code')],
  ['verify', 'padding on the id', 'verificationId', (right) => `${right}==`, invalid('verificationId')],
  ['verify', 'a path for an id', 'verificationId', '../../../../etc/passwd', invalid('verificationId')],
  [
    'verify',
    'a UUID for an id',
    'verificationId',
    '7d9f6c1e-3b0a-4f52-9a55-0f0d6a3c1b2e',
    invalid('verificationId'),
  ],
  ['verify', 'the id of nobody', 'verificationId', 'A'.repeat(22), CODE_INVALID],
  ['verify', 'a number without such a verification', 'phone', '+14155550100', CODE_INVALID],
  ['verify', 'another purpose', 'purpose', 'register', CODE_INVALID],
  ['status', 'the id of nobody', 'verificationId', 'A'.repeat(22), NO_VERIFICATION],
  ['status', 'a number without such a verification', 'phone', '+14155550100', NO_VERIFICATION],
  ['status', 'another purpose', 'purpose', 'register', NO_VERIFICATION],
  ['redeem', 'a token of another form', 'token', 'token', PROOF_INVALID],
  ['redeem', 'the first half of the token', 'token', (right) => right.split('.')[0] ?? '', PROOF_INVALID],
  ['redeem', 'the token cut short', 'token', (right) => right.slice(0, -1), PROOF_INVALID],
  ['redeem', 'a third part', 'token', (right) => `${right}.e30`, PROOF_INVALID],
  [
    'redeem',
    'another secret',
    'token',
    (right) => right.replace(/\..{43}/, `.${'A'.repeat(43)}`),
    PROOF_INVALID,
  ],
  [
    'redeem',
    'another fingerprint',
    'token',
    (right) => right.replace(/^.{16}/, 'A'.repeat(16)),
    PROOF_INVALID,
  ],
  ['redeem', 'another purpose', 'purpose', 'login', PROOF_INVALID],
  ...(['send', 'verify', 'redeem', 'status'] as const).flatMap((route): Line[] => [
    [route, 'a purpose that is not configured', 'purpose', 'no_such_purpose', PURPOSE_UNKNOWN],
    [route, 'a purpose named as a member of every object', 'purpose', 'constructor', PURPOSE_UNKNOWN],
    [route, 'a purpose in capitals', 'purpose', (right) => right.toUpperCase(), invalid('purpose')],
    [route, 'a purpose with the separator of keys', 'purpose', (right) => `${right}:x`, invalid('purpose')],
    [route, 'a purpose named __proto__', 'purpose', '__proto__', invalid('purpose')],
  ]),
];

const NATIONAL: readonly HostileRequest[] = (['send', 'challenge'] as const).flatMap((route) =>
  [
    { name: `${route}: an Australian number in another region`, phone: '0412 345 678', region: 'US' },
    { name: `${route}: a region that does not exist`, phone: '0412 345 678', region: 'ZZ' },
  ].map(({ name, phone, region }) => ({
    name,
    bytes: (live: Live) => postJson(route, { ...live[route], phone, region }),
    refusal: PHONE_INVALID,
  })),
);

/** What send refuses of a phone and its region, the challenge for a send refuses as well. */
const CHALLENGES: readonly Line[] = [...DIGITS, ...PHONES, ...REGIONS].flatMap(
  ([route, name, member, value, refusal]): Line[] =>
    route === 'send' ? [['challenge', name, member, value, refusal]] : [],
);

export const HOSTILE_VALUES: readonly HostileRequest[] = [
  ...[...DIGITS, ...PHONES, ...REGIONS, ...OTHERS, ...CHALLENGES].map(
    ([route, name, member, value, refusal]) => ({
      name: `${route}: ${member} with ${name}`,
      bytes: (live: Live) => {
        const right = live[route];
        const wrong = typeof value === 'string' ? value : value(right[member] ?? '');
        return postJson(route, { ...right, [member]: wrong });
      },
      refusal,
    }),
  ),
  ...NATIONAL,
];

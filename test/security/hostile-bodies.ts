import {
  invalid,
  JSON_TYPE,
  NOT_JSON,
  NOT_SUPPORTED_TYPE,
  post,
  postJson,
  type HostileRequest,
  type Live,
  type Route,
} from './hostile-request';

// Members that no request has, and bodies of another type than JSON or none at all.

/** One that changes what is stored, and one that needs no more than a phone. */
const ROUTES = ['verify', 'challenge'] as const;

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
  ['number', 'the name of a method'],
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

const unknownMembers = (['send', 'verify', 'redeem', 'status', 'challenge'] as const).flatMap(
  (route: Route) =>
    UNKNOWN_MEMBERS.map(([member, value]): HostileRequest => ({
      name: `${route}: an unknown member ${JSON.stringify({ [member]: value })}`,
      bytes: (live: Live) => postJson(route, { ...live[route], [member]: value }),
      refusal: invalid(member),
    })),
);

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

const contentTypes = ROUTES.flatMap((route) =>
  CONTENT_TYPES.map((type): HostileRequest => ({
    name: `${route}: the content type ${JSON.stringify(type.slice(0, 40))}`,
    bytes: (live) => post(route, [`Content-Type: ${type}`], JSON.stringify(live[route])),
    refusal: NOT_SUPPORTED_TYPE,
  })),
);

const MISSING: readonly HostileRequest[] = [
  ...ROUTES.flatMap((route): HostileRequest[] => [
    {
      name: `${route}: JSON without a content type`,
      bytes: (live) => post(route, [], JSON.stringify(live[route])),
      refusal: NOT_SUPPORTED_TYPE,
    },
    {
      name: `${route}: two content types, JSON the second`,
      bytes: (live) => post(route, ['Content-Type: text/plain', JSON_TYPE], JSON.stringify(live[route])),
      refusal: NOT_SUPPORTED_TYPE,
    },
    {
      name: `${route}: a content type and no body`,
      bytes: () => post(route, [JSON_TYPE], ''),
      refusal: NOT_JSON,
    },
  ]),
  {
    name: 'verify: nothing at all',
    bytes: () => post('verify', [], ''),
    refusal: invalid('phone', 'purpose', 'code'),
  },
  {
    name: 'challenge: nothing at all',
    bytes: () => post('challenge', [], ''),
    refusal: invalid('phone'),
  },
  {
    name: 'redeem: nothing at all',
    bytes: () => post('redeem', [], ''),
    refusal: invalid('token', 'purpose'),
  },
];

export const HOSTILE_BODIES: readonly HostileRequest[] = [...unknownMembers, ...contentTypes, ...MISSING];

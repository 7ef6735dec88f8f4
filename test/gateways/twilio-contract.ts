import Ajv from 'ajv';
import type { ReceivedRequest } from './loopback-peer';
import description from './twilio-openapi.json';

const PATH = '/2010-04-01/Accounts/{AccountSid}/Messages.json';
const { post } = description.paths[PATH];
const [accountSid] = post.parameters;

const ajv = new Ajv({
  strict: false,
  allErrors: true,
  coerceTypes: true, // in a form, everything is a string
  formats: {
    'phone-number': /^\+[1-9]\d{1,14}$/,
    uri: (text) => URL.canParse(text),
    'date-time-rfc-2822': (text) => /^\w{3}, \d\d \w{3} \d{4}/.test(text) && !Number.isNaN(Date.parse(text)),
    'date-time': true, // of SendAt, which we do not use
    currency: /^[A-Z]{3}$/,
    'uri-map': true,
  },
}).addSchema(description, 'twilio');

const ACCOUNT_SID = new RegExp(accountSid?.schema.pattern ?? '$^');
const FORM = post.requestBody.content['application/x-www-form-urlencoded'].schema;

/** What is wrong with a request, by Twilio's own description of the operation. */
export function complaintsAboutRequest({
  method,
  target,
  headers,
  body,
}: ReceivedRequest): readonly string[] {
  const [, account = ''] = /^\/2010-04-01\/Accounts\/([^/?]+)\/Messages\.json$/.exec(target) ?? [];
  const form = Object.fromEntries(new URLSearchParams(body));
  return [
    ...(method === 'POST' && ACCOUNT_SID.test(account) ? [] : [`${method} ${target}`]),
    ...(headers['content-type'] === 'application/x-www-form-urlencoded' ? [] : ['content-type']),
    ...Object.keys(form).filter((name) => !(name in FORM.properties)),
    ...complaints(pointer('requestBody', 'content', 'application/x-www-form-urlencoded', 'schema'), form),
  ];
}

/** A whole answer as Twilio gives it to an accepted message, with these fields of it. */
export function twilioAnswer(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const answer = { ...ANSWER, ...fields };
  const wrong = complaints(pointer('responses', '201', 'content', 'application/json', 'schema'), answer);
  if (wrong.length > 0) throw new Error(`Twilio does not answer so: ${wrong.join(', ')}`);
  return answer;
}

const ANSWER = {
  account_sid: `AC${'0'.repeat(32)}`,
  api_version: '2010-04-01',
  body: 'a text',
  date_created: 'Thu, 24 Aug 2023 05:01:45 +0000',
  date_sent: null,
  date_updated: 'Thu, 24 Aug 2023 05:01:45 +0000',
  direction: 'outbound-api',
  error_code: null,
  error_message: null,
  from: '+15005550006',
  messaging_service_sid: null,
  num_media: '0',
  num_segments: '1',
  price: null,
  price_unit: null,
  sid: `SM${'0'.repeat(32)}`,
  status: 'queued',
  subresource_uris: {},
  to: '+14155550100',
  uri: '/2010-04-01/Accounts/AC0/Messages/SM0.json',
};

/** A place in the operation's description, as a JSON pointer. */
function pointer(...names: readonly string[]): string {
  const path = ['paths', PATH, 'post', ...names].map((name) =>
    name.replaceAll('~', '~0').replaceAll('/', '~1'),
  );
  return `twilio#/${path.map(encodeURIComponent).join('/')}`;
}

function complaints(schema: string, value: object): readonly string[] {
  const check = ajv.getSchema(schema);
  if (check === undefined) throw new Error(`the description has no ${schema}`);
  return check(structuredClone(value)) === true
    ? []
    : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

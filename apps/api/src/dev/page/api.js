// @ts-check
import createClient from './openapi-fetch.js';

/** @typedef {import('../../../openapi').components['schemas']} Schemas */

/** @type {import('openapi-fetch').Client<import('../../../openapi').paths>} */
const client = createClient();

/**
 * What the service answers to one request: `{ ok, status, body }`; of a lost answer, a problem of our own.
 *
 * @template Body, Problem
 * @param {Promise<{ data?: Body, error?: Problem, response: Response }>} request
 */
async function answer(request) {
  try {
    const { data, error, response } = await request;
    return { ok: response.ok, status: response.status, body: data ?? error };
  } catch {
    return { ok: false, status: 0, body: /** @type {const} */ ({ code: 'unreachable' }) };
  }
}

/**
 * Names the request, so that it may be repeated when its answer is lost: the service then answers the repeat as it
 * did the first time, and sends no second message.
 *
 * @template Answer
 * @param {(header: { 'Idempotency-Key': string }) => Promise<Answer & { status: number }>} ask
 */
async function once(ask) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const header = { 'Idempotency-Key': `"${key}"` };
  const first = await ask(header);
  return first.status === 0 ? ask(header) : first;
}

/** @param {Schemas['SendRequest']} body */
export const send = (body) =>
  once((header) => answer(client.POST('/auth/sms/send', { body, params: { header } })));

/** @param {Schemas['ChallengeRequest']} subject */
export const challenge = ({ phone, region }) =>
  answer(client.POST('/auth/sms/challenge', { body: region === undefined ? { phone } : { phone, region } }));

/** @param {Schemas['VerifyRequest']} body */
export const verify = (body) =>
  once((header) => answer(client.POST('/auth/sms/verify', { body, params: { header } })));

/** @param {Schemas['StatusRequest']} body */
export const status = (body) => answer(client.POST('/auth/sms/status', { body }));

/** @param {string} token */
export const enter = (token) =>
  answer(client.POST('/dev/protected', { params: { header: { 'Verification-Proof': token } } }));

/** @param {Schemas['BehaviourRequest']['behaviour']} behaviour */
export const behave = (behaviour) => answer(client.POST('/dev/inbox/behaviour', { body: { behaviour } }));

export async function behaviour() {
  const { data } = await client.GET('/dev/inbox/behaviour');
  return data?.behaviour;
}

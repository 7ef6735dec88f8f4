/** What the service answers to one request: `{ ok, status, body }`; of a lost answer, a problem of our own. */
async function post(path, body, headers = {}) {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  try {
    const response = await fetch(path, request);
    return { ok: response.ok, status: response.status, body: await response.json() };
  } catch {
    return { ok: false, status: 0, body: { code: 'unreachable' } };
  }
}

/**
 * Names the request, so that it may be repeated when its answer is lost: the service then answers the repeat as it
 * did the first time, and sends no second message.
 */
async function postOnce(path, body) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const headers = { 'idempotency-key': `"${key}"` };
  const answer = await post(path, body, headers);
  return answer.status === 0 ? post(path, body, headers) : answer;
}

export const send = (subject) => postOnce('/auth/sms/send', subject);
export const challenge = ({ phone, region }) => post('/auth/sms/challenge', { phone, region });
export const verify = (subject) => postOnce('/auth/sms/verify', subject);
export const status = (subject) => post('/auth/sms/status', subject);
export const enter = (token) => post('/dev/protected', {}, { 'verification-proof': token });
export const behave = (behaviour) => post('/dev/inbox/behaviour', { behaviour });

export async function behaviour() {
  const response = await fetch('/dev/inbox/behaviour');
  return (await response.json()).behaviour;
}

// The proof of work that the service may ask for before it sends (ALTCHA: PBKDF2, counted up until a key begins as
// it should). The browser derives keys in threads of its own, so that the page stays awake without a worker.

/** Keys derived at a time: enough for the threads of a phone. */
const AT_ONCE = 4;
/** How often somebody else gets a turn, in milliseconds. */
const BREATH = 50;

/** Whether this page can solve at all: browsers derive no keys over plain HTTP, but on localhost. */
export const canSolve = (kind) => kind === 'altcha' && crypto.subtle !== undefined;

/** Solves the challenge; `undefined` when it was not wanted any more. */
export async function solve(challenge, isWanted) {
  const { keyPrefix } = challenge.parameters;
  let breath = Date.now();
  for (let first = 0; isWanted(); first += AT_ONCE) {
    const counters = Array.from({ length: AT_ONCE }, (_, index) => first + index);
    const keys = await Promise.all(counters.map((counter) => derive(challenge.parameters, counter)));
    const found = keys.findIndex((key) => key.startsWith(keyPrefix));
    if (found >= 0) {
      const solution = { counter: counters[found], derivedKey: keys[found] };
      return window.btoa(JSON.stringify({ challenge, solution }));
    }
    if (Date.now() - breath > BREATH) {
      await new Promise((resolve) => setTimeout(resolve));
      breath = Date.now();
    }
  }
  return undefined;
}

async function derive({ nonce, salt, cost, keyLength }, counter) {
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
}

const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const hex = (all) => Array.from(all, (byte) => byte.toString(16).padStart(2, '0')).join('');

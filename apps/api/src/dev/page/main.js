import * as api from './api.js';
import { codeField } from './code-field.js';
import { canSolve, solve } from './challenge.js';
import { byId, element } from './dom.js';
import { followInbox } from './inbox-stream.js';
import { INITIAL, next } from './state.js';
import { renderClock, renderThread } from './thread.js';
import { render } from './view.js';
import { readCode } from './web-otp.js';

// Where the parts meet: what the person does becomes an event or a request, and answers become events.

const REGIONS = 'AE AU BR CA CH CN DE EG ES FR GB IN IT JP KR MX NG NL PL PT SA SE TR US ZA'.split(' ');
/** When delivery is asked for after a send, in milliseconds: often at first, and not for ever. */
const ASK_DELIVERY_AFTER = [150, 400, 1_000, 2_000, 4_000, 8_000, 16_000];

let state = INITIAL;
let messages = [];
let stopFollowing = () => {};
/** Ends what runs as long as a phase does: the timers of the delivery. */
let phaseEnd = new AbortController();
/** Ends the browser's own wait for the message (WebOTP). */
let waitEnd = new AbortController();

function dispatch(type, details = {}) {
  const before = state;
  state = next(state, { ...details, type, now: Date.now() });
  if (state.phase !== before.phase) {
    phaseEnd.abort();
    phaseEnd = new AbortController();
    if (state.phase !== 'code') waitEnd.abort();
    if (state.phase === 'locked') void readStatus();
  }
  render(state);
  drawThread();
}

const drawThread = () => renderThread(messages, { usable: state.phase === 'code', onCode: code.fill });
const identity = () => ({ ...state.subject, purpose: 'login', verificationId: state.verificationId });

/** Asks, and turns the answer into an event, unless the person has moved on to another number meanwhile. */
async function ask(request, good, bad) {
  const { subject } = state;
  const { ok, status, body } = await request;
  if (state.subject !== subject) return;
  if (ok) dispatch(good, { answer: body });
  else if (bad !== undefined) dispatch(bad, { problem: body, status });
}

async function send(subject, verificationId) {
  dispatch('send', { subject });
  waitEnd.abort();
  waitEnd = new AbortController();
  // The browser must listen before the message comes, which may be before the answer to the request.
  const read = readCode(waitEnd.signal);
  const request = { ...subject, purpose: 'login', ...(verificationId === null ? {} : { verificationId }) };
  await ask(sendProving(request), 'sent', 'sendRefused');
  if (state.phase !== 'code' || state.notice?.tone === 'bad') return;
  void read.then(code.fill);
  stopFollowing();
  stopFollowing = followInbox(state.subject, (all) => {
    messages = all;
    drawThread();
  });
  void followDelivery(phaseEnd.signal);
}

/** Sends; where the service asks for a proof of work first, does it and sends again. */
async function sendProving(request) {
  const { subject } = state;
  const isWanted = () => state.subject === subject;
  const answer = await api.send(request);
  const { code, challenge: kind } = answer.body;
  if (code !== 'challenge_required' || !canSolve(kind) || !isWanted()) return answer;
  dispatch('challenged');
  const offer = await api.challenge(request);
  if (!offer.ok) return offer;
  const challenge = await solve(offer.body.challenge, isWanted);
  return challenge === undefined ? answer : api.send({ ...request, challenge });
}

async function followDelivery(signal) {
  for (const wait of ASK_DELIVERY_AFTER) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (signal.aborted || ['delivered', 'undelivered'].includes(state.delivery)) return;
    if (state.busy === null) await readStatus();
  }
}

const readStatus = () => ask(api.status(identity()), 'statusRead');

async function verify() {
  if (state.busy !== null || state.phase !== 'code' || code.value() === '') return;
  const request = { ...identity(), code: code.value() };
  dispatch('verify');
  await ask(api.verify(request), 'verified', 'codeRefused');
}

const code = codeField(verify);
const usable = ({ currentTarget }) => currentTarget.getAttribute('aria-disabled') !== 'true';

byId('number-form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (byId('send').getAttribute('aria-disabled') === 'true') return;
  const region = byId('region').value;
  const phone = byId('phone').value.trim();
  void send(region === '' ? { phone } : { phone, region }, null);
});
byId('number-form').addEventListener('input', () => dispatch('numberChanged'));
byId('code-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void verify();
});
byId('resend').addEventListener('click', (event) => {
  if (usable(event)) void send(state.subject, state.phase === 'code' ? state.verificationId : null);
});
byId('spend').addEventListener('click', (event) => {
  if (!usable(event)) return;
  dispatch('spend');
  void ask(api.enter(state.proof.token), 'spent', 'spendRefused');
});
byId('start-over').addEventListener('click', () => {
  stopFollowing();
  messages = [];
  dispatch('startOver');
});
byId('behaviour').addEventListener('change', ({ target }) => void api.behave(target.value));

const names = new Intl.DisplayNames(['en'], { type: 'region' });
const options = REGIONS.map((region) => element('option', { value: region }, names.of(region)));
options.sort((first, second) => first.text.localeCompare(second.text));
byId('region').append(...options);
void api.behaviour().then((value) => {
  for (const radio of byId('behaviour').elements) radio.checked = radio.value === value;
});

setInterval(() => {
  dispatch('tick');
  renderClock();
}, 1_000);
renderClock();
dispatch('tick');

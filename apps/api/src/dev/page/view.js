import { byId, element, setText } from './dom.js';
import { secondsUntil } from './state.js';
import { duration, TITLES } from './words.js';

const STEP_OF = { number: 0, code: 1, locked: 1, expired: 1, proven: 2 };
const DELIVERY = {
  queued: 'On its way',
  sent: 'On its way',
  delivered: 'Delivered',
  undelivered: 'Not delivered',
};

let drawn = null;

/** Draws a state. Reads nothing back from the document, except what the person has typed. */
export function render(state) {
  const before = drawn;
  drawn = state;
  renderFrame(state, before);
  renderNotice(state, before);
  renderNumber(state);
  renderCode(state);
  renderProof(state, before);
  moveFocus(state, before);
}

function renderFrame(state, before) {
  const { phase } = state;
  setText(byId('title'), TITLES[phase]);
  document.title = `${TITLES[phase]} · SMS verification`;
  setText(byId('lead'), leadOf(state));
  setText(byId('phone-owner'), state.masked === '' ? 'Your phone' : state.masked);
  ['step-number', 'step-code', 'step-proof'].forEach((id, index) => {
    byId(id).dataset.done = String(index < STEP_OF[phase]);
    if (index === STEP_OF[phase]) byId(id).setAttribute('aria-current', 'step');
    else byId(id).removeAttribute('aria-current');
  });
  byId('number-form').hidden = phase !== 'number';
  byId('code-form').hidden = phase !== 'code';
  byId('proof').hidden = phase !== 'proven';
  byId('actions').hidden = phase === 'number';

  const wait = secondsUntil(state, state.resendAt);
  const resend = byId('resend');
  const what = phase === 'code' ? 'Send again' : 'Get a new code';
  resend.hidden = phase === 'proven';
  resend.className = phase === 'code' && state.delivery !== 'undelivered' ? 'secondary' : 'primary';
  byId('verify').className = state.delivery === 'undelivered' ? 'secondary' : 'primary';
  const label = wait > 0 ? `${what} in ${duration(wait)}` : what;
  offer(resend, state.busy === 'challenge' ? 'One moment…' : label, wait === 0 && state.busy === null);
  setText(byId('start-over'), phase === 'proven' ? 'Verify another number' : 'Use another number');
  if (phase === 'code' && before !== null && before.resendAt > before.now && wait === 0) {
    setText(byId('heard'), 'You can have the code sent again now.');
  }
}

function leadOf({ phase, masked }) {
  switch (phase) {
    case 'number':
      return 'A message will bring you a code. Nothing leaves this machine.';
    case 'code':
      return `We sent a message to ${masked}.`;
    case 'proven':
      return `${masked} is yours. The proof below lets one request in, once.`;
    case 'locked':
      return `When the wait is over, ${masked} can get a new one.`;
    case 'expired':
      return `${masked} can get a new one.`;
  }
}

/** A button that may not be used yet stays where it is, and keeps the focus: only its label says so. */
function offer(button, label, usable) {
  setText(button, label);
  button.setAttribute('aria-disabled', String(!usable));
}

/** What went wrong interrupts a screen reader; all else waits for its turn. */
function renderNotice({ notice }, before) {
  if (before !== null && before.notice === notice) return;
  const [polite, urgent] = byId('notice').children;
  polite.replaceChildren();
  urgent.replaceChildren();
  if (notice === null) return;
  const text = element('p', { className: 'notice' }, element('strong', {}, notice.title), ` ${notice.text}`);
  text.dataset.tone = notice.tone;
  (notice.tone === 'bad' ? urgent : polite).append(text);
  text.scrollIntoView({ block: 'nearest' });
}

function renderNumber(state) {
  const wait = secondsUntil(state, state.resendAt);
  const label = wait > 0 ? `Send the code in ${duration(wait)}` : 'Send the code';
  const doing = { send: 'Sending…', challenge: 'One moment…' }[state.busy];
  offer(byId('send'), doing ?? label, wait === 0 && state.busy === null);
  setText(byId('phone-error'), state.fieldError);
  byId('phone').setAttribute('aria-invalid', String(state.fieldError !== ''));
}

function renderCode(state) {
  const { attempts, delivery, busy, notice } = state;
  setText(byId('attempts'), attempts === null ? '–' : String(attempts));
  byId('attempts').dataset.low = String(attempts !== null && attempts <= 2);
  setText(byId('expires'), duration(secondsUntil(state, state.expiresAt)));
  setText(byId('delivery'), DELIVERY[delivery] ?? delivery);
  byId('delivery').dataset.delivery = delivery;
  offer(byId('verify'), busy === 'verify' ? 'Checking…' : 'Verify', busy === null);
  byId('code').setAttribute('aria-invalid', String(state.phase === 'code' && notice?.tone === 'bad'));
}

function renderProof(state, before) {
  const { proof, calls, busy } = state;
  if (proof === null) return;
  const left = secondsUntil(state, proof.expiresAt);
  setText(byId('token'), proof.token);
  byId('token').dataset.spent = String(proof.spent);
  const fresh = left > 0 ? `Good for ${duration(left)}, for one sign-in.` : 'It has expired.';
  setText(byId('proof-hint'), proof.spent ? 'Spent: it has let one request in.' : fresh);
  const label = ['Call the protected route', 'Call it a second time'][calls.length] ?? 'Call it again';
  byId('spend').className = calls.length < 2 ? 'primary' : 'secondary';
  offer(byId('spend'), busy === 'spend' ? 'Calling…' : label, busy === null);
  if (before?.calls === calls) return;
  byId('calls').replaceChildren(
    ...calls.map(({ status, says }) => {
      const badge = element('b', {}, String(status));
      badge.dataset.ok = String(status === 200);
      return element('li', {}, badge, element('code', {}, 'POST /dev/protected'), element('span', {}, says));
    }),
  );
}

/** The focus follows the work: to the field that is to be filled in, else to the heading that says what happened. */
function moveFocus(state, before) {
  if (before === null) return;
  if (state.entry !== before.entry) byId('code').dispatchEvent(new Event('empty'));
  const moved = state.phase !== before.phase;
  if (state.phase === 'number' && (moved || state.fieldError !== before.fieldError)) {
    if (moved || state.fieldError !== '') byId('phone').focus();
  } else if (state.phase === 'code' && (moved || state.entry !== before.entry)) {
    byId('code').focus();
  } else if (moved) {
    byId('title').focus();
  }
}

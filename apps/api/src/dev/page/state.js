import { entered, NOTICES, refusal, wrongCode } from './words.js';

// The page as a machine: `next(state, event)` is the state that follows. It knows no document and no network. An
// event that means nothing in a phase changes nothing there, so a late answer does no harm.
//
//   number ──sent──▶ code ──verified──▶ proven
//                    │  ▲
//            refused │  │ sent (a new code)
//                    ▼  │
//              locked, expired              startOver: from everywhere back to number

export const INITIAL = {
  phase: 'number',
  /** What is being waited for: 'send', 'challenge', 'verify', 'spend', or null. */
  busy: null,
  now: 0,
  subject: null,
  masked: '',
  verificationId: null,
  attempts: null,
  delivery: 'queued',
  expiresAt: 0,
  resendAt: 0,
  /** Counts the times that the digits typed so far became worthless. */
  entry: 0,
  fieldError: '',
  notice: null,
  proof: null,
  calls: [],
};

const seconds = (state, count) => state.now + count * 1_000;

function sent(state, { answer }) {
  const { verificationId, phone, expiresIn, resendIn } = answer;
  const again = verificationId === state.verificationId;
  return {
    ...state,
    phase: 'code',
    busy: null,
    masked: phone,
    verificationId,
    attempts: again ? state.attempts : null,
    delivery: 'queued',
    expiresAt: seconds(state, expiresIn),
    resendAt: seconds(state, resendIn),
    entry: again ? state.entry : state.entry + 1,
    fieldError: '',
    notice: state.verificationId === null ? null : again ? NOTICES.resent : NOTICES.renewed,
  };
}

function sendRefused(state, { problem }) {
  const idle = { ...state, busy: null };
  if (['phone_invalid', 'phone_not_supported', 'invalid_request'].includes(problem.code)) {
    const detail = problem.errors?.find(({ field }) => field === 'phone')?.message;
    return { ...idle, fieldError: detail === undefined ? problem.detail : `The number ${detail}.` };
  }
  return { ...idle, resendAt: seconds(state, problem.retryAfter ?? 0), notice: refusal(problem) };
}

function locked(state, resendAt) {
  return { ...state, phase: 'locked', busy: null, attempts: 0, resendAt, notice: NOTICES.locked };
}

function expired(state) {
  return { ...state, phase: 'expired', busy: null, notice: NOTICES.expired };
}

function codeRefused(state, { problem }) {
  const { code, attemptsRemaining, retryAfter = 0 } = problem;
  const idle = { ...state, busy: null };
  if (code === 'attempts_exhausted') return locked(state, seconds(state, retryAfter));
  if (code !== 'code_invalid') return { ...idle, notice: refusal(problem) };
  if (attemptsRemaining === undefined) return expired(state);
  if (attemptsRemaining === 0) return locked(state, state.resendAt);
  const notice = wrongCode(attemptsRemaining);
  return { ...idle, attempts: attemptsRemaining, entry: state.entry + 1, notice };
}

function statusRead(state, { answer }) {
  const { delivery, attemptsRemaining, expiresIn, resendIn } = answer;
  const failed = delivery === 'undelivered' && state.delivery !== 'undelivered';
  return {
    ...state,
    delivery,
    // An answer that was overtaken by a wrong code knows of an attempt too many.
    attempts: Math.min(state.attempts ?? attemptsRemaining, attemptsRemaining),
    expiresAt: seconds(state, expiresIn),
    resendAt: seconds(state, resendIn),
    notice: failed ? NOTICES.undelivered : state.notice,
  };
}

function verified(state, { answer: { phone, proof } }) {
  const held = { token: proof.token, expiresAt: seconds(state, proof.expiresIn), spent: false };
  return { ...state, phase: 'proven', busy: null, masked: phone, proof: held, notice: NOTICES.verified };
}

const waiting = (what) => (state) => ({ ...state, busy: what, fieldError: '', notice: null });
const call = (state, status, says) => [...state.calls, { status, says }];
const spent = (state, { answer }) => ({
  ...state,
  busy: null,
  proof: { ...state.proof, spent: true },
  calls: call(state, 200, `let in as ${answer.phone}`),
  notice: entered(answer.phone),
});
const spendRefused = (state, { problem, status }) => ({
  ...state,
  busy: null,
  calls: call(state, status, problem.code),
  notice: refusal(problem),
});

/** The service wants work done first; whoever has moved on meanwhile is not kept waiting for it. */
const challenged = (state) => (state.busy === 'send' ? { ...state, busy: 'challenge' } : state);

const sending = { send: waiting('send'), challenged, sent, sendRefused };
const PHASES = {
  number: {
    ...sending,
    send: (state, { subject }) => ({ ...waiting('send')(state), subject }),
    // Another number knows nothing of this one's wait.
    numberChanged: (state) => ({ ...state, resendAt: 0, fieldError: '', notice: null }),
  },
  code: {
    ...sending,
    verify: waiting('verify'),
    verified,
    codeRefused,
    statusRead,
    tick: (state) => (state.busy === null && state.now >= state.expiresAt ? expired(state) : state),
  },
  locked: {
    ...sending,
    statusRead: (state, { answer }) => ({ ...state, resendAt: seconds(state, answer.resendIn) }),
  },
  expired: sending,
  proven: { spend: waiting('spend'), spent, spendRefused },
};

export function next(state, event) {
  const current = { ...state, now: event.now };
  if (event.type === 'startOver') return { ...INITIAL, now: event.now, entry: state.entry + 1 };
  return PHASES[state.phase][event.type]?.(current, event) ?? current;
}

/** Whole seconds until then, as a person counts down to it. */
export function secondsUntil(state, then) {
  return Math.max(0, Math.ceil((then - state.now) / 1_000));
}

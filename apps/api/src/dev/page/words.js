// What is said to the person: each notice has a tone (info, good, warn, bad), a title and a text.

export const TITLES = {
  number: 'What is your number?',
  code: 'Enter the code',
  locked: 'Too many wrong codes',
  expired: 'This code is no longer good',
  proven: 'Your number is verified',
};

/** Seconds as a clock shows them, and from an hour on in words. */
export function duration(seconds) {
  if (seconds >= 3_600) return `${Math.ceil(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The same for the ear. */
function inWords(seconds) {
  if (seconds < 100) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

export const NOTICES = {
  resent: {
    tone: 'good',
    title: 'Sent again.',
    text: 'It is the same code: an earlier message is still right.',
  },
  renewed: { tone: 'good', title: 'A new code is on its way.', text: 'Earlier codes do not count any more.' },
  undelivered: {
    tone: 'warn',
    title: 'The message did not arrive.',
    text: 'You can send it again right away.',
  },
  locked: {
    tone: 'bad',
    title: 'No attempts left.',
    text: 'This code is closed, to keep strangers from guessing it.',
  },
  expired: { tone: 'warn', title: 'Time is up.', text: 'Codes are good for a few minutes only.' },
  verified: { tone: 'good', title: 'The code was right.', text: 'Here is a proof of it, good once.' },
};

export function wrongCode(attempts) {
  const left = attempts === 1 ? 'One attempt left' : `${attempts} attempts left`;
  return { tone: 'bad', title: 'That is not the code.', text: `Compare it with the message. ${left}.` };
}

export function entered(phone) {
  return {
    tone: 'good',
    title: `Let in as ${phone}.`,
    text: 'The proof is spent now. Try it a second time.',
  };
}

/** Why the page cannot do what the service asks for; the one kind that it knows needs a browser that helps. */
function whyNot(kind) {
  if (kind !== 'altcha')
    return `The service asks for ${kind}, and the page knows only its own proof of work.`;
  return window.isSecureContext
    ? 'The service did not take its proof of work. Try again.'
    : 'Browsers do that over HTTPS or on localhost alone. Open it there.';
}

/** What a refusal means for the person. */
export function refusal({ code, detail = '', retryAfter = 0, challenge }) {
  const wait = inWords(retryAfter);
  switch (code) {
    case 'cooldown':
      return {
        tone: 'warn',
        title: 'A code was just sent.',
        text: `Look at the messages, or ask again in ${wait}.`,
      };
    case 'quota_exceeded':
      return { tone: 'warn', title: 'Too many codes for this number.', text: `Ask again in ${wait}.` };
    case 'rate_limited':
      return { tone: 'warn', title: 'Too many requests from here.', text: `Try again in ${wait}.` };
    case 'attempts_exhausted':
      return { tone: 'bad', title: 'Too many wrong codes.', text: `A new code can be sent in ${wait}.` };
    case 'gateway_unavailable':
      return {
        tone: 'bad',
        title: 'The message could not be sent.',
        text: 'Nothing was used up. Try again.',
      };
    case 'challenge_required':
      return { tone: 'bad', title: 'This page cannot prove that you are human.', text: whyNot(challenge) };
    case 'storage_unavailable':
      return { tone: 'bad', title: 'The service is briefly unavailable.', text: 'Try again in a moment.' };
    case 'proof_invalid':
      return {
        tone: 'warn',
        title: 'Refused, as it should be.',
        text: 'A proof lets one request in, and no other.',
      };
    case 'unreachable':
      return {
        tone: 'bad',
        title: 'The service does not answer.',
        text: 'Check that it runs, then try again.',
      };
    default:
      return { tone: 'bad', title: 'That did not work.', text: detail };
  }
}

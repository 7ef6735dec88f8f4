import { byId, clockTime, element, setText, withCode } from './dom.js';

let shown = '';
let newest;

/** Draws the messages as the phone shows them: oldest first, the code to tap while there is a place for it. */
export function renderThread(messages, { usable, onCode }) {
  const drawing = JSON.stringify([usable, messages.map(({ id }) => id)]);
  if (drawing === shown) return;
  shown = drawing;
  const thread = byId('thread');
  thread.replaceChildren(...[...messages].reverse().map((message) => bubble(message, usable, onCode)));
  byId('thread-empty').hidden = messages.length > 0;
  thread.hidden = messages.length === 0;
  thread.scrollTop = thread.scrollHeight;
  announce(messages[0]);
}

/** Says a new message as a phone does. */
function announce(message) {
  if (message !== undefined && message.id !== newest) setText(byId('heard'), `New message: ${message.text}`);
  newest = message?.id;
}

function bubble(message, usable, onCode) {
  const mark = (code) => {
    if (!usable) return element('b', {}, code);
    const button = element('button', { type: 'button', className: 'tap' }, code);
    button.setAttribute('aria-label', `Fill in the code ${code}`);
    button.addEventListener('click', () => onCode(code));
    return button;
  };
  const sentAt = new Date(message.sentAt);
  return element(
    'li',
    {},
    element('p', { dir: 'auto' }, ...withCode(message, mark)),
    element('time', { dateTime: message.sentAt }, clockTime(sentAt)),
  );
}

export function renderClock() {
  setText(byId('clock'), clockTime(new Date()).replace(/ [AP]M$/, ''));
}

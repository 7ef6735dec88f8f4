import { byId, clockTime, element, setText, withCode } from './dom.js';
import { followInbox } from './inbox-stream.js';

const NONE = 'No messages yet. They appear here the moment they are sent.';

let messages = [];

byId('filter').addEventListener('input', render);
followInbox(
  undefined,
  (all) => {
    messages = all;
    render();
  },
  (state) => {
    byId('live').dataset.state = state;
    setText(byId('live'), state === 'live' ? 'Live' : 'Connecting');
  },
);

function render() {
  const wanted = byId('filter').value.replace(/[^0-9]/g, '');
  const found = messages.filter(({ phone }) => phone.includes(wanted));
  byId('messages').replaceChildren(...found.map(row));
  byId('empty').hidden = found.length > 0;
  setText(byId('empty'), messages.length === 0 ? NONE : 'No message went to such a number.');
  const count = `${found.length} ${found.length === 1 ? 'message' : 'messages'}`;
  setText(byId('count'), wanted === '' ? count : `${count} to numbers with ${wanted}`);
}

function row(message) {
  const sentAt = new Date(message.sentAt);
  return element(
    'li',
    {},
    element('strong', { className: 'to' }, message.phone),
    element('span', { className: 'tag' }, message.purpose.replaceAll('_', ' ')),
    element('time', { dateTime: message.sentAt, title: sentAt.toLocaleString() }, clockTime(sentAt)),
    element('p', { dir: 'auto' }, ...withCode(message, (code) => element('b', {}, code))),
  );
}

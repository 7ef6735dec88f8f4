import { byId, clockTime, element, setText, withCode } from './dom.js';
import { followInbox } from './inbox-stream.js';

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
  byId('empty').hidden = messages.length > 0;
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
    element('p', {}, ...withCode(message, (code) => element('b', {}, code))),
  );
}

/**
 * Follows the inbox, or what one phone gets. `onMessages` is called with all messages, newest first, whenever they
 * change. The browser connects again by itself, and the server begins each connection with all there is.
 */
export function followInbox(subject, onMessages, onState = () => {}) {
  const query = new URLSearchParams(subject === undefined ? {} : compact(subject));
  const source = new EventSource(`/dev/inbox/events?${query}`);
  let messages = [];
  const show = (newer) => {
    messages = newer;
    onMessages(messages);
  };
  source.addEventListener('open', () => onState('live'));
  source.addEventListener('error', () => onState('connecting'));
  source.addEventListener('messages', ({ data }) => show(JSON.parse(data)));
  source.addEventListener('message', ({ data }) => show([JSON.parse(data), ...messages]));
  return () => source.close();
}

function compact({ phone, region }) {
  return region === undefined ? { phone } : { phone, region };
}

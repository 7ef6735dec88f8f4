/** The element of this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Makes an element. Text goes in as text, never as markup. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Sets a text only where it changes, so that screen readers and selections are left in peace. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Of the message's text, the code as `mark` makes it. */
export function withCode({ text, code }, mark) {
  const at = text.indexOf(code);
  return at < 0 ? [text] : [text.slice(0, at), mark(code), text.slice(at + code.length)];
}

export function clockTime(date) {
  return date.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
}

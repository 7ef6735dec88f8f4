import { byId, element, setText } from './dom.js';

const MOST_DIGITS = 10;

/** One text field drawn as boxes. Calls `onComplete` when the last digit is in, however it came. */
export function codeField(onComplete) {
  const input = byId('code');
  const frame = byId('code-boxes');
  const length = Math.min(Number(frame.dataset.codeLength), MOST_DIGITS);
  const boxes = Array.from({ length }, () => element('span', { className: 'box' }));
  const row = element('div', { className: 'boxes' }, ...boxes);
  row.setAttribute('aria-hidden', 'true');
  frame.append(row);

  const draw = () => {
    boxes.forEach((box, index) => {
      setText(box, input.value[index] ?? '');
      box.dataset.active = String(index === Math.min(input.value.length, length - 1));
    });
  };
  const set = (text) => {
    // People paste "123-456" or "Your code: 123 456"; only the digits count.
    input.value = text.replace(/[^0-9]/g, '').slice(0, length);
    input.setSelectionRange(input.value.length, input.value.length);
    draw();
  };
  const fill = (text) => {
    set(text);
    if (input.value.length === length) onComplete();
  };
  input.addEventListener('input', () => fill(input.value));
  input.addEventListener('empty', () => set(''));
  // The boxes show no caret in their middle, so there is none: typing always goes on at the end.
  const toEnd = () => input.setSelectionRange(input.value.length, input.value.length);
  input.addEventListener('focus', toEnd);
  input.addEventListener('click', toEnd);
  draw();
  return { fill, value: () => input.value };
}

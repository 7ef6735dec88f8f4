/** Answered with 400 by Fastify's convention of an error that carries its status. */
class StrictJsonError extends SyntaxError {
  readonly statusCode = 400;
}

/** No request needs more, and nothing that reads a body after this has to wonder how deep it may descend. */
const MAX_DEPTH = 8;

/**
 * Refuses JSON objects that name a member twice. `JSON.parse` would take the last one silently, while a proxy
 * or a log in front may have believed the first (RFC 8259 §4 leaves it open; we do not). Refuses, too, what is
 * nested deeper than any request needs, before it can exhaust the stack.
 *
 * Looks at strings, colons and brackets alone: whether the text is JSON at all, the parser after it tells. One pass,
 * for every request takes it.
 */
export function refuseAmbiguousJson(text: string): void {
  /** The names of each object, or array, that is open. */
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case '{':
      case '[':
        if (open.length === MAX_DEPTH) throw new StrictJsonError('nested too deep');
        open.push(new Set());
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const end = endOfString(text, at);
        if (isName(text, end)) note(open.at(-1), text.slice(at, end));
        at = end - 1;
        break;
      }
      default:
    }
  }
}

/** Behind the closing quote of the string that begins here, or of the text when it has none. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
}

/** Whether a string that ends here is the name of a member. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return text[at] === ':';
}

function note(names: Set<string> | undefined, quoted: string): void {
  const name = quoted.includes('\\') ? unescaped(quoted) : quoted;
  if (names?.has(name)) throw new StrictJsonError('a member appears twice');
  names?.add(name);
}

/** The string as it is spelled without escapes it does not need; as it stands when it is none. */
function unescaped(quoted: string): string {
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

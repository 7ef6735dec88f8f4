import { visit } from 'jsonc-parser';

/** Answered with 400 by Fastify's convention of an error that carries its status. */
class StrictJsonError extends SyntaxError {
  readonly statusCode = 400;
}

/** No request needs more. What comes after, class-transformer above all, descends by recursion. */
const MAX_DEPTH = 8;

/**
 * Refuses JSON objects that name a member twice. `JSON.parse` would take the last one silently, while a proxy
 * or a log in front may have believed the first (RFC 8259 §4 leaves it open; we do not). Refuses, too, what is
 * nested deeper than any request needs, before it can exhaust the stack.
 */
export function refuseAmbiguousJson(text: string): void {
  const open: Set<string>[] = [];
  const descend = (): void => {
    if (open.length === MAX_DEPTH) throw new StrictJsonError('nested too deep');
    open.push(new Set());
  };
  const ascend = (): void => {
    open.pop();
  };
  visit(text, {
    onObjectBegin: descend,
    onObjectEnd: ascend,
    onArrayBegin: descend,
    onArrayEnd: ascend,
    onObjectProperty: (name) => {
      const names = open.at(-1);
      if (names?.has(name)) throw new StrictJsonError('a member appears twice');
      names?.add(name);
    },
  });
}

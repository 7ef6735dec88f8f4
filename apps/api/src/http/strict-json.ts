import { visit } from 'jsonc-parser';

/** Answered with 400 by Fastify's convention of an error that carries its status. */
class DuplicateMemberError extends SyntaxError {
  readonly statusCode = 400;

  constructor() {
    super('a member appears twice');
  }
}

/**
 * Refuses JSON objects that name a member twice. `JSON.parse` would take the last one silently, while a proxy
 * or a log in front may have believed the first (RFC 8259 §4 leaves it open; we do not).
 */
export function refuseDuplicateMembers(text: string): void {
  const open: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => {
      open.push(new Set());
    },
    onObjectProperty: (name) => {
      const names = open.at(-1);
      if (names?.has(name)) throw new DuplicateMemberError();
      names?.add(name);
    },
    onObjectEnd: () => {
      open.pop();
    },
  });
}

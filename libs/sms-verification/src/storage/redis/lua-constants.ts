const LITERAL = String.raw`(?:-?\d+|'[^']*')`;
const NAME = '[A-Z][A-Z_]*';

/** `local MOST, MOST_SMALL = 4294967295, 65535` at the beginning of a line: constants, by their names. */
const DECLARATION = new RegExp(`^local (${NAME}(?:, ${NAME})*) = (${LITERAL}(?:, ${LITERAL})*)$`, 'gm');

/** What may look like the name of a constant and is none, or a name. */
const WORD = new RegExp(String.raw`--.*$|'[^']*'|"[^"]*"|\b${NAME}\b`, 'gm');

/**
 * Puts the value of each constant in its place, and its declaration away. Lua 5.1 does not: it keeps a local for every
 * constant, and for each that a function reaches for it makes an object on every call of the script.
 */
export function foldConstants(source: string): string {
  const values = new Map<string, string>();
  const rest = source.replace(DECLARATION, (_line, names: string, literals: string) => {
    const found = literals.match(new RegExp(LITERAL, 'g')) ?? [];
    names.split(', ').forEach((name, index) => values.set(name, found[index] ?? 'nil'));
    return '';
  });
  return rest.replace(WORD, (word) => values.get(word) ?? word);
}

/** Lines of this many, one after the other, that stand in two places are one idea written twice. */
const LONG_ENOUGH = 6;

/** A text, such as a source, by the name it is told by. */
export interface Named {
  readonly name: string;
  readonly text: string;
}

/** Where the same six lines of logic stand a second time, as `name:line = name:line`; overlapping finds are one. */
export function duplicatesIn(sources: readonly Named[]): string[] {
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (const { name, text } of sources) {
    const lines = logicOf(text);
    let reportedUpTo = 0;
    for (let start = 0; start + LONG_ENOUGH <= lines.length; start += 1) {
      const block = lines.slice(start, start + LONG_ENOUGH);
      const key = block.map(({ words }) => words).join('\n');
      const here = `${name}:${String(block[0]?.number)}`;
      const before = seen.get(key);
      if (before === undefined) {
        seen.set(key, here);
      } else if (start >= reportedUpTo) {
        found.push(`${before} = ${here}`);
        reportedUpTo = start + LONG_ENOUGH;
      }
    }
  }
  return found;
}

/** The lines that do something: no imports, no comments, no names in a list, nothing that only closes or separates. */
function logicOf(text: string): { readonly number: number; readonly words: string }[] {
  const bare = text
    .replace(/^(?:import|export)\b[^;{]*(?:\{[^}]*\})?[^;{]* from '[^']+';$/gm, blank)
    .replace(/\/\*[^]*?\*\//g, blank);
  return bare
    .split('\n')
    .map((line, index) => ({ number: index + 1, words: line.replace(/^\s*\/\/.*$/, '').trim() }))
    .filter(({ words }) => /\w/.test(words) && !LISTED.test(words));
}

/** A parameter, or a member that is taken out of an object. */
const LISTED = /^\w+\??(?:: [\w<>[\]]+)?,$/;

/** As many lines as before, with nothing in them. */
const blank = (match: string): string => match.replace(/[^\n]/g, '');

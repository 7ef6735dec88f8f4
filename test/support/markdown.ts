import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the project. */
export const ROOT = join(__dirname, '../..');

/** The text of a file of the project, such as `README.md`. */
export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A fenced block of code: ```` ```language name ````. */
export interface CodeBlock {
  readonly language: string;
  readonly name: string;
  readonly text: string;
}

/** All fenced blocks, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```([a-z]*) ?(.*)\n([^]*?)^```$/gm)].map(
    ([, language = '', name = '', text = '']) => ({ language, name, text }),
  );
}

/** The rows of the table whose head has exactly these columns, each row by column. */
export function tableOf<Column extends string>(
  markdown: string,
  ...columns: readonly Column[]
): Record<Column, string>[] {
  const tables = [...markdown.matchAll(/(?:^\|.*\|\n)+/gm)].map(([text]) =>
    text.trimEnd().split('\n').map(cellsOf),
  );
  const found = tables.find(([head]) => head?.join() === columns.join());
  if (found === undefined) throw new Error(`there is no table of ${columns.join(', ')}`);
  return found
    .slice(2)
    .map((cells) =>
      Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])),
    ) as Record<Column, string>[];
}

/** The words between backticks. */
export function codeWords(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

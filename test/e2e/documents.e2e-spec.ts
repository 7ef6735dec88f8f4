import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeWords, readDocument, ROOT, tableOf } from '../support/markdown';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/api.md',
  'docs/gateways.md',
  'docs/abuse.md',
  'docs/guarantees.md',
  'docs/operations.md',
];
const SOURCES = ['apps', 'libs', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
);

/** Each `path` › "title" of a document; a › "title" without a path belongs to the path before it. */
function claims(document: string): { path: string; title: string }[] {
  let path = '';
  return [...readDocument(document).matchAll(/`([^`\n]+)`|› "([^"\n]+)"/g)].flatMap(([, code, title]) => {
    if (code !== undefined && isPath(code)) path = code;
    return title === undefined ? [] : [{ path, title }];
  });
}

const isPath = (text: string): boolean => /^(apps|libs|test|\.ci)\/[^<>* ]+$/.test(text);

describe.each(DOCUMENTS)('%s', (document) => {
  it('names no file that does not exist', () => {
    const paths = codeWords(readDocument(document)).filter(isPath);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('links to no file that does not exist', () => {
    const links = [...readDocument(document).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      ([, link = '']) => link,
    );
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
  });

  it('quotes no title that its test does not have', () => {
    const missing = claims(document).filter(({ path, title }) => !readDocument(path).includes(title));
    expect(missing).toEqual([]);
  });
});

describe('docs/guarantees.md', () => {
  it('leads from each rule to its source and its test', () => {
    const rows = tableOf(readDocument('docs/guarantees.md'), 'rule', 'where', 'held by');
    const rules = rows.flatMap(({ rule }) =>
      [...rule.matchAll(/R([0-9]+) /g)].map(([, number]) => Number(number)),
    );
    expect(rules).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));

    for (const { rule, where, 'held by': held } of rows) {
      const [source = 'no source'] = codeWords(where);
      expect({ rule, found: SOURCES.some((file) => file.endsWith(`/${source}`)) }).toEqual({
        rule,
        found: true,
      });
      expect(held).toMatch(/^`.+` › ".+"$/);
    }
  });
});

describe('README.md', () => {
  it('stays under 300 lines', () => {
    expect(readDocument('README.md').split('\n').length).toBeLessThan(300);
  });
});

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeBlocks, codeWords, readDocument, ROOT, tableOf } from '../support/markdown';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
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

/** The commands that documents give, and where the word that follows them must be found. */
const COMMANDS: readonly { readonly pattern: RegExp; readonly exists: (name: string) => boolean }[] = [
  { pattern: /npm run (?:--silent )?([\w:-]+)/g, exists: isScript },
  { pattern: /npm (test|start)\b/g, exists: isScript },
  {
    pattern: /--selectProjects (\w+)/g,
    exists: (name) => readDocument('jest.config.js').includes(`'${name}'`),
  },
  {
    pattern: /--profile (\w+)/g,
    exists: (name) => readDocument('docker-compose.yml').includes(`profiles: [${name}]`),
  },
  {
    pattern: /node dist\/([\w/-]+)/g,
    exists: (name) => existsSync(join(ROOT, `${name.replace(/\.js$/, '')}.ts`)),
  },
];

function isScript(name: string): boolean {
  const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: Record<string, string> };
  return name in scripts;
}

/** A document without its blocks of code. */
function prose(document: string): string {
  return readDocument(document).replace(/^```[^]*?^```$/gm, '');
}

/** The anchors that GitHub gives the headings of a document. */
function anchorsOf(document: string): string[] {
  const headings = [...prose(document).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
  const seen = new Map<string, number>();
  return headings.map((heading) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${String(before)}`;
  });
}

const isPath = (text: string): boolean => /^(apps|libs|test|\.ci)\/[^<>* ]+$/.test(text);

describe.each(DOCUMENTS)('%s', (document) => {
  it('names no file that does not exist', () => {
    const paths = codeWords(readDocument(document)).filter(isPath);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('links to no file, and to no heading, that does not exist', () => {
    const links = [...prose(document).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names no command that does not exist', () => {
    const text = readDocument(document);
    const shell = codeBlocks(text).filter(({ language }) => language === 'sh');
    const code = [...shell.map((block) => block.text), ...codeWords(prose(document))].join('\n');
    const found = COMMANDS.flatMap(({ pattern, exists }) =>
      [...code.matchAll(pattern)].map(([command, name = '']) => ({ command, exists: exists(name) })),
    );
    expect(found.filter(({ exists }) => !exists)).toEqual([]);
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

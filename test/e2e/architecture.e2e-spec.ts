import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { codeBlocks, readDocument, ROOT } from '../support/markdown';

/** The floors of the picture, by their names there. */
const FLOORS = {
  application: 'apps/api/src',
  gateways: 'libs/sms-gateways/src',
  domain: 'libs/sms-verification/src',
} as const;
type Floor = keyof typeof FLOORS;
const floors = ['application', 'gateways', 'domain'] as const;

/** What stands for the files beside the domain's folders, and what any of its parts may use. */
const SERVICE = 'service';
const COMMON = ['code', 'phone'];

const [picture = ''] = codeBlocks(readDocument('docs/architecture.md'))
  .filter(({ language }) => language === 'mermaid')
  .map(({ text }) => text);

/** The boxes of a floor: by their text where they have one, else by their name. */
function boxesOf(floor: Floor): string[] {
  const [, inside = ''] = new RegExp(`subgraph ${floor} \\[.*\\]\\n([^]*?)\\n  end`).exec(picture) ?? [];
  return [...inside.matchAll(/^ +(\w+)(?:\[(\w+)\])?$/gm)].map(([, name = '', text]) => text ?? name);
}

const arrows = [...picture.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from = '', to = '']) => ({
  from,
  to,
}));

/** The folders of a floor that hold sources. */
function foldersOf(floor: Floor): string[] {
  return readdirSync(join(ROOT, FLOORS[floor]), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

interface Place {
  readonly floor: Floor;
  /** A folder of the floor, or `service` for the files beside them. */
  readonly part: string;
}

function placeOf(path: string): Place | undefined {
  const floor = floors.find((one) => path.startsWith(FLOORS[one] + sep) || path === FLOORS[one]);
  if (floor === undefined) return undefined;
  const [part = '', ...rest] = relative(FLOORS[floor], path).split(sep);
  const isFolder = rest.length > 0 || foldersOf(floor).includes(part);
  return { floor, part: isFolder ? part : SERVICE };
}

/** Every import of the sources from one place to another. */
function imports(): { from: Place; to: Place }[] {
  return floors.flatMap((floor) =>
    readdirSync(join(ROOT, FLOORS[floor]), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .flatMap((file) => {
        const path = join(FLOORS[floor], file);
        const names = [...readFileSync(join(ROOT, path), 'utf8').matchAll(/ from '([^']+)'/g)];
        return names.flatMap(([, name = '']) => {
          const target = name.startsWith('.')
            ? normalize(join(dirname(path), name))
            : name.replace(/^@app\/(.*)$/, 'libs/$1/src');
          const [from, to] = [placeOf(path), placeOf(target)];
          return from === undefined || to === undefined ? [] : [{ from, to }];
        });
      }),
  );
}

const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort();

describe('the picture of docs/architecture.md', () => {
  it.each(floors)('has a box for every folder of the %s, and no other', (floor) => {
    const beside = floor === 'domain' ? [SERVICE] : [];
    expect(boxesOf(floor).sort()).toEqual([...foldersOf(floor), ...beside].sort());
  });

  it('has an arrow between two floors where one imports the other, and no other', () => {
    const drawn = arrows
      .filter(({ from, to }) => from in FLOORS && to in FLOORS)
      .map(({ from, to }) => `${from} → ${to}`);
    const real = imports()
      .filter(({ from, to }) => from.floor !== to.floor)
      .map(({ from, to }) => `${from.floor} → ${to.floor}`);
    expect(drawn.sort()).toEqual(sorted(real));
  });

  it('has an arrow between two parts of the domain where one imports the other, and no other', () => {
    const parts = boxesOf('domain');
    const drawn = arrows
      .filter(({ from, to }) => parts.includes(from) && parts.includes(to))
      .map(({ from, to }) => `${from} → ${to}`);
    const real = imports()
      .filter(({ from, to }) => from.floor === 'domain' && to.floor === 'domain' && from.part !== to.part)
      .filter(({ to }) => ![SERVICE, ...COMMON].includes(to.part))
      .map(({ from, to }) => `${from.part} → ${to.part}`);
    expect(drawn.sort()).toEqual(sorted(real));
  });
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { duplicatesIn } from '../support/duplicates';
import { readDocument, ROOT } from '../support/markdown';

/**
 * A `dto` declares what a body may hold, a template says in one language what others say, and what is generated nobody
 * reads: no logic in any.
 */
const SOURCES = ['apps', 'libs']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter(
    (file) =>
      /\.(?:ts|js|mjs)$/.test(file) && !/\.spec\.ts$|\/(?:dto|templates)\/|\/openapi\.d\.ts$/.test(file),
  );

const BLOCK = ['if (a) {', '  b();', '}', 'c();', 'd();', 'e();', 'f();', 'g();'].join('\n');

describe('the same logic', () => {
  it('is written once: no six lines of a source stand in another place too', () => {
    expect(SOURCES.length).toBeGreaterThan(100);
    expect(duplicatesIn(SOURCES.map((name) => ({ name, text: readDocument(name) })))).toEqual([]);
  });

  it('would be found, in another file as in the same one, whatever its indentation and comments', () => {
    const indented = BLOCK.replaceAll(/^/gm, '    // why\n    ');
    const first = { name: 'first', text: BLOCK };
    expect(duplicatesIn([first, { name: 'second', text: indented }])).toEqual(['first:1 = second:2']);
    expect(duplicatesIn([{ name: 'one', text: `${BLOCK}\n${BLOCK}` }])).toEqual(['one:1 = one:9']);
  });

  it('is not what two files import, nor five lines', () => {
    const imports = [
      'import {',
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `  ${name},`),
      "} from './x';",
    ];
    const [first, second] = [1, 2].map((number) => ({ name: String(number), text: imports.join('\n') }));
    expect(duplicatesIn([first ?? none, second ?? none])).toEqual([]);
    const five = BLOCK.split('\n').slice(0, 6).join('\n');
    expect(duplicatesIn([{ name: 'one', text: `${five}\nx();\n${five}` }])).toEqual([]);
  });
});

const none = { name: 'none', text: '' };

import measured from '../../docs/measured.json';
import { readDocument } from '../support/markdown';
import { sizingText, withSizing } from './document';
import { ASSUMED, FIGURES } from './example';
import { APPLICATION_REQUESTS, KEY_KINDS, OPERATIONS, PLACES, type Figures } from './figures';

describe('docs/operations.md', () => {
  it('holds what `npm run sizing` computes from docs/measured.json', () => {
    const document = readDocument('docs/operations.md');
    expect(withSizing(document, measured)).toBe(document);
  });
});

describe(withSizing, () => {
  it('leaves what stands outside its marks, and refuses a document without them', () => {
    const document = readDocument('docs/operations.md');
    const changed = withSizing(document, FIGURES);
    expect(changed).not.toBe(document);
    expect(withSizing(changed, measured)).toBe(document);
    expect(() => withSizing('# Operations', measured)).toThrow(RangeError);
  });
});

describe(sizingText, () => {
  /** Traffic in which everything happens, and fills nothing by whole machines only. */
  const busy = {
    ...ASSUMED,
    ...{ resends: 0.5, wrongGuesses: 1, verifies: 1, reports: 1, ranges: 1_000_000 },
  };

  it.each(changes())('says something else when %s is measured anew', (_what, figures) => {
    expect(sizingText(figures, busy)).not.toBe(sizingText(measured, busy));
  });

  it('says when the guard’s slot takes more of its master than is planned', () => {
    const tooMuch = 'more than is planned';
    expect(sizingText(FIGURES, { ...ASSUMED, loads: [30_000] })).not.toContain(tooMuch);
    expect(sizingText(FIGURES, { ...ASSUMED, loads: [40_000] })).toContain(tooMuch);
  });
});

/** The measured figures, each time with one of them twice as large. */
function changes(): [string, Figures][] {
  const { redis, application, keys } = measured;
  const all: [string, Figures][] = [['connections', { ...measured, connections: 2 * measured.connections }]];
  for (const operation of OPERATIONS) {
    for (const place of PLACES) {
      const { scripts, thread } = redis[operation][place];
      if (thread === 0) continue;
      const changed = { ...redis[operation], [place]: { scripts, thread: 2 * thread } };
      all.push([`${operation} in ${place}`, { ...measured, redis: { ...redis, [operation]: changed } }]);
    }
  }
  for (const request of APPLICATION_REQUESTS) {
    const changed = { ...application, [request]: 2 * application[request] };
    all.push([`the application’s ${request}`, { ...measured, application: changed }]);
  }
  for (const kind of KEY_KINDS) {
    const changed = { ...keys, [kind]: { ...keys[kind], bytes: 2 * keys[kind].bytes } };
    all.push([`bytes of a ${kind}`, { ...measured, keys: changed }]);
  }
  return all;
}

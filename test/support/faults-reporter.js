const { existsSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { join } = require('node:path');

/** @typedef {{ id: string, promise: string }} FaultPromise */

const PROMISES = join(__dirname, '../faults/promises.json');
const ROWS = join(__dirname, '../../test-results/faults');

/** How a test names the promise that it is about: `(F3)` in its title. */
const NAMED = /\((F\d+)\)/g;

/**
 * Prints what is promised for each fault, what the tests measured, and whether it is kept. When everything was run,
 * a promise that no test passes for fails the run.
 */
module.exports = class FaultsReporter {
  /** @param {import('@jest/types').Config.GlobalConfig} globalConfig */
  constructor(globalConfig) {
    this.globalConfig = globalConfig;
    /** @type {FaultPromise[]} */
    this.promises = JSON.parse(readFileSync(PROMISES, 'utf8'));
    /** @type {Error | undefined} */
    this.error = undefined;
  }

  onRunStart() {
    // What an earlier run measured says nothing about this one.
    rmSync(ROWS, { recursive: true, force: true });
  }

  /** @param {unknown} _contexts @param {import('@jest/reporters').AggregatedResult} results */
  onRunComplete(_contexts, results) {
    const tests = results.testResults.flatMap(({ testResults }) => testResults);
    const lines = [];
    const open = [];
    for (const { id, promise } of this.promises) {
      const own = tests.filter(({ fullName }) =>
        [...fullName.matchAll(NAMED)].some(([, name]) => name === id),
      );
      const verdict = verdictOf(own.map(({ status }) => status));
      if (verdict !== 'kept') open.push(`${id} is ${verdict}`);
      lines.push(`${id.padEnd(4)} ${verdict.padEnd(8)} ${promise}`);
      for (const text of measuredOf(id)) lines.push(`${' '.repeat(14)}measured: ${text}`);
    }
    console.log(['', 'Faults', ...lines, ''].join('\n'));
    const { testNamePattern, testPathPatterns } = this.globalConfig;
    const everything = !testNamePattern && testPathPatterns.patterns.length === 0;
    if (everything && open.length > 0) this.error = new Error(`Promises under faults: ${open.join(', ')}`);
  }

  /** What Jest asks at the end: an error fails the run. */
  getLastError() {
    return this.error;
  }
};

/** @param {string[]} statuses */
function verdictOf(statuses) {
  if (statuses.includes('failed')) return 'BROKEN';
  return statuses.includes('passed') ? 'kept' : 'not run';
}

/** What the tests of a promise wrote down. @param {string} id @returns {string[]} */
function measuredOf(id) {
  if (!existsSync(ROWS)) return [];
  return readdirSync(ROWS)
    .filter((file) => file.startsWith(`${id}-`))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(ROWS, file), 'utf8')).text);
}

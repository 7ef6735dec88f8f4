const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * @typedef {{ id: string, also?: string[], requirement: string, part: 'now' | 'later', later?: string }} Requirement
 * @typedef {{ passed: number, failed: number }} Tally
 */

const TABLE = join(__dirname, '../security/requirements.json');

/** What a title may name: `[ASVS 6.5.1]`, or several at once, `[ASVS 6.5.1, NIST 3.1.3.2]`. */
const BRACKETS = /\[([^\]]+)\]/g;
const LOOKS_LIKE_AN_ID = /^(ASVS|NIST|RFC) \S/;

/**
 * Prints the security requirements with their tests and results. A test belongs to a requirement by naming its
 * id in square brackets in its title. When everything was run, a requirement that no test passes for fails the
 * run, as does, at any time, an id that the table does not have.
 */
module.exports = class SecurityReporter {
  /** @param {import('@jest/types').Config.GlobalConfig} globalConfig */
  constructor(globalConfig) {
    this.globalConfig = globalConfig;
    /** @type {Requirement[]} */
    this.requirements = JSON.parse(readFileSync(TABLE, 'utf8'));
    /** @type {Error | undefined} */
    this.error = undefined;
  }

  /**
   * @param {Set<import('@jest/reporters').TestContext>} contexts
   * @param {import('@jest/reporters').AggregatedResult} results
   */
  onRunComplete(contexts, results) {
    const { tallies, unknown } = this.collect(results);
    const rows = this.requirements.map((requirement) => {
      const tally = tallies.get(requirement.id) ?? { passed: 0, failed: 0 };
      return { ...requirement, tests: tally.passed + tally.failed, result: resultOf(requirement, tally) };
    });
    const complete = this.everythingRan(contexts);
    // Of a part of the tests only that part of the table says anything.
    const shown = complete ? rows : rows.filter(({ tests }) => tests > 0);
    if (shown.length > 0) print(shown);

    const problems = unknown.map((id) => `"${id}" is named by a test and is not in requirements.json`);
    if (complete) {
      for (const { id, result } of rows) {
        if (result === 'no test') problems.push(`${id} has no test that passes`);
      }
    }
    if (problems.length === 0) return;
    this.error = new Error(`Security requirements:\n  ${problems.join('\n  ')}`);
    // Jest fails the run for it and does not say why.
    console.error(this.error.message);
  }

  /** What Jest asks at the end: an error fails the run. */
  getLastError() {
    return this.error;
  }

  /**
   * The results by requirement, and the ids that no requirement has.
   *
   * @param {import('@jest/reporters').AggregatedResult} results
   */
  collect(results) {
    const idOf = new Map(
      this.requirements.flatMap(({ id, also = [] }) => [id, ...also].map((name) => [name, id])),
    );
    /** @type {Map<string, Tally>} */
    const tallies = new Map(this.requirements.map(({ id }) => [id, { passed: 0, failed: 0 }]));
    /** @type {Set<string>} */
    const unknown = new Set();
    for (const { fullName, status } of results.testResults.flatMap(({ testResults }) => testResults)) {
      for (const name of namedIn(fullName)) {
        const tally = tallies.get(idOf.get(name) ?? '');
        if (tally === undefined) unknown.add(name);
        else if (status === 'passed') tally.passed += 1;
        else if (status === 'failed') tally.failed += 1;
      }
    }
    return { tallies, unknown: [...unknown].sort() };
  }

  /**
   * Whether no test was left out, by name, by path, or by project.
   *
   * @param {Set<import('@jest/reporters').TestContext>} contexts
   */
  everythingRan(contexts) {
    const { testNamePattern, testPathPatterns, onlyChanged, onlyFailures, findRelatedTests, shard, rootDir } =
      this.globalConfig;
    const filtered =
      Boolean(testNamePattern) ||
      testPathPatterns.patterns.length > 0 ||
      onlyChanged ||
      onlyFailures ||
      findRelatedTests ||
      shard !== undefined;
    const ran = new Set([...contexts].map(({ config }) => config.displayName?.name));
    /** @type {{ projects: { displayName: string }[] }} */
    const { projects } = require(join(rootDir, 'jest.config.js'));
    return !filtered && projects.every(({ displayName }) => ran.has(displayName));
  }
};

/** The ids that a title names, each once. @param {string} title */
function namedIn(title) {
  const parts = [...title.matchAll(BRACKETS)].flatMap(([, inside = '']) => inside.split(','));
  return new Set(parts.map((part) => part.trim()).filter((part) => LOOKS_LIKE_AN_ID.test(part)));
}

/** @param {Requirement} requirement @param {Tally} tally */
function resultOf({ part }, { passed, failed }) {
  if (failed > 0) return 'FAILED';
  if (passed > 0) return 'passed';
  return part === 'now' ? 'no test' : 'later';
}

/** @param {(Requirement & { tests: number, result: string })[]} rows */
function print(rows) {
  const width = Math.max(...rows.map(({ id }) => id.length));
  const lines = rows.map(({ id, requirement, later, tests, result }) => {
    const rest = later === undefined ? '' : ` (later: ${later})`;
    return `${id.padEnd(width)}  ${String(tests).padStart(5)}  ${result.padEnd(7)}  ${requirement}${rest}`;
  });
  const head = `${'Requirement'.padEnd(width)}  tests  result   what it asks`;
  console.log(['', 'Security requirements', head, ...lines, ''].join('\n'));
}

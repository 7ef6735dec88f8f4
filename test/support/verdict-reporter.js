const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const FOLDER = join(__dirname, '../../test-results');

/**
 * Says at the end of a run, over all suites, `N passed, N failed` (and `, N skipped` if any were), and keeps the
 * numbers in test-results/verdict.json, or the `file` of its options there. A suite that could not run at all counts as one failure.
 */
module.exports = class VerdictReporter {
  /** @param {unknown} _globalConfig @param {{ file?: string }} [options] */
  constructor(_globalConfig, { file = 'verdict.json' } = {}) {
    this.file = file;
  }

  /** @param {unknown} _contexts @param {import('@jest/reporters').AggregatedResult} results */
  onRunComplete(_contexts, results) {
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, this.file), `${JSON.stringify({ passed, failed, skipped })}\n`);
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
};

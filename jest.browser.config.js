// Through the page in a real Chromium. With SCREENSHOTS=1: takes the pictures of docs/images instead of testing.

const PICTURES = '<rootDir>/test/browser/screenshots.browser-spec.ts';
const takesPictures = process.env['SCREENSHOTS'] === '1';

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  displayName: 'browser',
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/browser/tsconfig.json' }] },
  moduleNameMapper: { '^@app/([^/]+)$': '<rootDir>/libs/$1/src' },
  testMatch: [takesPictures ? PICTURES : '<rootDir>/test/browser/**/*.browser-spec.ts'],
  testPathIgnorePatterns: takesPictures ? [] : [PICTURES],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Ends what hangs. Nothing is said of speed by it: a slow machine is given its time.
  testTimeout: 180_000,
  reporters: takesPictures
    ? ['default']
    : ['default', ['<rootDir>/test/support/verdict-reporter.js', { file: 'verdict-browser.json' }]],
};

// Against real programs of carriers, which Debian packages: Kannel, and an SMSC.

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  displayName: 'carriers',
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
  moduleNameMapper: { '^@app/([^/]+)$': '<rootDir>/libs/$1/src' },
  testMatch: ['<rootDir>/test/carriers/**/*.carrier-spec.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Ends what hangs. Nothing is said of speed by it: a slow machine is given its time.
  testTimeout: 180_000,
  reporters: ['default', ['<rootDir>/test/support/verdict-reporter.js', { file: 'verdict-carriers.json' }]],
};

// Faults, each against a promise; prints a table of what was measured. One suite at a time: some promises are times.

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  displayName: 'faults',
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
  moduleNameMapper: { '^@app/([^/]+)$': '<rootDir>/libs/$1/src' },
  testMatch: [
    '<rootDir>/test/faults/**/*.faults-spec.ts',
    '<rootDir>/test/faults/**/*.slow-faults-spec.ts',
    '<rootDir>/test/race/**/*.slow-race-spec.ts',
    // Promises whose tests live with what they are about.
    '<rootDir>/test/gateways/smpp-link.gateway-spec.ts',
    '<rootDir>/test/gateways/trouble.gateway-spec.ts',
    '<rootDir>/test/e2e/failover.e2e-spec.ts',
  ],
  globalSetup: '<rootDir>/test/faults/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 180_000,
  maxWorkers: 1,
  reporters: [
    'default',
    '<rootDir>/test/support/faults-reporter.js',
    ['<rootDir>/test/support/verdict-reporter.js', { file: 'verdict-faults.json' }],
  ],
};

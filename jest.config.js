/** @type {import('jest').Config} */
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
  moduleNameMapper: { '^@app/([^/]+)$': '<rootDir>/libs/$1/src' },
};

/** @param {string} name @param {string[]} testMatch */
const project = (name, testMatch) => ({ ...shared, displayName: name, testMatch });

/** @type {import('jest').Config} */
module.exports = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Ends what hangs. Nothing is said of speed by it: a slow machine is given its time.
  testTimeout: 180_000,
  // Much of a test's time is waiting: for Redis, for processes, for a gateway that does not answer.
  maxWorkers: '100%',
  reporters: [
    'default',
    '<rootDir>/test/support/security-reporter.js',
    '<rootDir>/test/support/verdict-reporter.js',
  ],
  projects: [
    project('unit', [
      '<rootDir>/apps/**/*.spec.ts',
      '<rootDir>/libs/**/*.spec.ts',
      '<rootDir>/test/sizing/**/*.spec.ts',
      '<rootDir>/test/soak/**/*.spec.ts',
    ]),
    project('conformance', ['<rootDir>/test/conformance/**/*.conformance-spec.ts']),
    project('e2e', ['<rootDir>/test/e2e/**/*.e2e-spec.ts']),
    project('gateways', ['<rootDir>/test/gateways/**/*.gateway-spec.ts']),
    project('challenges', ['<rootDir>/test/challenges/**/*.challenge-spec.ts']),
    project('race', ['<rootDir>/test/race/**/*.race-spec.ts']),
    project('security', ['<rootDir>/test/security/**/*.security-spec.ts']),
    project('faults', ['<rootDir>/test/faults/**/*.faults-spec.ts']),
  ],
};

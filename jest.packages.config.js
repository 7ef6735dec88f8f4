// What is installed from the registry, outside of the project: applications with the packed libraries, and production.

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  displayName: 'packages',
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
  moduleNameMapper: { '^@app/([^/]+)$': '<rootDir>/libs/$1/src' },
  testMatch: ['<rootDir>/test/packages/**/*.packages-spec.ts'],
  // Ends what hangs. Nothing is said of speed by it: a slow registry is given its time.
  testTimeout: 180_000,
  reporters: ['default', ['<rootDir>/test/support/verdict-reporter.js', { file: 'verdict-packages.json' }]],
};

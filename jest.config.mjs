import { availableParallelism } from 'node:os';

// Jest runs the sources as ES modules through the same compiler as the build.
// Two packages are ES modules that CommonJS code require()s; Node 20 cannot, so they are transformed.
const esmOnly = '(?:content-disposition|cookie)';
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { swcrc: true }],
    [`node_modules/${esmOnly}/.+\\.js$`]: [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'commonjs' },
        jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!${esmOnly}/)`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
const onDatabase = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export default {
  coverageProvider: 'v8',
  testTimeout: 120_000,
  // ES modules of a test file stay in memory when it is done: a worker that holds too many is replaced, which
  // Jest does not do for a single one.
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  workerIdleMemoryLimit: '768MB',
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    {
      ...base,
      ...onDatabase,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.int-spec.ts'],
    },
    {
      ...base,
      ...onDatabase,
      globalSetup: '<rootDir>/test/support/e2e-setup.mjs',
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'],
    },
  ],
};

import { availableParallelism } from 'node:os';
import { measurePatience } from './test/setup/patience.ts';
import { ceilingMs } from './test/support/until.ts';

measurePatience();

const TYPESCRIPT = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'es6' },
  },
];
const BUILT = '<rootDir>/test/setup/built-modules.mjs';
const OWN_CODE = `^${RegExp.escape(import.meta.dirname)}/(?:src|simulator|migrations)/`;
/** Packages of which tests need the very instance that Hangar uses. */
const SHARED = '(?:@nestjs|@opentelemetry|typeorm)/';

const common = {
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^hangar$': '<rootDir>/src/index.ts',
    '^hangar/testing$': '<rootDir>/src/testing/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};
const unit = {
  ...common,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': TYPESCRIPT },
  setupFiles: ['reflect-metadata'],
};
const chart = {
  ...unit,
  globalSetup: '<rootDir>/test/setup/render-chart.mjs',
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
};
const onPostgres = {
  ...common,
  testEnvironment: '<rootDir>/test/setup/environment.mjs',
  transform: { [OWN_CODE]: BUILT, [`/node_modules/${SHARED}`]: BUILT, '^.+\\.ts$': TYPESCRIPT },
  transformIgnorePatterns: [`/node_modules/(?!${SHARED})`],
  globalSetup: '<rootDir>/test/setup/global-setup.mjs',
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
};

/** The tests of a folder of `test`. */
const group = (name, kind) => ({
  ...kind,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

/** Every group of tests that Jest runs; which ones `npm test` runs is in `jest.main.config.mjs`. */
export default {
  maxWorkers: availableParallelism(),
  // A test waits for several conditions, each of them no longer than the ceiling.
  testTimeout: 5 * ceilingMs(),
  reporters: ['default', '<rootDir>/test/setup/end-reporter.mjs'],
  projects: [
    { ...unit, displayName: 'unit', testMatch: ['<rootDir>/{src,simulator}/**/*.spec.ts'] },
    group('integration', onPostgres),
    group('e2e', onPostgres),
    {
      ...group('docs', onPostgres),
      testMatch: ['<rootDir>/test/docs/**/*.test.ts', '<rootDir>/docs/recipes/*.test.ts'],
    },
    group('browser', onPostgres),
    group('plans', onPostgres),
    group('clocks', onPostgres),
    group('chaos', onPostgres),
    group('database', onPostgres),
    group('bench', onPostgres),
    group('sso', onPostgres),
    group('chart', chart),
    group('image', onPostgres),
  ],
};

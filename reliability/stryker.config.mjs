/** Mutation tests of what decides: `npm run mutate`, or of some files with `-- --mutate src/core/headers.ts`. */
export default {
  testRunner: 'jest',
  jest: {
    projectType: 'custom',
    configFile: 'reliability/jest.mutation.config.js',
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  mutate: ['src/core/{encoding,headers,signature,timestamp,verify}.ts'],
  reporters: ['json', 'clear-text', 'progress-append-only'],
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  clearTextReporter: { logTests: false, allowColor: false },
  ignorePatterns: ['coverage', 'dist', 'reports', 'docs', 'bench/results'],
  tempDirName: '.stryker-tmp',
  timeoutMS: 10_000,
};

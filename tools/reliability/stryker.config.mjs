/** What all runs of tools/reliability/mutate.mjs share. A mutant that takes longer than `timeoutMS` counts as killed. */
export default {
  testRunner: 'jest',
  jest: {
    projectType: 'custom',
    configFile: 'tools/reliability/jest.mutation.config.js',
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  reporters: ['json'],
  ignorePatterns: ['coverage', 'dist', 'reports', 'docs', 'tools/bench/results'],
  tempDirName: '.stryker-tmp',
  cleanTempDir: 'always',
  timeoutMS: 20_000,
  logLevel: 'warn',
  allowConsoleColors: false,
  warnings: { slow: false },
};

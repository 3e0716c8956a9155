'use strict';

// Slow, and the same whatever Express there is: they run once.
const WITHOUT_EXPRESS = [
  '__tests__/diagnose/',
  '__tests__/repo/new-provider.test.ts',
  '__tests__/repo/options.test.ts',
  '__tests__/repo/package-fields.test.ts',
  '__tests__/repo/playground.test.ts',
  '__tests__/repo/site.test.ts',
  '__tests__/faults/inbox-kill.test.ts',
  // The Functions Framework has an Express 5 of its own, which would be mapped as well.
  '__tests__/repo/cloud-functions.test.ts',
];

// Every test runs twice: on Express 5 with body-parser 2, and on Express 4 with body-parser 1.
const project = (displayName, moduleNameMapper, testPathIgnorePatterns = []) => ({
  displayName,
  preset: 'ts-jest',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  setupFiles: ['<rootDir>/__tests__/helpers/threads.js'],
  testPathIgnorePatterns: ['/node_modules/', ...testPathIgnorePatterns],
  // Copies of all this, while mutants are tried.
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
  moduleNameMapper: {
    '^hooklatch$': '<rootDir>/src/index.ts',
    '^hooklatch/(.+)$': '<rootDir>/src/$1',
    ...moduleNameMapper,
  },
});

module.exports = {
  maxWorkers: '100%',
  // Child processes and real servers need more than the usual 5 seconds on a busy machine.
  testTimeout: 30_000,
  projects: [
    project('express5', {}),
    project('express4', { '^express$': 'express4', '^body-parser$': 'body-parser1' }, WITHOUT_EXPRESS),
  ],
  // bin.ts only hands the process to main(), worker.ts a question to a thread, and thread.ts a port to an inbox; tests run
  // them as programs, where coverage cannot see them.
  // The page's own scripts (src/inspector/page/*.mjs) run in Chromium, in __tests__/inspector/page.test.ts, and not here.
  collectCoverageFrom: [
    'src/**/*.ts',
    '!src/cli/bin.ts',
    '!src/diagnose/worker.ts',
    '!src/inbox/sqlite/thread.ts',
  ],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
};

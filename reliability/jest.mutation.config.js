'use strict';

// One project, and the tests that need no other process: a mutant is tried in seconds.
module.exports = {
  rootDir: '..',
  preset: 'ts-jest',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/core/**/*.test.ts', '<rootDir>/__tests__/stores/memory.test.ts'],
  moduleNameMapper: { '^hooklatch$': '<rootDir>/src/index.ts', '^hooklatch/(\\w+)$': '<rootDir>/src/$1' },
};

'use strict';

// One test file that loads all the others: what they share is loaded once for each mutant, and not once for each file.
module.exports = {
  rootDir: '..',
  preset: 'ts-jest',
  testEnvironment: require.resolve('./bail-environment.js'),
  testMatch: ['<rootDir>/reliability/mutation-entry.js'],
  moduleNameMapper: { '^hooklatch$': '<rootDir>/src/index.ts', '^hooklatch/(\\w+)$': '<rootDir>/src/$1' },
};

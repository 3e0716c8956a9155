'use strict';

const [{ preset, moduleNameMapper }] = require('../../jest.config.js').projects;

// One test file that loads all the others: what they share is loaded once for each mutant, and not once for each file.
module.exports = {
  rootDir: '../..',
  preset,
  testEnvironment: require.resolve('./bail-environment.js'),
  testMatch: ['<rootDir>/tools/reliability/mutation-entry.js'],
  moduleNameMapper,
};

'use strict';

const { TestEnvironment } = require('jest-environment-node');

// Skips what follows the first failure: one is enough to kill a mutant, and Jest itself ends only between files.
module.exports = class BailEnvironment extends TestEnvironment {
  #failed = false;

  handleTestEvent(event) {
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.#failed = true;
    if (event.name === 'test_start' && this.#failed) event.test.mode = 'skip';
  }
};

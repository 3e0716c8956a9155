/* global jest */
'use strict';

const { join } = require('node:path');

// A thread has a Node without Jest, which does not read TypeScript by itself.
jest.mock('node:worker_threads', () => {
  const threads = jest.requireActual('node:worker_threads');
  const execArgv = ['-r', join(__dirname, 'register-ts.js')];
  class Worker extends threads.Worker {
    constructor(file, options) {
      super(file, { ...options, execArgv });
    }
  }
  return { ...threads, Worker };
});

'use strict';

// Loads all of the fuzzer's instrumenter before the fuzzer instruments what is loaded: it would begin with itself.
const { createRequire } = require('node:module');

const fuzzer = createRequire(require.resolve('jsfuzz'));
const { createInstrumenter } = fuzzer('istanbul-lib-instrument');
createInstrumenter({ compact: true }).instrumentSync('module.exports = (a) => (a ? 1 : 2);', 'warm-up.js');

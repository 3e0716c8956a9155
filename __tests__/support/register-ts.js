'use strict';

// Lets a child process run the TypeScript of this checkout: node -r ./__tests__/support/register-ts.js file.ts
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transpileModule, ModuleKind, ScriptTarget } = require('typescript');

Module._extensions['.ts'] = (module, filename) => {
  const { outputText } = transpileModule(readFileSync(filename, 'utf8'), {
    compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
  });
  module._compile(outputText, filename);
};

// The Express of the project that runs the test.
const modules = JSON.parse(process.env.TEST_MODULES ?? '{}');
modules.hooklatch = join(__dirname, '../../src/index.ts');

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => resolveFilename(modules[request] ?? request, ...rest);

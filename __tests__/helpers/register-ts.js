'use strict';

// Lets a child process run the TypeScript of this checkout: node -r ./__tests__/helpers/register-ts.js file.ts
// What was compiled is kept by its content, so that only the first process pays for the compiler.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');

const CACHE = join(__dirname, '../../node_modules/.cache/register-ts');
mkdirSync(CACHE, { recursive: true });

function compile(source) {
  const cached = join(CACHE, `${createHash('sha256').update(source).digest('hex')}.js`);
  if (!existsSync(cached)) {
    const { transpileModule, ModuleKind, ScriptTarget } = require('typescript');
    const { outputText } = transpileModule(source, {
      compilerOptions: {
        module: ModuleKind.CommonJS,
        target: ScriptTarget.ES2022,
        esModuleInterop: true,
        experimentalDecorators: true,
      },
    });
    // Renamed when whole: several processes may be at it.
    const partial = `${cached}.${process.pid}`;
    writeFileSync(partial, outputText);
    renameSync(partial, cached);
  }
  return readFileSync(cached, 'utf8');
}

Module._extensions['.ts'] = (module, filename) => {
  module._compile(compile(readFileSync(filename, 'utf8')), filename);
};

// The Express of the project that runs the test.
const modules = JSON.parse(process.env.TEST_MODULES ?? '{}');
modules.hooklatch = join(__dirname, '../../src/index.ts');

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => {
  const path = request.split('/').slice(1).join('/') || 'index';
  const isOurs = request === 'hooklatch' || request.startsWith('hooklatch/');
  return resolveFilename(isOurs ? join(__dirname, '../../src', path) : request, ...rest);
};

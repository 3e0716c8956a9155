#!/usr/bin/env node
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { showText } from '../quote';
import { promptHidden } from './prompt';
import { main } from './main';

// A reader such as `head` has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

void main(process.argv.slice(2), {
  env: process.env,
  isTerminal: process.stdout.isTTY,
  columns: process.stdout.columns,
  print: (text) => process.stdout.write(`${text}\n`),
  printError: (text) => process.stderr.write(`${text}\n`),
  readStdin: () => buffer(process.stdin),
  readFile: (path) => readFile(path),
  writeNewFile: (path, text) => writeFile(path, text, { flag: 'wx' }),
  appendFile: (path, text) => appendFile(path, text),
  importModule: (path) =>
    import(pathToFileURL(resolve(path)).href) as Promise<Readonly<Record<string, unknown>>>,
  prompt: process.stdin.isTTY
    ? (question) => promptHidden(question, process.stdin, process.stderr)
    : undefined,
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    }),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (fault: unknown) => {
    // Its text may quote what was read.
    process.stderr.write(`${showText(inspect(fault), '\n')}\n`);
    process.exitCode = 1;
  },
);

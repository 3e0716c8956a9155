#!/usr/bin/env node
import { buffer } from 'node:stream/consumers';
import { main } from './main';

// A reader such as `head` has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

void main(process.argv.slice(2), {
  env: process.env,
  isTerminal: process.stdout.isTTY,
  print: (text) => process.stdout.write(`${text}\n`),
  printError: (text) => process.stderr.write(`${text}\n`),
  readStdin: () => buffer(process.stdin),
}).then((code) => {
  process.exitCode = code;
});

#!/usr/bin/env node
import { buffer } from 'node:stream/consumers';
import { main } from './main';

void main(process.argv.slice(2), {
  env: process.env,
  isTerminal: process.stdout.isTTY,
  print: (text) => process.stdout.write(`${text}\n`),
  printError: (text) => process.stderr.write(`${text}\n`),
  readStdin: () => buffer(process.stdin),
}).then((code) => {
  process.exitCode = code;
});

// npm run bench [-- --quick] [-- --only core|http|growth] [-- --rounds 9] [-- --write-docs]
// Compares, prints ratios, and writes tools/bench/results/<node>.json; with --write-docs also the tables and plots of the docs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchCore, printCore } from './core.mjs';
import { writeDocs } from './docs.mjs';
import { benchGrowth, printGrowth } from './growth.mjs';
import { benchHttp, printHttp } from './http.mjs';
import { progress } from './stats.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
  },
});
const settings = { quick: values.quick, ...(values.rounds && { rounds: Number(values.rounds) }) };
const wanted = (part) => values.only === undefined || values.only === part;
const startedAt = Date.now();

const folder = fileURLToPath(new URL('results', import.meta.url));
mkdirSync(folder, { recursive: true });
const file = `${folder}/node-${process.versions.node.split('.')[0]}${values.quick ? '-quick' : ''}.json`;
// What is not measured now stays as it was.
const earlier = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const results = { ...earlier, node: process.version, quick: values.quick };

// After each part, so that one that is stopped takes nothing with it.
const save = () => writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);

if (wanted('core')) {
  printCore((results.core = await benchCore(settings)));
  save();
}
if (wanted('http')) {
  printHttp((results.http = await benchHttp(settings)), 'Express 5');
  save();
  if (!values.quick) {
    printHttp((results.http4 = await benchHttp({ ...settings, express: 'express4' })), 'Express 4');
    save();
  }
}
if (wanted('growth')) {
  printGrowth((results.growth = await benchGrowth(settings)));
  save();
}
progress('');
if (values['write-docs']) writeDocs();
const seconds = Math.round((Date.now() - startedAt) / 1000);
console.log(`\n${seconds} s on Node ${process.version}; figures in ${file}`);

// npm run bench [-- --quick] [-- --only core|http|growth]: compares, prints ratios, writes bench/results/<node>.json
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchCore, printCore } from './core.mjs';
import { benchGrowth, printGrowth } from './growth.mjs';
import { benchHttp, printHttp } from './http.mjs';
import { plot } from './plot.mjs';
import { progress } from './stats.mjs';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const wanted = (part) => values.only === undefined || values.only === part;
const startedAt = Date.now();
const results = { node: process.version, quick: values.quick };

if (wanted('core')) printCore((results.core = await benchCore(values)));
if (wanted('http')) {
  printHttp((results.http = await benchHttp(values)), 'Express 5');
  if (!values.quick)
    printHttp((results.http4 = await benchHttp({ ...values, express: 'express4' })), 'Express 4');
}
if (wanted('growth')) printGrowth((results.growth = await benchGrowth(values)));
progress('');

const folder = fileURLToPath(new URL('results', import.meta.url));
mkdirSync(folder, { recursive: true });
const file = `${folder}/node-${process.versions.node.split('.')[0]}${values.quick ? '-quick' : ''}.json`;
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
if (results.http !== undefined) writeFileSync(file.replace('.json', '.svg'), plot(results.http.accepted));
console.log(
  `\n${Math.round((Date.now() - startedAt) / 1000)} s on Node ${process.version}; figures in ${file}`,
);

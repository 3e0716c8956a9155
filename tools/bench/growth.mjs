// What grows with what: signatures in a header, secrets, duplicate records, address ranges, memory, load time.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ask, start, startServer } from './processes.mjs';
import { median, progress, table } from './stats.mjs';

const require = createRequire(import.meta.url);
const { allowIps, makeVerifier, memoryStore, providers, sign } = require('../../dist/index.js');

// V8 compiles what has run some thousand times.
const WARM_UP_CALLS = 10_000;

/** Microseconds of CPU time for one call. */
function cost(times, run) {
  for (let index = 0; index < WARM_UP_CALLS; index += 1) run(index);
  const began = process.cpuUsage();
  for (let index = 0; index < times; index += 1) run(index);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / times;
}

function headerCost(count) {
  const body = Buffer.from('{"id":"evt_1"}');
  const secret = 'a-secret-of-more-than-16-bytes';
  const good = sign(providers.stripe, { secret }, { body })['Stripe-Signature'];
  const [time, signature] = good.split(',');
  const items = Array.from({ length: count - 1 }, () => `v1=${randomBytes(32).toString('hex')}`);
  const headers = { 'stripe-signature': [time, ...items, signature].join(',') };
  const verify = makeVerifier({ provider: providers.stripe, secret });
  const delivery = { method: 'POST', url: '/', headers, body };
  return cost(3000, () => {
    try {
      verify(delivery);
    } catch {
      // More signatures than any sender sends are refused.
    }
  });
}

function secretsCost(count) {
  const body = Buffer.alloc(1024, 'x');
  const secrets = Array.from({ length: count }, (_, index) => ({
    id: `s${index}`,
    value: randomBytes(20).toString('hex'),
  }));
  const headers = {};
  const signed = sign(providers.github, { secret: secrets[count - 1].value }, { body });
  for (const [name, value] of Object.entries(signed)) headers[name.toLowerCase()] = value;
  const verify = makeVerifier({ provider: providers.github, secret: secrets });
  return cost(3000, () => verify({ method: 'POST', url: '/', headers, body }));
}

/** Typed arrays keep their numbers outside of the heap. */
function usedBytes() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function storeCost(records) {
  global.gc?.();
  const before = usedBytes();
  const store = memoryStore({ maxRecords: 2_000_000 });
  const key = (index) => `${index.toString(36).padStart(43, 'k')}`;
  const began = process.cpuUsage();
  for (let index = 0; index < records; index += 1) {
    const name = key(index);
    store.claim(name, 'me', 30_000);
    store.complete(name, 'me', 360_000, 360_000);
  }
  const { user, system } = process.cpuUsage(began);
  global.gc?.();
  const bytes = (usedBytes() - before) / records;
  // The store must still be there when its memory is looked at.
  if (store.claim(key(0), 'me', 30_000) !== 'done') throw new Error('a record was lost');
  return { microseconds: (user + system) / records, bytes };
}

function rangesCost(count) {
  const ranges = Array.from(
    { length: count },
    (_, index) => `10.${(index >> 8) & 255}.${index & 255}.0/${index % 2 === 0 ? 24 : 25}`,
  );
  const guard = allowIps([...ranges, '192.0.2.7']);
  const trust = () => false;
  const app = { get: (name) => (name === 'trust proxy fn' ? trust : false) };
  const req = { ip: '192.0.2.7', headers: {}, app };
  return cost(500, () =>
    guard(req, {}, (error) => {
      if (error !== undefined) throw error;
    }),
  );
}

/** How much the memory of a server grows with 100 bodies of 1 MiB at once, relative to express.json(). */
async function memoryGrowth(rounds) {
  const variants = ['express.json()', 'hooklatch router', 'hooklatch router, lazy'];
  const grown = Object.fromEntries(variants.map((name) => [name, []]));
  const loader = start('http-load.mjs');
  for (let round = 0; round < rounds; round += 1) {
    for (const name of variants) {
      progress(`memory, round ${round + 1} of ${rounds}: ${name}`);
      const { child, port } = await startServer(name, 'express');
      const what = { port, kind: 'good', scheme: 'github' };
      await ask(loader, { task: 'load', ...what, bytes: 1024, requests: 300 });
      await ask(child, 'begin');
      const { statuses } = await ask(loader, { task: 'flood', ...what, bytes: 1_048_576, requests: 100 });
      if (statuses['200'] !== 100) throw new Error(`${name} answered ${JSON.stringify(statuses)}`);
      grown[name].push((await ask(child, 'end')).grown);
      child.disconnect();
    }
  }
  loader.disconnect();
  const [base] = variants;
  return Object.fromEntries(
    variants.map((name) => [
      name,
      {
        megabytes: median(grown[name]) / 1024 ** 2,
        ratio: median(grown[name].map((bytes, round) => bytes / grown[base][round])),
      },
    ]),
  );
}

function loadMilliseconds() {
  const script = (name) =>
    `const b=process.cpuUsage();${name};const u=process.cpuUsage(b);console.log((u.user+u.system)/1000)`;
  const run = (code) =>
    Number(
      execFileSync(process.execPath, ['-e', code], {
        encoding: 'utf8',
        cwd: fileURLToPath(new URL('..', import.meta.url)),
      }),
    );
  const times = (code) => {
    const values = Array.from({ length: 11 }, () => run(code)).sort((one, other) => one - other);
    return values[5];
  };
  // The names are read: each is loaded when it is.
  const ours = "const { webhookRouter, github } = require('./dist')";
  return times(script(`require('express');${ours}`)) - times(script("require('express')"));
}

export async function benchGrowth({ quick }) {
  progress('growth');
  const counts = [1, 2, 8, 9, 100, 1000];
  return {
    signatures: Object.fromEntries(counts.map((count) => [count, headerCost(count)])),
    secrets: Object.fromEntries([1, 2, 4, 8].map((count) => [count, secretsCost(count)])),
    records: Object.fromEntries(
      (quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000]).map((count) => [count, storeCost(count)]),
    ),
    ranges: Object.fromEntries([10, 1000, 10_000].map((count) => [count, rangesCost(count)])),
    memory: await memoryGrowth(quick ? 1 : 5),
    loadMilliseconds: loadMilliseconds(),
  };
}

/** The tables, each with its title and its rows. */
export function growthTables({ signatures, secrets, records, ranges, memory }) {
  const row = (values) => Object.values(values).map((value) => value.toFixed(1));
  const counts = (name, values) => [
    [name, ...Object.keys(values)],
    ['microseconds', ...row(values)],
  ];
  return [
    ['One delivery with so many signatures in its header', counts('signatures', signatures)],
    ['One delivery of 1 KiB that matches the last of so many secrets', counts('secrets', secrets)],
    ['One look at so many address ranges', counts('ranges', ranges)],
    [
      'Duplicate records in memory, each',
      [
        ['records', ...Object.keys(records)],
        ['microseconds', ...Object.values(records).map(({ microseconds }) => microseconds.toFixed(2))],
        ['bytes', ...Object.values(records).map(({ bytes }) => bytes.toFixed(0))],
      ],
    ],
    [
      'What 100 bodies of 1 MiB at once add to the memory of a server',
      [
        ['', ...Object.keys(memory)],
        ['MiB', ...Object.values(memory).map(({ megabytes }) => megabytes.toFixed(0))],
        ['relative', ...Object.values(memory).map(({ ratio }) => ratio.toFixed(2))],
      ],
    ],
  ];
}

export function printGrowth(results) {
  for (const [title, rows] of growthTables(results)) console.log(`\n${title}\n\n${table(rows)}`);
  console.log(`\nLoading beside Express: ${results.loadMilliseconds.toFixed(1)} ms of CPU time`);
}

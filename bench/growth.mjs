// What grows with what: signatures in a header, secrets, duplicate records, address ranges, memory, load time.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { progress, table } from './stats.mjs';

const require = createRequire(import.meta.url);
const { makeVerifier, memoryStore, providers, sign } = require('../dist/index.js');

/** Microseconds of CPU time for one call. */
function cost(times, run) {
  for (let index = 0; index < Math.min(times, 500); index += 1) run(index);
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

function storeCost(records) {
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  const store = memoryStore({ maxRecords: 2_000_000 });
  const key = (index) => `${index.toString(36).padStart(43, 'k')}`;
  const began = process.cpuUsage();
  for (let index = 0; index < records; index += 1) {
    store.claim(key(index), 'me', 30_000);
    store.complete(key(index), 'me', 360_000, 360_000);
  }
  const { user, system } = process.cpuUsage(began);
  global.gc?.();
  return {
    microseconds: (user + system) / records,
    bytes: (process.memoryUsage().heapUsed - before) / records,
  };
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
  return times(script("require('express');require('./dist')")) - times(script("require('express')"));
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
    loadMilliseconds: loadMilliseconds(),
  };
}

export function printGrowth({ signatures, secrets, records, loadMilliseconds: load }) {
  const row = (name, values) => [
    [name, ...Object.keys(values)],
    ['', ...Object.values(values).map((value) => value.toFixed(1))],
  ];
  console.log('\nMicroseconds for one delivery with so many signatures in its header\n');
  console.log(table(row('signatures', signatures)));
  console.log('\nMicroseconds for one delivery of 1 KiB that matches the last of so many secrets\n');
  console.log(table(row('secrets', secrets)));
  console.log('\nDuplicate records in memory: microseconds and bytes for each\n');
  console.log(
    table([
      ['records', ...Object.keys(records)],
      ['microseconds', ...Object.values(records).map(({ microseconds }) => microseconds.toFixed(2))],
      ['bytes', ...Object.values(records).map(({ bytes }) => bytes.toFixed(0))],
    ]),
  );
  console.log(`\nLoading beside Express: ${load.toFixed(1)} ms of CPU time`);
}

// Express and others over HTTP: CPU time of the server for one request, relative to express.json() without any
// verification; higher is better.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { progress, show, summary, table } from './stats.mjs';

const BASE = 'express.json()';

export const ACCEPTED = [
  'node:http',
  BASE,
  'by hand',
  'express.json({ verify })',
  'octokit',
  'hooklatch router',
  'hooklatch guard',
  'hooklatch router, lazy',
];
const GUARDS = [
  BASE,
  'hooklatch router, no duplicates',
  'hooklatch guard, allowIps',
  'hooklatch guard, rateLimit',
];
const REFUSED = [BASE, 'by hand', 'octokit', 'hooklatch router'];

function start(file, ...args) {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

async function ask(child, message) {
  child.send(message);
  const [answer] = await once(child, 'message');
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

/** CPU time of each variant for one request, round by round in turn, as ratios to the base. */
async function compare({ variants, bytes, kind, express, rounds, requests }) {
  const loader = start('http-load.mjs');
  const servers = {};
  for (const name of variants) {
    const child = start('http-server.mjs', name, express);
    const [{ port }] = await once(child, 'message');
    servers[name] = { child, port };
  }
  // The base always accepts: it is the cost of an unverified request, whatever the others are asked.
  const kindOf = (name) => (name === BASE ? 'good' : kind);
  const expected = kind === 'good' ? '200' : '401';
  const ratios = Object.fromEntries(variants.map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    const cost = {};
    for (const name of variants) {
      progress(`http ${kind} ${bytes} B, round ${round + 1} of ${rounds}: ${name}`);
      const { child, port } = servers[name];
      await ask(child, 'begin');
      const { statuses } = await ask(loader, { port, bytes, kind: kindOf(name), requests });
      const { cpu } = await ask(child, 'end');
      const wanted = name === BASE ? '200' : expected;
      if (statuses[wanted] !== requests) throw new Error(`${name} answered ${JSON.stringify(statuses)}`);
      cost[name] = cpu / requests;
    }
    // The first round warms up.
    if (round >= 0) for (const name of variants) ratios[name].push(cost[BASE] / cost[name]);
  }
  for (const { child } of Object.values(servers)) child.send('exit');
  loader.kill();
  return Object.fromEntries(variants.map((name) => [name, summary(ratios[name])]));
}

export async function benchHttp({ quick, express = 'express' }) {
  const rounds = quick ? 3 : 9;
  const sizes = quick
    ? { '1 KiB': 1024, '10 KiB': 10_240 }
    : { '1 KiB': 1024, '10 KiB': 10_240, '100 KiB': 102_400 };
  const results = { accepted: {}, refused: {}, missing: {}, guards: {} };
  for (const [label, bytes] of Object.entries(sizes)) {
    const requests = Math.floor((quick ? 1200 : 3000) / (bytes > 50_000 ? 4 : 1));
    const settings = { bytes, express, rounds, requests };
    results.accepted[label] = await compare({ ...settings, variants: ACCEPTED, kind: 'good' });
    results.refused[label] = await compare({ ...settings, variants: REFUSED, kind: 'wrong' });
    if (quick) continue;
    results.missing[label] = await compare({
      ...settings,
      variants: [BASE, 'hooklatch router'],
      kind: 'missing',
    });
    if (bytes === 1024)
      results.guards[label] = await compare({ ...settings, variants: GUARDS, kind: 'good' });
  }
  return results;
}

const TITLES = {
  accepted: 'genuine deliveries',
  refused: 'a wrong signature is refused',
  missing: 'a missing signature is refused before the body is read',
  guards: 'with and without guards',
};

export function printHttp(results, express) {
  for (const [part, bySize] of Object.entries(results)) {
    const sizes = Object.keys(bySize);
    if (sizes.length === 0) continue;
    const names = Object.keys(bySize[sizes[0]]);
    console.log(`\n${express}, ${TITLES[part]}: relative to express.json() unverified, higher is better\n`);
    console.log(
      table([
        ['', ...sizes],
        ...names.map((name) => [name, ...sizes.map((size) => show(bySize[size][name]))]),
      ]),
    );
  }
}

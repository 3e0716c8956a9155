// Express and others over HTTP: CPU time of the server for one request, relative to express.json() without any
// verification; higher is better.
import { ask, start, startServer } from './processes.mjs';
import { progress, show, summary, table } from './stats.mjs';

export const BASE = 'express.json()';

const ACCEPTED = [
  'node:http',
  BASE,
  'by hand',
  'express.json({ verify })',
  'octokit',
  'stripe',
  'standardwebhooks',
  'hooklatch guard',
  'hooklatch router',
  'hooklatch router, lazy',
];
const REFUSED = [BASE, 'by hand', 'octokit', 'stripe', 'standardwebhooks', 'hooklatch router'];
const MISSING = [BASE, 'by hand', 'octokit', 'hooklatch router'];
const GUARDS = [
  BASE,
  'hooklatch guard',
  'guard, no duplicates',
  'guard, https: false',
  'guard, allowIps',
  'guard, rateLimit',
  'guard, onDecision',
];

const READING = [BASE, 'least, body-parser', 'least, own reading', 'hooklatch router'];

const PARTS = {
  accepted: { variants: ACCEPTED, kind: 'good', title: 'genuine deliveries' },
  refused: { variants: REFUSED, kind: 'wrong', title: 'a wrong signature is refused' },
  missing: { variants: MISSING, kind: 'missing', title: 'a missing signature is refused' },
  reading: { variants: READING, kind: 'good', title: 'the least that verifies and parses' },
  guards: { variants: GUARDS, kind: 'good', title: 'with and without guards' },
};

// So many times the requests of a round.
const WARM_UP = 8;

const SIZES = { '1 KiB': 1024, '10 KiB': 10_240, '100 KiB': 102_400 };

const schemeOf = (variant) => ({ stripe: 'stripe', standardwebhooks: 'standard' })[variant] ?? 'github';

/** CPU time and slowness of each variant, round by round in turn, as ratios to the base. */
async function compare({ variants, kind, bytes, express, rounds, requests }) {
  const loader = start('http-load.mjs');
  const servers = new Map();
  try {
    for (const name of variants) servers.set(name, await startServer(name, express));
    const cpu = Object.fromEntries(variants.map((name) => [name, []]));
    const p99 = Object.fromEntries(variants.map((name) => [name, []]));
    for (let round = -1; round < rounds; round += 1) {
      const costs = {};
      for (const name of variants) {
        progress(`http ${kind} ${bytes} B, round ${round + 1} of ${rounds}: ${name}`);
        const { child, port } = servers.get(name);
        // The base always accepts: it is the cost of an unverified request, whatever the others are asked.
        const what = { port, bytes, kind: name === BASE ? 'good' : kind, scheme: schemeOf(name) };
        await ask(child, 'begin');
        // The first round warms up: a server that has just begun runs code that V8 has not compiled yet.
        const count = round === -1 ? requests * WARM_UP : requests;
        const answer = await ask(loader, { task: 'load', ...what, requests: count });
        const { cpu: used } = await ask(child, 'end');
        checkStatuses(name, what.kind, answer.statuses, count);
        costs[name] = { cpu: used / count, p99: answer.p99 };
      }
      if (round === -1) continue;
      for (const name of variants) {
        cpu[name].push(costs[BASE].cpu / costs[name].cpu);
        p99[name].push(costs[name].p99 / costs[BASE].p99);
      }
    }
    return Object.fromEntries(
      variants.map((name) => [name, { ...summary(cpu[name]), p99: summary(p99[name]).median }]),
    );
  } finally {
    for (const { child } of servers.values()) child.disconnect();
    loader.disconnect();
  }
}

function checkStatuses(name, kind, statuses, count) {
  const isRight = (status) => (kind === 'good' ? status.startsWith('2') : status.startsWith('4'));
  const right = Object.entries(statuses).reduce((sum, [status, n]) => sum + (isRight(status) ? n : 0), 0);
  if (right !== count) throw new Error(`${name} (${kind}) answered ${JSON.stringify(statuses)}`);
}

/** What is left out: all but the first size where it must be quick, and all but genuine deliveries on Express 4. */
function isWanted(part, label, { quick, express }) {
  if (part === 'guards' || quick) return label === '1 KiB' && !(quick && part === 'guards');
  return part === 'accepted' || express === 'express';
}

export async function benchHttp({ quick, rounds = quick ? 3 : 9, express = 'express' }) {
  const results = Object.fromEntries(Object.keys(PARTS).map((part) => [part, {}]));
  for (const [label, bytes] of Object.entries(SIZES)) {
    const requests = Math.floor((quick ? 400 : 1200) / (bytes > 50_000 ? 4 : 1));
    for (const [part, { variants, kind }] of Object.entries(PARTS)) {
      if (!isWanted(part, label, { quick, express })) continue;
      results[part][label] = await compare({ variants, kind, bytes, express, rounds, requests });
    }
  }
  return results;
}

/** The tables, each with its title and its rows. */
export function httpTables(results) {
  return Object.entries(results)
    .filter(([, bySize]) => Object.keys(bySize).length > 0)
    .map(([part, bySize]) => {
      const sizes = Object.keys(bySize);
      const names = Object.keys(bySize[sizes[0]]);
      const rows = names.map((name) => [name, ...sizes.map((size) => show(bySize[size][name]))]);
      return [PARTS[part].title, [['', ...sizes], ...rows]];
    });
}

export function printHttp(results, express) {
  for (const [title, rows] of httpTables(results)) {
    console.log(`\n${express}, ${title}: relative to express.json() unverified, higher is better\n`);
    console.log(table(rows));
  }
}

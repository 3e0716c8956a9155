// npm run bench:inbox [-- --rounds 9] [-- --requests 1200] [-- --bytes 1024]
// Deliveries that an inbox accepts for a unit of the server's CPU time, relative to express.json() that stores nothing;
// higher is better. Redis syncs before it answers (appendfsync always), and so does PostgreSQL. 16 connections.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ask, hear, start } from './processes.mjs';
import { progress, show, summary, table } from './stats.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    requests: { type: 'string', default: '1200' },
    bytes: { type: 'string', default: '1024' },
  },
});
const [rounds, requests, bytes] = [values.rounds, values.requests, values.bytes].map(Number);
const BASE = 'express.json()';
const WARM_UP = 4;
const NOBODY = 65_534;
const DEBIAN = '/usr/lib/postgresql';
const folder = mkdtempSync(join(tmpdir(), 'hooklatch-bench-'));
const [major, minor] = process.versions.node.split('.').map(Number);
const hasPgBoss = major > 22 || (major === 22 && minor >= 12);

/** Starts a Redis that syncs before it answers; nothing where there is none. */
async function startRedis() {
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined;
  const path = join(folder, 'redis.sock');
  const settings = ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', ''];
  const child = spawn('redis-server', [...settings, '--appendonly', 'yes', '--appendfsync', 'always']);
  while (!existsSync(path)) await pause(20);
  return { child, path };
}

async function startPostgres() {
  const [version] = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  if (version === undefined) return undefined;
  const bin = join(DEBIAN, version, 'bin');
  const path = join(folder, 'postgres');
  mkdirSync(path, { mode: 0o755 });
  const user = process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (process.getuid() === 0) chownSync(path, NOBODY, NOBODY);
  const data = join(path, 'data');
  spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'hooklatch', '-A', 'trust'], { ...user, cwd: path });
  const args = ['-D', data, '-k', path, '-c', 'listen_addresses='];
  const child = spawn(join(bin, 'postgres'), args, { ...user, cwd: path });
  while (spawnSync(join(bin, 'pg_isready'), ['-h', path]).status !== 0) await pause(50);
  return { child, path };
}

spawnSync('chmod', ['755', folder]);
const redis = await startRedis();
const postgres = await startPostgres();
const variants = [
  BASE,
  'guard, no inbox',
  'sqliteInbox()',
  'sqliteInbox({ thread: false })',
  ...(redis === undefined ? [] : ['bullmqInbox(), Redis']),
  ...(postgres === undefined ? [] : ['bullmqInbox(), PostgreSQL']),
  ...(postgres === undefined || !hasPgBoss ? [] : ['pg-boss']),
];
const loader = start('http-load.mjs');
const servers = new Map();
const figures = new Map(variants.map((name) => [name, { cpu: [], p99: [] }]));

/** One load on one server: the CPU of a delivery, and the slowest of a hundred. */
async function measure(name, count) {
  const { child, port } = servers.get(name);
  await ask(child, 'begin');
  const what = { task: 'load', port, bytes, kind: 'good', scheme: 'github', requests: count };
  const { statuses, p99 } = await ask(loader, what);
  const { cpu } = await ask(child, 'end');
  if (statuses['200'] !== count) throw new Error(`${name} answered ${JSON.stringify(statuses)}`);
  return { cpu: cpu / count, p99 };
}

try {
  for (const name of variants) {
    const child = start('inbox-server.mjs', name, folder, redis?.path ?? '', postgres?.path ?? '');
    servers.set(name, { child, port: (await hear(child)).port });
  }
  for (let round = -1; round < rounds; round += 1) {
    const costs = {};
    for (const name of variants) {
      progress(`round ${round + 1} of ${rounds}: ${name}`);
      costs[name] = await measure(name, round === -1 ? requests * WARM_UP : requests);
    }
    if (round === -1) continue;
    for (const name of variants) {
      figures.get(name).cpu.push(costs[BASE].cpu / costs[name].cpu);
      figures.get(name).p99.push(costs[name].p99 / costs[BASE].p99);
    }
  }
  progress('');
  const rows = variants.map((name) => {
    const { cpu, p99 } = figures.get(name);
    return [name, show(summary(cpu)), summary(p99).median.toFixed(1)];
  });
  console.log(
    `Node ${process.version}, ${bytes} bytes, ${rounds} rounds of ${requests}; goals: 0.40, on Node 20 0.55`,
  );
  console.log(table([['', 'accepted per CPU', 'p99'], ...rows]));
} finally {
  for (const { child } of servers.values()) child.disconnect();
  loader.disconnect();
  redis?.child.kill('SIGKILL');
  postgres?.child.kill('SIGQUIT');
  await pause(300);
  rmSync(folder, { recursive: true, force: true });
}

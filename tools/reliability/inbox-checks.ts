// The checks of an inbox that need processes, a tracer or time: npm run test:inbox [-- --kills 200] [-- --only sync]
// The others are tests of Jest: __tests__/inbox. Exits with 1 where one is broken.
import { sign, github } from 'hooklatch';
import { sqliteInbox } from 'hooklatch/inbox';
import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeBatchStore, type Batch } from '../../src/inbox/sqlite/batch';
import { loadDriver } from '../../src/inbox/sqlite/driver';
import type { Job, PutRow } from '../../src/inbox/sqlite/messages';
import { openDatabase } from '../../src/inbox/sqlite/open';
import { makeDelivery } from './inbox-delivery';
import { killReceiver } from './inbox-kill';

/** How a check went. */
interface Result {
  /** Nothing where it could not be run here. */
  readonly holds: boolean | undefined;
  readonly found: string;
}

const REGISTER = join(__dirname, '../../__tests__/helpers/register-ts.js');
const CHILD = join(__dirname, 'inbox-child.ts');
const IS_20 = process.versions.node.startsWith('20.');
const DRIVER = IS_20 ? '@photostructure/sqlite' : 'node:sqlite';
const MODES = ['thread', 'main', 'order', 'transaction'];

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, only: { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'hooklatch-checks-'));
const newFile = (name: string): string => join(folder, `${name}.db`);

async function checkKills(mode: string): Promise<Result> {
  const result = await killReceiver({ kills: Number(values.kills), mode, driver: DRIVER });
  const { lost, twice, outOfOrder, unacknowledged } = result;
  const isWhole = lost === 0 && unacknowledged === 0;
  const holds = isWhole && (mode !== 'transaction' || twice === 0) && (mode !== 'order' || outOfOrder === 0);
  return { holds, found: JSON.stringify(result) };
}

/** Every 200 goes out after a sync of the log that holds the delivery. */
async function checkSync(): Promise<Result> {
  if (spawnSync('strace', ['-V']).status !== 0) return { holds: undefined, found: 'strace is not installed' };
  const trace = join(folder, 'trace');
  const calls = 'trace=openat,pwrite64,fdatasync,fsync,write,writev,sendto';
  const args = ['-f', '-s', '40', '-o', trace, '-e', calls, process.execPath, '-r', REGISTER, CHILD];
  const child = startStore(args, newFile('sync'), 'strace');
  const port = await readPort(child);
  const statuses: number[] = [];
  for (let n = 0; n < 60; n += 1) statuses.push((await post(port, n)).status);
  spawnSync('pkill', ['-TERM', '-P', String(child.pid)]);
  await once(child, 'exit');
  const { answers, early, syncs } = readTrace(readFileSync(trace, 'latin1').split('\n'));
  const holds = statuses.every((status) => status === 200) && answers === 60 && early === 0 && syncs >= 60;
  return { holds, found: `${answers} answers, ${syncs} syncs, ${early} answers before a sync` };
}

function readTrace(lines: readonly string[]): { answers: number; early: number; syncs: number } {
  const logs = new Set<string>();
  const syncing = new Map<string, boolean>();
  const counts = { answers: 0, early: 0, syncs: 0 };
  let isDirty = false;
  const clean = (): void => {
    isDirty = false;
    counts.syncs += 1;
  };
  for (const line of lines) {
    const [, pid = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const [, opened] = /^openat\(.*\.db-wal".* = (\d+)$/.exec(call) ?? [];
    if (opened !== undefined) logs.add(opened);
    const [, name, fd = ''] = /^(pwrite64|fdatasync|fsync)\((\d+)/.exec(call) ?? [];
    if (name === 'pwrite64' && logs.has(fd)) isDirty = true;
    if ((name === 'fdatasync' || name === 'fsync') && logs.has(fd)) {
      if (call.includes('<unfinished')) syncing.set(pid, true);
      else clean();
    }
    if (/^<\.\.\. f(?:data)?sync resumed>/.test(call) && syncing.delete(pid)) clean();
    if (/^(?:write|writev|sendto)\(.*HTTP\/1\.1 200/.test(call)) {
      counts.answers += 1;
      if (isDirty) counts.early += 1;
    }
  }
  return counts;
}

/** Three processes store and handle in one file: each delivery once, and no lock reaches anyone. */
async function checkProcesses(): Promise<Result> {
  const file = newFile('processes');
  const handled: number[] = [];
  const failures: string[] = [];
  let stored = 0;
  const children = [1, 2, 3].map((number) => {
    const env = { ...process.env, CHILD: String(number), NODE_OPTIONS: `-r ${REGISTER}` };
    const child = fork(CHILD, ['share', file, DRIVER], { execArgv: ['--no-warnings', '-r', REGISTER], env });
    child.on('message', (message: { handled?: number; stored?: number; failure?: string }) => {
      if (message.handled !== undefined) handled.push(message.handled);
      if (message.stored !== undefined) stored += 1;
      if (message.failure !== undefined) failures.push(message.failure);
    });
    return child;
  });
  for (const until = Date.now() + 60_000; handled.length < 2000 && Date.now() < until;) await pause(50);
  await pause(500);
  await Promise.all(
    children.map(async (child) => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }),
  );
  const twice = handled.length - new Set(handled).size;
  const holds = handled.length === 2000 && twice === 0 && stored === 2000 && failures.length === 0;
  return { holds, found: `${handled.length} of 2000 handled, ${twice} twice, ${failures.length} failures` };
}

/** A delivery that kills its process is dead after the attempts that are allowed, and all others are handled. */
async function checkPoison(): Promise<Result> {
  const file = newFile('poison');
  const handled = new Set<number>();
  let starts = 0;
  let dead = 0;
  let child: ChildProcess | undefined;
  for (const until = Date.now() + 60_000; dead === 0 && Date.now() < until;) {
    const isAlive = child?.exitCode === null && child.signalCode === null;
    if (!isAlive) {
      starts += 1;
      const env = { ...process.env, NODE_OPTIONS: `-r ${REGISTER}` };
      child = fork(CHILD, ['die', file, DRIVER], { execArgv: ['--no-warnings', '-r', REGISTER], env });
      child.on('message', (message: { handled: number }) => handled.add(message.handled));
    }
    await pause(100);
    const db = openDatabase({ file, driver: DRIVER, busyTimeoutMs: 5000, maxBytes: undefined });
    const row = db.prepare('SELECT count(*) AS n FROM hooklatch_delivery WHERE state = 4').get();
    dead = (row as { readonly n: number }).n;
    db.close();
  }
  await pause(1000);
  child?.kill('SIGKILL');
  const holds = dead === 1 && handled.size === 50 && !handled.has(0);
  return {
    holds,
    found: `${dead} dead, ${handled.size} of 50 others handled, ${starts} starts for 4 attempts`,
  };
}

/** A full disk, as a file system of 4 MiB: 503 with Retry-After, nothing half stored, and it goes on when there is room. */
async function checkFullDisk(): Promise<Result> {
  const mount = join(folder, 'full');
  const make = `mkdir ${mount} && mount -t tmpfs -o size=4m tmpfs ${mount}`;
  if (spawnSync('sh', ['-c', make]).status !== 0) {
    return { holds: undefined, found: 'no file system can be mounted by this user' };
  }
  const file = join(mount, 'inbox.db');
  const filler = join(mount, 'filler');
  writeFileSync(filler, Buffer.alloc(1024 ** 2));
  const child = startStore(['-r', REGISTER, CHILD], file, process.execPath);
  try {
    const port = await readPort(child);
    const first = await postUntilFull(port);
    rmSync(filler);
    // The log is cut, and the pages go into the file: the next deliveries have room.
    const again = (await post(port, 99_999)).status;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    const db = new (loadDriver(DRIVER))(file);
    const count = (sql: string): unknown => Object.values(db.prepare(sql).get() as object)[0];
    const rows = Number(count('SELECT count(*) FROM hooklatch_delivery'));
    const bodies = Number(count('SELECT count(*) FROM hooklatch_body'));
    const isSound = count('PRAGMA integrity_check') === 'ok';
    db.close();
    const acknowledged = first.stored + (again === 200 ? 1 : 0);
    const holds =
      first.refused > 0 &&
      first.isPolite &&
      again === 200 &&
      isSound &&
      rows === acknowledged &&
      bodies === rows;
    const found = `${first.stored} stored, ${first.refused} answered 503, then ${again}; ${rows} rows, sound: ${isSound}`;
    return { holds, found };
  } finally {
    child.kill('SIGKILL');
    spawnSync('umount', ['-l', mount]);
  }
}

async function postUntilFull(port: number): Promise<{ stored: number; refused: number; isPolite: boolean }> {
  const counts = { stored: 0, refused: 0, isPolite: true };
  for (let n = 0; counts.refused < 5 && n < 20_000; n += 1) {
    const { status, retryAfter } = await post(port, n);
    if (status === 200) counts.stored += 1;
    else counts.refused += 1;
    counts.isPolite &&= status === 200 || (status === 503 && retryAfter !== null);
  }
  return counts;
}

/** The CPU of a put, and of a claim with its completion, is at 100,000 waiting what it is with few. */
function checkScale(): Result {
  const found: string[] = [];
  let holds = true;
  // Where deliveries are behind others, each end lets the next one go: with 5000 keys some are behind in both.
  for (const [orders, few] of [
    [0, 0],
    [5000, 20_000],
    [1, 0],
  ] as const) {
    const before = measureBacklog(few, orders);
    const full = measureBacklog(100_000, orders);
    const put = full.put / before.put;
    const work = full.work / before.work;
    holds &&= put <= 1.5 && work <= 1.5;
    found.push(`${orders} order keys: put ${put.toFixed(2)}, work ${work.toFixed(2)}`);
  }
  return { holds, found: found.join('; ') };
}

function measureBacklog(backlog: number, orders: number): { readonly put: number; readonly work: number } {
  const file = newFile(`scale-${backlog}-${orders}`);
  const common = { file, driver: DRIVER, busyTimeoutMs: 5000, maxBytes: undefined };
  const db = openDatabase(common);
  const retry = { attempts: 15, firstMs: 5000, maxMs: 3_600_000 };
  const keep = { owner: 'me', leaseMs: 30_000, pollMs: 1000, keepDoneMs: 86_400_000, keepDeadMs: 86_400_000 };
  const store = makeBatchStore(db, { ...common, ...keep, retry }, () => Date.now());
  let n = 0;
  const nothing: Batch = { puts: [], ends: [], renewals: [], wants: [] };
  const put = (count: number): void => {
    const puts = Array.from({ length: count }, () => ({ tag: (n += 1), row: makeRow(n, orders) }));
    store.apply({ ...nothing, puts });
  };
  for (let left = backlog; left > 0; left -= 2000) put(Math.min(left, 2000));
  const rounds = 60;
  for (let round = 0; round < 20; round += 1) put(16);
  const puts = measureCpu(rounds, () => put(16));
  let jobs: readonly Job[] = [];
  const work = measureCpu(rounds, () => {
    const ends = jobs.map(({ id, route, attempts }) => {
      return { id, route, attempts, state: 'done' as const, error: null, due: Date.now() };
    });
    jobs = store.apply({ ...nothing, ends, wants: [{ route: 'r', free: 16, attemptTimeoutMs: 1000 }] }).jobs;
  });
  db.close();
  return { put: puts, work };
}

function makeRow(n: number, orders: number): PutRow {
  const { keys, meta, body, receivedAt } = makeDelivery(n);
  return {
    route: 'r',
    keys: keys.map(({ key }) => key),
    orderKey: orders === 0 ? null : `order ${n % orders}`,
    received: receivedAt,
    keepMs: 1000,
    provider: 'github',
    event: 'push',
    meta: JSON.stringify(meta),
    body,
  };
}

/** The CPU of a task in microseconds: the median of some rounds. */
function measureCpu(rounds: number, task: () => void): number {
  const costs = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    task();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return costs.sort((one, other) => one - other)[rounds >> 1] ?? NaN;
}

/** Commits that take 20 ms more add nothing to the delay of the event loop, as they would without the thread. */
async function checkLoop(): Promise<Result> {
  const slow = join(__dirname, 'slow-sqlite.js');
  const usual = await measureLoop(DRIVER, true);
  const thread = await measureLoop(slow, true);
  const main = await measureLoop(slow, false);
  // The machine is shared: its own delays are in all three.
  const holds = thread - usual <= 3 && main - usual > 3;
  const figures = [usual, thread, main].map((p99) => p99.toFixed(1)).join(', ');
  return {
    holds,
    found: `p99 in ms with a fast disk, a slow one, and a slow one without the thread: ${figures}`,
  };
}

async function measureLoop(driver: string, thread: boolean): Promise<number> {
  const inbox = sqliteInbox({ file: newFile(`loop-${Math.random()}`), driver, thread, work: false });
  await inbox.put(makeDelivery(0));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let n = 0;
  const until = Date.now() + 3000;
  const write = async (): Promise<void> => {
    while (Date.now() < until) {
      n += 1;
      await inbox.put(makeDelivery(n));
      await pause(5);
    }
  };
  await Promise.all(Array.from({ length: 16 }, write));
  delay.disable();
  await inbox.close();
  // The histogram counts the millisecond between two looks too.
  return delay.percentile(99) / 1e6 - 1;
}

function startStore(args: readonly string[], file: string, command: string): ChildProcess {
  return spawn(command, [...args, 'store', file, DRIVER], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: `-r ${REGISTER}` },
  });
}

async function readPort({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new Error('the output of the child is not read');
  const [text] = (await once(stdout, 'data')) as [Buffer];
  return Number(text.toString());
}

async function post(port: number, n: number): Promise<{ status: number; retryAfter: string | null }> {
  const body = Buffer.from(JSON.stringify({ n, text: 'x'.repeat(900) }));
  const headers = sign(github, { secret: 'a secret that is long enough', id: `delivery ${n}` }, { body });
  const { status, headers: answered } = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers,
    body,
  });
  return { status, retryAfter: answered.get('retry-after') };
}

const CHECKS: Readonly<Record<string, () => Promise<Result> | Result>> = {
  ...Object.fromEntries(MODES.map((mode) => [`kill ${mode}`, () => checkKills(mode)])),
  sync: checkSync,
  processes: checkProcesses,
  poison: checkPoison,
  'full disk': checkFullDisk,
  scale: checkScale,
  loop: checkLoop,
};

async function runAll(): Promise<void> {
  const rows: Record<string, object> = {};
  let isBroken = false;
  for (const [name, check] of Object.entries(CHECKS)) {
    if (values.only !== undefined && !name.startsWith(values.only)) continue;
    const { holds, found } = await check();
    isBroken ||= holds === false;
    const result = holds === undefined ? 'NOT RUN' : holds ? 'holds' : 'BROKEN';
    rows[name] = { result, found };
    console.error(`${name}: ${result}: ${found}`);
  }
  console.log(`Node ${process.version}, ${DRIVER}`);
  console.table(rows);
  rmSync(folder, { recursive: true, force: true });
  process.exit(isBroken ? 1 : 0);
}

void runAll();

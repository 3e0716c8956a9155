// Kills a receiver with an inbox at random moments, while senders repeat what was not answered 2xx, and counts what was
// acknowledged and not handled. node -r ./__tests__/helpers/register-ts.js tools/reliability/inbox-kill.ts [--kills 200]
// [--mode thread|main|order|transaction] [--driver node:sqlite]
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { github, sign } from 'hooklatch';
import { loadDriver } from '../../src/inbox/sqlite/driver';

export interface KillResult {
  readonly kills: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly twice: number;
  /** Deliveries of one order key that ended before one that came earlier. */
  readonly outOfOrder: number;
  readonly unacknowledged: number;
}

export interface KillSettings {
  readonly kills: number;
  readonly mode: string;
  readonly driver: string;
}

const ROOT = join(__dirname, '../..');
const SENDERS = 8;
const KEYS = 7;

/** Runs the receiver, its senders and the kills; resolves with what became of every delivery. */
export async function killReceiver({ kills, mode, driver }: KillSettings): Promise<KillResult> {
  const folder = mkdtempSync(join(tmpdir(), 'hooklatch-kill-'));
  const port = await findPort();
  const agent = new Agent({ keepAlive: true });
  const acknowledged: number[] = [];
  let sent = 0;
  let isOver = false;
  const sendAll = async (): Promise<void> => {
    while (!isOver) {
      sent += 1;
      const n = sent;
      while ((await post(agent, port, n)) !== 200) await pause(20);
      acknowledged.push(n);
      await pause(3);
    }
  };
  let child = await startReceiver([folder, String(port), driver, mode]);
  // In order, one sender sends: what several send at once has no order.
  const senders = Array.from({ length: mode.startsWith('order') ? 1 : SENDERS }, sendAll);
  for (let kill = 0; kill < kills; kill += 1) {
    await pause(20 + Math.random() * 250);
    await stop(child);
    child = await startReceiver([folder, String(port), driver, mode]);
  }
  isOver = true;
  await Promise.all(senders);
  const ends = await waitForEnds(() => readEnds(folder, mode, driver), acknowledged);
  await stop(child);
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
  return { kills, acknowledged: acknowledged.length, ...count(ends, acknowledged) };
}

function count(
  ends: readonly number[],
  acknowledged: readonly number[],
): Omit<KillResult, 'kills' | 'acknowledged'> {
  const times = new Map<number, number>();
  for (const n of ends) times.set(n, (times.get(n) ?? 0) + 1);
  const firsts = [...times.keys()];
  const known = new Set(acknowledged);
  const highest = new Map<number, number>();
  let outOfOrder = 0;
  for (const n of firsts) {
    if (n < (highest.get(n % KEYS) ?? 0)) outOfOrder += 1;
    highest.set(n % KEYS, Math.max(n, highest.get(n % KEYS) ?? 0));
  }
  return {
    lost: acknowledged.filter((n) => !times.has(n)).length,
    twice: [...times.values()].filter((n) => n > 1).length,
    outOfOrder,
    unacknowledged: firsts.filter((n) => !known.has(n)).length,
  };
}

async function waitForEnds(
  read: () => readonly number[],
  wanted: readonly number[],
): Promise<readonly number[]> {
  const until = Date.now() + 90_000;
  for (;;) {
    const ends = read();
    const known = new Set(ends);
    if (wanted.every((n) => known.has(n)) || Date.now() > until) return ends;
    await pause(200);
  }
}

function readEnds(folder: string, mode: string, driver: string): readonly number[] {
  if (mode.startsWith('transaction')) {
    const db = new (loadDriver(driver))(join(folder, 'inbox.db'));
    try {
      db.exec('PRAGMA busy_timeout = 5000');
      return db
        .prepare('SELECT n FROM effect ORDER BY rowid')
        .all()
        .map((row) => (row as { readonly n: number }).n);
    } finally {
      db.close();
    }
  }
  const log = join(folder, 'handled.log');
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
  return lines.flatMap((line) => (line.startsWith('end ') ? [Number(line.slice(4))] : []));
}

async function startReceiver(args: readonly string[]): Promise<ChildProcess> {
  const register = join(ROOT, '__tests__/helpers/register-ts.js');
  const program = join(__dirname, 'inbox-receiver.ts');
  const child = spawn(process.execPath, ['--no-warnings', '-r', register, program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // The thread of the inbox is TypeScript too.
    env: { ...process.env, NODE_OPTIONS: `-r ${register}` },
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function post(agent: Agent, port: number, n: number): Promise<number> {
  const body = Buffer.from(JSON.stringify({ n, text: 'x'.repeat(900) }));
  const signed = sign(github, { secret: 'a secret that is long enough', id: `delivery ${n}` }, { body });
  const headers = { ...signed, 'Content-Length': body.length };
  return new Promise((resolve) => {
    const req = request({ agent, port, host: '127.0.0.1', method: 'POST', headers, timeout: 3000 }, (res) => {
      res.on('end', () => resolve(res.statusCode ?? 0)).on('error', () => resolve(0));
      res.resume();
    });
    req.on('timeout', () => req.destroy());
    req.on('error', () => resolve(0));
    req.end(body);
  });
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function runAll(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '200' },
      mode: { type: 'string', default: 'thread' },
      driver: { type: 'string', default: 'node:sqlite' },
    },
  });
  const { mode, driver } = values;
  const result = await killReceiver({ kills: Number(values.kills), mode, driver });
  console.log(JSON.stringify({ node: process.version, mode, driver, ...result }));
  const isBroken =
    result.lost > 0 ||
    (mode.startsWith('transaction') && result.twice > 0) ||
    (mode.startsWith('order') && result.outOfOrder > 0);
  process.exit(isBroken ? 1 : 0);
}

if (require.main === module) void runAll();

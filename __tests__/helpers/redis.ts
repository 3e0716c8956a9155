import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './http';

/** A Redis of the test's own, on a Unix socket, that keeps nothing on the disk unless its settings say so. */
export interface RedisServer {
  readonly socket: string;
  /** Stops the process where it is; its socket still takes connections, and nobody answers. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it for good. */
  close(): Promise<void>;
}

const hasServer = spawnSync('redis-server', ['--version']).status === 0;

/** `describe`, where a Redis can be started; elsewhere it is skipped, and that is said aloud. */
export const describeWithRedis: jest.Describe = hasServer ? describe : describe.skip;

if (!hasServer) console.warn('redis-server is not installed: THE TESTS WITH REDIS ARE SKIPPED');

export async function startRedis(more: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hooklatch-redis-'));
  const socket = join(folder, 'redis.sock');
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const settings = {
      port: '0',
      unixsocket: socket,
      save: '',
      dir: folder,
      'maxmemory-policy': 'noeviction',
      ...more,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    child = spawn('redis-server', args, { stdio: 'ignore' });
    for (let tries = 0; tries < 500 && !(await answers(socket)); tries += 1) await pause(10);
  };
  const stop = async (): Promise<void> => {
    const stopping = child;
    child = undefined;
    if (stopping === undefined) return;
    const exit = once(stopping, 'exit');
    stopping.kill('SIGKILL');
    await exit;
  };
  await start();
  return {
    socket,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    stop,
    start,
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => connection.write('PING\r\n'));
    connection.on('data', () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', () => resolve(false));
  });
}

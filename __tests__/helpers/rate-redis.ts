import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';

/** What a store needs of a Redis. */
export interface TestRedis {
  readonly sendCommand: (...args: string[]) => Promise<never>;
  /** Lets it answer nothing any more, or answer again. */
  readonly freeze: (frozen: boolean) => void;
  readonly stop: () => Promise<void>;
}

/** A redis-server of its own, in a socket of the file system, that keeps nothing. */
export async function startRedis(): Promise<TestRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'hooklatch-redis-'));
  const path = join(directory, 'socket');
  const settings = [
    '--port',
    '0',
    '--unixsocket',
    path,
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    directory,
  ];
  const server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.stdout.on('data', (text: Buffer) => {
      if (text.toString().includes('eady to accept connections')) resolve();
    });
  });
  const client = createClient({ socket: { path, tls: false } });
  client.on('error', () => undefined);
  await client.connect();
  return {
    sendCommand: (...args) => client.sendCommand(args),
    freeze: (frozen) => void server.kill(frozen ? 'SIGSTOP' : 'SIGCONT'),
    stop: async () => {
      client.destroy();
      server.kill('SIGCONT');
      server.kill('SIGTERM');
      await new Promise((resolve) => server.once('exit', resolve));
      rmSync(directory, { recursive: true });
    },
  };
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './http';

/** A real PostgreSQL of the test's own, on a Unix socket. */
export interface PostgresServer {
  /** For node-postgres and BullMQ. */
  readonly connection: {
    readonly host: string;
    readonly user: string;
    readonly database: string;
    readonly migrate: true;
  };
  close(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';
const NOBODY = 65_534;

/** Where initdb and postgres are; Debian has them in no path. */
function findPrograms(): string | undefined {
  if (spawnSync('initdb', ['--version']).status === 0) return '';
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const [newest] = versions.filter((version) => existsSync(join(DEBIAN, version, 'bin/initdb')));
  return newest === undefined ? undefined : `${join(DEBIAN, newest, 'bin')}/`;
}

const programs = findPrograms();

/** `describe`, where a PostgreSQL can be started; elsewhere it is skipped, and that is said aloud. */
export const describeWithPostgres: jest.Describe = programs === undefined ? describe.skip : describe;

if (programs === undefined) {
  console.warn('postgresql is not installed: THE TESTS WITH POSTGRESQL ARE SKIPPED');
}

export async function startPostgresServer(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hooklatch-postgres-'));
  const data = join(folder, 'data');
  // It refuses to run as root.
  const asUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in asUser) chownSync(folder, NOBODY, NOBODY);
  chmodSync(folder, 0o755);
  const init = ['-D', data, '-U', 'hooklatch', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  const made = spawnSync(`${programs}initdb`, init, { ...asUser, cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const args = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'max_connections=100'];
  const child: ChildProcess = spawn(`${programs}postgres`, args, { ...asUser, cwd: folder, stdio: 'ignore' });
  const isReady = (): boolean => spawnSync(`${programs}pg_isready`, ['-h', folder]).status === 0;
  for (let tries = 0; tries < 200 && !isReady(); tries += 1) await pause(50);
  return {
    connection: { host: folder, user: 'hooklatch', database: 'postgres', migrate: true },
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../helpers/snippets';

/** What stands in the cache of a process that has loaded one entry, of the packages that are there for others. */
function loadedBy(entry: string): readonly string[] {
  const script = `
    const before = [...process.moduleLoadList];
    require('${entry}');
    const packages = ['@opentelemetry', 'express-rate-limit', 'picocolors', 'zod', 'valibot', 'express', 'redis', 'ioredis',
      '@photostructure', 'better-sqlite3', 'libsql', 'jose', 'bullmq', 'pg'];
    const loaded = packages.filter((name) =>
      Object.keys(require.cache).some((path) => path.includes('/node_modules/' + name + '/')));
    const own = Object.keys(require.cache).some((path) => path.includes('/diagnose/explain')) ? ['diagnose'] : [];
    const sqlite = Object.keys(require.cache).some((path) => path.includes('/inbox/sqlite/')) ? ['inbox'] : [];
    const samples = Object.keys(require.cache).some((path) => path.includes('/samples/')) ? ['samples'] : [];
    const builtIn = process.moduleLoadList.filter((name) =>
      /^NativeModule (?:sqlite|worker_threads)$/.test(name) && !before.includes(name));
    console.log(JSON.stringify([...loaded, ...own, ...sqlite, ...samples, ...builtIn]));`;
  const register = join(ROOT, '__tests__/helpers/register-ts.js');
  const { stdout, stderr } = spawnSync(process.execPath, ['-r', register, '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as readonly string[];
}

describe('what is optional', () => {
  it.each([
    ['hooklatch', []],
    ['hooklatch/testing', []],
    ['hooklatch/inbox', ['inbox', 'NativeModule worker_threads']],
    ['hooklatch/inbox/bullmq', ['bullmq', 'NativeModule worker_threads']],
    ['hooklatch/otel', ['@opentelemetry']],
  ])('is not loaded by %s, but for %j', (entry, packages) => {
    expect(loadedBy(entry)).toEqual(packages);
  });
});

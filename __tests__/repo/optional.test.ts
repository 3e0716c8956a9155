import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../helpers/snippets';

/** What stands in the cache of a process that has loaded one entry, of the packages that are there for others. */
function loadedBy(entry: string): readonly string[] {
  const script = `
    require('${entry}');
    const packages = ['@opentelemetry', 'express-rate-limit', 'picocolors', 'zod', 'valibot', 'express', 'redis', 'ioredis', 'jose'];
    const loaded = packages.filter((name) =>
      Object.keys(require.cache).some((path) => path.includes('/node_modules/' + name + '/')));
    const own = Object.keys(require.cache).some((path) => path.includes('/diagnose/explain')) ? ['diagnose'] : [];
    console.log(JSON.stringify([...loaded, ...own]));`;
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
    ['hooklatch/otel', ['@opentelemetry']],
  ])('is not loaded by %s, but for %j', (entry, packages) => {
    expect(loadedBy(entry)).toEqual(packages);
  });
});

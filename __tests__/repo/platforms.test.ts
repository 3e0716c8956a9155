import { join } from 'node:path';
import { readPage, ROOT, rowsOf } from '../helpers/snippets';

const PAGE = readPage('docs/platforms.md');
const { dependencies: beside } = JSON.parse(readPage('tools/platforms/package.json')) as {
  dependencies: Record<string, string>;
};

/** The version of a package that the tests run with. */
function versionOf(name: string): string {
  const file = join(ROOT, 'node_modules', name, 'package.json');
  return jest.requireActual<{ version: string }>(file).version;
}

describe('docs/platforms.md', () => {
  const rows = PAGE.split(/^(?=## )/m)
    .slice(1)
    .flatMap((section) => rowsOf(section, 'package'));

  it('names the versions that are run', () => {
    const named = rows.flatMap(([packages = '', versions = '', , how = '']) => {
      const names = [...packages.matchAll(/`([^`]*)`/g)].map(([, name = '']) => name);
      if (!/^[\d., ]+$/.test(versions)) return [];
      const installed = names.map((name) => {
        if (how.includes('tools/platforms')) return beside[name];
        return versionOf(packages === '`express` 4' ? 'express4' : name);
      });
      return [[packages, versions, installed.join(', ')]];
    });
    expect(named.length).toBeGreaterThan(20);
    for (const [packages, versions, installed] of named)
      expect([packages, versions]).toEqual([packages, installed]);
  });

  it('lists each package that is run beside, but for their parts', () => {
    const parts =
      /^(?:@nestjs\/common|@opentelemetry\/(?:instrumentation|sdk-trace).*|react.*|reflect-metadata|rxjs)$/;
    const listed = rows.map(([packages]) => packages).join(' ');
    for (const name of Object.keys(beside)) if (!parts.test(name)) expect(listed).toContain(`\`${name}\``);
  });
});

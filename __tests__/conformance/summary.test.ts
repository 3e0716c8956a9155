import { providers } from 'hooklatch';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json';
import { ELSEWHERE, HELD, JUDGED, NONE } from './table';

const listed = [HELD, NONE, JUDGED, ELSEWHERE].flatMap((table) => Object.keys(table));
const sources = readdirSync(__dirname)
  .filter((file) => file.endsWith('.test.ts') && file !== 'summary.test.ts')
  .map((file) => readFileSync(join(__dirname, file), 'utf8'))
  .join('\n');
const camelCase = (name: string): string =>
  name.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());

describe('conformance', () => {
  it.each(Object.keys(providers))('%s is held against a package, or it is said why not', (name) => {
    expect(listed.filter((other) => other === name)).toEqual([name]);
  });

  it('lists no provider that is not there', () => {
    expect(listed.filter((name) => !Object.hasOwn(providers, name))).toEqual([]);
  });

  it.each(Object.entries(HELD))('%s is held against its package', (name, [packageName]) => {
    expect(Object.keys(manifest.devDependencies)).toContain(packageName);
    expect(sources).toMatch(new RegExp(`provider: ([^,]* )?${camelCase(name)}\\b`));
    expect(sources).toContain(`package: '${packageName}'`);
  });

  it.each(Object.entries(JUDGED))('%s has vectors that its package has judged', (name, packageName) => {
    const text = readFileSync(join(__dirname, '../vectors', `${name}.json`), 'utf8');
    const vectors = JSON.parse(text) as readonly {
      readonly expect: string;
      readonly sdk?: { readonly package: string; readonly verdict: string };
    }[];
    const judged = vectors.filter(({ sdk }) => sdk?.package.startsWith(`${packageName}@`));
    expect(
      judged.filter(({ expect: verdict, sdk }) => verdict === 'valid' && sdk?.verdict === 'valid'),
    ).not.toEqual([]);
  });

  it.each(Object.entries(NONE))('%s has a reason', (_name, reason) => {
    expect(reason.length).toBeGreaterThan(20);
  });

  it('has no package for conformance that nothing is held against', () => {
    const held = Object.values(HELD).map(([packageName]) => packageName);
    const used = new Set([...sources.matchAll(/package: '([^']+)'/g)].map(([, packageName]) => packageName));
    expect([...new Set(held)].sort()).toEqual([...used].sort());
    expect(held.every((name) => existsSync(join(__dirname, '../../node_modules', name)))).toBe(true);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage, ROOT } from '../helpers/snippets';

const TESTS = join(ROOT, '__tests__');

const rows = readPage('docs/rules.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:rule|-)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('docs/rules.md', () => {
  it('has tests beside each rule, which are there', () => {
    expect(rows.length).toBeGreaterThan(40);
    for (const [, rule, tests = ''] of rows) {
      const names = Array.from(tests.matchAll(/`([^`]+)`/g), ([, name = '']) => name);
      const missing = names.filter(
        (name) => !name.startsWith('npm run ') && !existsSync(join(ROOT, `__tests__/${name}.test.ts`)),
      );
      expect([rule, names.length > 0, missing]).toEqual([rule, true, []]);
    }
  });
});

describe('the tests', () => {
  it('cite no rule by a number that no page explains', () => {
    const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter((file) => /\b[Rr]ules? [0-9]/.test(readFileSync(join(TESTS, file), 'utf8')))).toEqual(
      [],
    );
  });
});

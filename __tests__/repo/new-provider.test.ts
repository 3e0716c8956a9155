import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../helpers/snippets';

// A copy of the house is compiled and tested.
jest.setTimeout(180_000);

const COPIED = ['src', '__tests__', 'tools/scripts', 'docs/providers.md', 'package.json', 'jest.config.js'];
const CONFIGURATION = ['tsconfig.json', 'tsconfig.build.json'];
const TESTS = [
  'providers/providers',
  'providers/signatures',
  'providers/facts',
  'core/vectors',
  'conformance/summary',
];

const copy = mkdtempSync(join(tmpdir(), 'hooklatch-house-'));
afterAll(() => rmSync(copy, { recursive: true }));
beforeAll(() => {
  for (const path of [...COPIED, ...CONFIGURATION])
    cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});

function scaffold(...args: string[]) {
  return spawnSync(process.execPath, ['tools/scripts/new-provider.mjs', ...args], {
    cwd: copy,
    encoding: 'utf8',
  });
}

const readCopy = (path: string): string => readFileSync(join(copy, path), 'utf8');

describe('npm run new-provider', () => {
  it.each([
    [[], 'takes one name'],
    [['Acme'], 'takes one name'],
    [['acme', 'other'], 'takes one name'],
    [['../acme'], 'takes one name'],
    [['acme-2'], 'takes one name'],
    [['stripe'], '"stripe" is there already'],
    [['verify'], '"verify" is there already'],
  ])('exits with 2 for %j and writes nothing', (args, message) => {
    const { status, stderr } = scaffold(...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(readCopy('src/providers/senders.ts')).toBe(
      readFileSync(join(ROOT, 'src/providers/senders.ts'), 'utf8'),
    );
  });

  // One behind a sender of two lines, one at the end.
  it('lays down senders that compile and pass the tests, wherever they are in the alphabet', () => {
    const names = ['http-sender', 'zzz'];
    for (const name of names) {
      expect(scaffold(name)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`src/providers/${name}.ts`),
      });
    }
    const page = readCopy('docs/providers.md');
    for (const name of names) expect(page).toContain(`\n## ${name}\n`);
    expect(readCopy('src/providers/http-sender.ts')).toContain("'X-Http-Sender-Signature'");

    const output = execFileSync(
      process.execPath,
      [
        ...['node_modules/jest/bin/jest.js', '--selectProjects', 'express5', '-w', '1', '--json', '--'],
        ...TESTS.map((test) => `__tests__/${test}`),
      ],
      { cwd: copy, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 },
    );
    const { numFailedTests, testResults } = JSON.parse(output.slice(output.indexOf('{')));
    expect([numFailedTests, testResults.length]).toEqual([0, TESTS.length]);
    for (const name of names) expect(output).toContain(`finds valid: ${name}/formula`);
  });
});

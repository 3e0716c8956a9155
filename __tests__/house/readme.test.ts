import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { once } from 'node:events';
import { startTs } from '../support/run-ts';
import { blocksOf, makeFolder, readPage, ROOT } from '../support/snippets';
import { typeErrorsOf } from '../support/type-check';

// A snippet that runs is a process of its own, with a compiler in it.
jest.setTimeout(60_000);

const readme = readPage('README.md');
const snippets = blocksOf(readme, 'ts');
const write = makeFolder();
const files = snippets.map((snippet, index) =>
  // The children share one machine: each listens on a port of its own.
  write(
    `snippet-${index}.ts`,
    snippet.replaceAll('listen(3000)', "listen(0, '127.0.0.1', () => process.exit())"),
  ),
);

describe('README.md', () => {
  it('has its two commands, which package.json knows', () => {
    expect(readme).toContain('npm ci && npm start');
    expect(readme).toContain('npm ci && npm test');
    const { scripts } = JSON.parse(readPage('package.json'));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
  });

  it('stays within 300 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(300);
    expect(snippets.length).toBeGreaterThanOrEqual(4);
  });

  it('has snippets that compile under strict', () => {
    expect(typeErrorsOf(files)).toEqual([]);
  });

  it.each(files.map((file, index) => [index, file] as const))(
    'has a snippet %i that runs',
    async (index, file) => {
      const text = readFileSync(file, 'utf8');
      const imports = text.slice(0, text.lastIndexOf("';") + 2);
      // CommonJS has no await at the top.
      writeFileSync(
        file,
        /\bawait\b/.test(text) ? text.replace(imports, `${imports} void (async () => {`) + '})();' : text,
      );
      const child = startTs(relative(ROOT, file), [], {
        FASTCOMMENTS_SECRET: 'x'.repeat(32),
        TELEHEALTH_SECRET: 'x'.repeat(32),
      });
      let errors = '';
      child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
      expect([index, await once(child, 'exit'), errors]).toEqual([index, [0, null], '']);
    },
  );
});

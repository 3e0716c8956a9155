import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { once } from 'node:events';
import {
  createProgram,
  flattenDiagnosticMessageText,
  getPreEmitDiagnostics,
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
} from 'typescript';
import { startTs } from '../support/run-ts';

const ROOT = resolve(__dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const snippets = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);

// Inside the checkout, so that the packages of the snippets are found.
const folder = mkdtempSync(join(ROOT, 'node_modules', '.readme-'));
const files = snippets.map((snippet, index) => {
  const file = join(folder, `snippet-${index}.ts`);
  // The children share one machine: each listens on a port of its own.
  writeFileSync(file, snippet.replaceAll('listen(3000)', "listen(0, '127.0.0.1', () => process.exit())"));
  return file;
});

describe('README.md', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has its two commands, which package.json knows', () => {
    expect(readme).toContain('npm ci && npm start');
    expect(readme).toContain('npm ci && npm test');
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
  });

  it('stays within 300 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(300);
    expect(snippets.length).toBeGreaterThanOrEqual(4);
  });

  it('has snippets that compile under strict', () => {
    const program = createProgram(files, {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      esModuleInterop: true,
      module: ModuleKind.ES2022,
      moduleResolution: ModuleResolutionKind.Bundler,
      target: ScriptTarget.ES2022,
      types: ['node'],
      paths: { hooklatch: [join(ROOT, 'src/index.ts')] },
    });
    const messages = getPreEmitDiagnostics(program).map(({ messageText }) =>
      flattenDiagnosticMessageText(messageText, '\n'),
    );
    expect(messages).toEqual([]);
  });

  it.each(files.map((file, index) => [index, file]))('has a snippet %i that runs', async (index, file) => {
    const text = readFileSync(file, 'utf8');
    const imports = text.slice(0, text.lastIndexOf("';") + 2);
    // CommonJS has no await at the top.
    writeFileSync(
      file,
      /\bawait\b/.test(text) ? text.replace(imports, `${imports} void (async () => {`) + '})();' : text,
    );
    const child = startTs(file.slice(ROOT.length + 1), [], {
      FASTCOMMENTS_SECRET: 'x'.repeat(32),
      TELEHEALTH_SECRET: 'x'.repeat(32),
    });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    expect([index, await once(child, 'exit'), errors]).toEqual([index, [0, null], '']);
  });
});

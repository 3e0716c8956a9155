import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { ROOT } from '../helpers/snippets';

const LISTS = {
  'index.ts':
    "export { router, guard } from './router';\nexport type { Router } from './router';\nexport * from './senders';",
  'senders.ts': "export { acme } from './acme';\nexport { zeta, makeZeta } from './zeta';",
};
const LOADED = "Object.keys(require.cache).map((path) => path.replace(/.*[\\\\/]|\\.js$/g, '')).sort()";

const folder = mkdtempSync(join(tmpdir(), 'hooklatch-lists-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  const options = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  for (const [file, text] of Object.entries(LISTS)) {
    const { outputText } = transpileModule(text, { compilerOptions: options });
    write(file.replace('.ts', '.js'), loadWhenNamed(outputText));
  }
  write('router.js', 'exports.router = "a router"; exports.guard = "a guard";');
  write('acme.js', 'exports.acme = "acme";');
  write('zeta.js', 'exports.zeta = "zeta"; exports.makeZeta = () => "zeta";');
});

/** The text as tools/scripts/load-when-named.mjs makes it. */
function loadWhenNamed(text: string): string {
  const script = `
    import { loadWhenNamed } from './tools/scripts/load-when-named.mjs';
    process.stdout.write(loadWhenNamed(${JSON.stringify(text)}));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
}

function run(script: string, ...options: readonly string[]): unknown {
  const output = execFileSync(process.execPath, [...options, '-e', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

describe('a compiled list of exports', () => {
  it.each([
    ['', ['index', 'senders']],
    ['list.acme', ['acme', 'index', 'senders']],
    ['const { router, guard } = list', ['index', 'router', 'senders']],
    ['Object.keys(list)', ['index', 'senders']],
    ['Object.values(list)', ['acme', 'index', 'router', 'senders', 'zeta']],
  ])('loads for "%s" %j', (use, files) => {
    const script = `const list = require('./index.js'); ${use}; console.log(JSON.stringify(${LOADED}))`;
    expect(run(script)).toEqual(files);
  });

  it('shows an ES module every name, and the same values', () => {
    const names = ['acme', 'guard', 'makeZeta', 'router', 'zeta'];
    const script = `
      import { acme, guard, makeZeta, router, zeta } from './index.js';
      import { createRequire } from 'node:module';
      const list = createRequire(import.meta.url)('./index.js');
      const values = { acme, guard, makeZeta, router, zeta };
      const same = Object.keys(values).filter((name) => values[name] === list[name]);
      console.log(JSON.stringify([same, Object.keys(list).sort()]));`;
    expect(run(script, '--input-type=module')).toEqual([names, names]);
  });
});

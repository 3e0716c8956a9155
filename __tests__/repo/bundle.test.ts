import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { ROOT } from '../helpers/snippets';

const FILES: Readonly<Record<string, string>> = {
  'index.ts': "export { receive } from './webhook';\nexport { Fault } from './errors';",
  'webhook.ts': `
    import { Fault } from './errors';
    import { readHeader } from './core/headers';
    export const receive = (): unknown => [readHeader(), new Fault('x')];
    export const later = (): string => require('./diagnose').later;`,
  'errors.ts': 'export class Fault extends Error {}',
  'diagnose/index.ts': "import { Fault } from '../errors';\nexport const later = new Fault('y').message;",
  'core/headers.ts': "export const readHeader = (): string => 'header';",
  'core/define-provider.ts':
    "import { readHeader } from './headers';\nexport const define = (): string => readHeader();",
  'providers/acme.ts': "import { define } from '../core/define-provider';\nexport const acme = define();",
};

const folder = mkdtempSync(join(tmpdir(), 'hooklatch-bundle-'));
const dist = join(folder, 'dist');
const src = join(folder, 'src');
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  const options = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  for (const [file, text] of Object.entries(FILES)) {
    write(join(src, file), text);
    write(
      join(dist, file.replace('.ts', '.js')),
      transpileModule(text, { compilerOptions: options }).outputText,
    );
  }
  run(
    `import { bundleReceiver } from './tools/scripts/bundle.mjs'; await bundleReceiver('${src}', '${dist}');`,
    ROOT,
    '--input-type=module',
  );
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function run(script: string, cwd: string, ...options: readonly string[]): string {
  return execFileSync(process.execPath, [...options, '-e', script], { cwd, encoding: 'utf8' });
}

describe('the file of all that every receiver loads', () => {
  it('is loaded once, whoever asks', () => {
    const output = run(
      `const { receive, Fault } = require('./index.js');
      const { acme } = require('./providers/acme.js');
      const [header, fault] = receive();
      const loaded = Object.keys(require.cache).filter((path) => path.includes('receiver'));
      console.log(JSON.stringify([header, acme, fault instanceof Fault, fault.constructor.name, loaded.length]))`,
      dist,
    );
    expect(JSON.parse(output)).toEqual(['header', 'header', true, 'Fault', 1]);
  });

  it('has one line for each file of it that another one loads, and no file for the rest', () => {
    expect(readFileSync(join(dist, 'core/define-provider.js'), 'utf8')).toBe(
      "'use strict';\nmodule.exports = require('../receiver.js')['core/define-provider'];\n",
    );
    expect(existsSync(join(dist, 'core/headers.js'))).toBe(false);
  });

  it('leaves apart what is loaded later', () => {
    const output = run(
      `const { later } = require('./webhook.js');
      const before = Object.keys(require.cache).some((path) => path.includes('diagnose'));
      console.log(JSON.stringify([before, later()]))`,
      dist,
    );
    expect(JSON.parse(output)).toEqual([false, 'y']);
  });
});

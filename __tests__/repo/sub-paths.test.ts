import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { providers } from 'hooklatch';
import { ROOT } from '../helpers/snippets';

const FOLDER = join(ROOT, 'src/providers');

/** Every module in the folder of the senders, as its path behind `hooklatch/providers/`. */
const modules = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/').replace(/(?:\/index)?\.ts$/, ''));

/** The modules that the package hands out, by the rules of Node. It looks at no file for that. */
function listOpen(): readonly string[] {
  const script = `
    const open = ${JSON.stringify(modules)}.filter((module) => {
      try {
        require.resolve('hooklatch/providers/' + module);
        return true;
      } catch (error) {
        return error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED';
      }
    });
    console.log(JSON.stringify(open));`;
  const out = execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
  return JSON.parse(out) as string[];
}

describe('hooklatch/inbox/bullmq', () => {
  it('is a sub-path of its own, with its types for old and new ways to find them', () => {
    const { exports, typesVersions, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as {
      readonly exports: Record<string, unknown>;
      readonly typesVersions: { readonly '*': Record<string, unknown> };
      readonly peerDependenciesMeta: Record<string, unknown>;
    };
    const types = './dist/inbox/bullmq/index.d.ts';
    expect(exports['./inbox/bullmq']).toEqual({ types, default: './dist/inbox/bullmq/index.js' });
    expect(typesVersions['*']['inbox/bullmq']).toEqual([types]);
    expect(peerDependenciesMeta.bullmq).toEqual({ optional: true });
  });
});

describe('hooklatch/providers/<name>', () => {
  it('is there for every sender, and for no other file of the folder', () => {
    expect([...listOpen()].sort()).toEqual(Object.keys(providers).sort());
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readPage, ROOT } from '../helpers/snippets';

const KNOWN = { GITHUB_REPOSITORY: 'owner/name' };

/** Evaluates an expression with what the scripts export. */
function evaluate(expression: string): unknown {
  const url = (name: string): string => pathToFileURL(join(ROOT, 'tools/scripts', name)).href;
  const script = `
    import { readFileSync } from 'node:fs';
    import { findFaults, writeFields } from '${url('package-fields.mjs')}';
    import { writeWholeLinks } from '${url('package-readme.mjs')}';
    import { PROJECT } from '${url('project.mjs')}';
    const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
    process.stdout.write(JSON.stringify(${expression}));`;
  const options = { cwd: ROOT, env: { ...process.env, ...KNOWN } };
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], options).toString(),
  );
}

function runScript(...words: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  const env = { ...process.env, GITHUB_REPOSITORY: '' };
  return spawnSync(process.execPath, ['tools/scripts/package-fields.mjs', ...words], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
}

describe('the fields that say where the project lives', () => {
  const names = ['homepage', 'bugs', 'repository'];

  it('are named where they are missing, but for funding, which a package may lack', () => {
    expect(evaluate('findFaults({}, {})')).toEqual(
      names.map((name) => `"${name}" is not known: fill in tools/scripts/project.mjs`),
    );
  });

  it('stop a publish while one is missing, and no ordinary check', () => {
    const { status, stdout } = runScript();
    expect(status).toBe(0);
    expect(runScript('--publish').status).toBe(stdout === '' ? 0 : 1);
    const { scripts } = JSON.parse(readPage('package.json')) as { scripts: Record<string, string> };
    expect(scripts.prepublishOnly).toBe('node tools/scripts/package-fields.mjs --publish');
    expect(scripts.check).toContain('check:fields');
  });

  it('follow from the one constant, and nothing else is changed', () => {
    const manifest = "{ name: 'n', license: 'MIT', files: [] }";
    const written = evaluate(`writeFields({ ...PROJECT, funding: undefined }, ${manifest})`);
    expect(Object.entries(written as object)).toEqual([
      ['name', 'n'],
      ['homepage', expect.stringContaining('https://')],
      ['bugs', { url: expect.stringMatching(/\/issues$/) }],
      ['repository', { type: 'git', url: expect.stringMatching(/^git\+https:.*\.git$/) }],
      ['license', 'MIT'],
      ['files', []],
    ]);
  });

  it('have to be in package.json when it is published', () => {
    expect(evaluate('findFaults(PROJECT, {})')).toHaveLength(names.length);
    expect(evaluate('findFaults(PROJECT, writeFields(PROJECT, manifest))')).toEqual([]);
  });
});

describe('the README of the package', () => {
  const text = evaluate(
    "writeWholeLinks(readFileSync('README.md', 'utf8'), 'https://github.com/owner/name', '1.2.3')",
  ) as string;

  it('has links and a picture that work without the repository', () => {
    const targets = [...text.matchAll(/(!?)\[[^\]]*\]\(([^)#\s]*)/g)].map(([, mark, target = '']) => [
      mark,
      target,
    ]);
    expect(targets.length).toBeGreaterThan(40);
    expect(targets.filter(([, target]) => !target!.startsWith('https://'))).toEqual([]);
    const own = targets.filter(([, target]) => target!.includes('owner/name'));
    for (const [mark, target] of own) {
      const host = mark === '!' ? 'raw.githubusercontent.com/owner/name' : 'github.com/owner/name/blob';
      const [start, path = ''] = target!.split('/v1.2.3/');
      expect(start).toBe(`https://${host}`);
      expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
    }
  });
});

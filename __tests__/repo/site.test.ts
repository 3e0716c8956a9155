import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { docsPages, readPage, ROOT } from '../helpers/snippets';

const TOP = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'];

/** Runs a function of a module of tools/, which is not CommonJS, on each page. */
function adaptAll(paths: readonly string[], repository = ''): readonly string[] {
  const url = (path: string): string => pathToFileURL(join(ROOT, path)).href;
  const script = `
    import { readFileSync } from 'node:fs';
    import { adaptLinks } from '${url('tools/site/pages.mjs')}';
    const adapted = ${JSON.stringify(paths)}.map((path) => adaptLinks(readFileSync(path, 'utf8'), path));
    process.stdout.write(JSON.stringify(adapted));`;
  const env = { ...process.env, GITHUB_REPOSITORY: repository };
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, env });
  return JSON.parse(output.toString()) as readonly string[];
}

describe('the site', () => {
  const paths = [...TOP, ...docsPages().filter((path) => path !== 'docs/providers.md')];

  it('has links from page to page, and none out of it where no repository is known', () => {
    const names = new Set(['/index.md', '/changelog.md', '/contributing.md', '/reporting.md', '/senders/']);
    for (const text of adaptAll(paths)) {
      const links = [...text.matchAll(/(?<!!)\[[^\]]*\]\((?!https?:|#)([^)#\s]*)/g)].map(
        ([, link = '']) => link,
      );
      const dead = links.filter(
        (link) =>
          !names.has(link) &&
          !/^\/senders\/[a-z0-9-]+\.md$/.test(link) &&
          !existsSync(join(ROOT, 'docs', link)),
      );
      expect(dead).toEqual([]);
    }
  });

  it('leads to the repository for what it does not have, where that is known', () => {
    const [readme = ''] = adaptAll(['README.md'], 'owner/name');
    expect(readme).toContain('](https://github.com/owner/name/blob/main/examples/receiver)');
  });

  it('stays out of the package', () => {
    const { files } = JSON.parse(readPage('package.json'));
    expect(files).toEqual(['dist', 'CHANGELOG.md']);
  });
});

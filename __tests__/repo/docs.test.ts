import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { webhookRouter, type Decision, type DecisionNote } from 'hooklatch';
import { send, signed, startGuard } from '../helpers/http';
import { github } from '../../src';
import { blocksOf, docsPages, makeFolder, readPage, rowsOf, ROOT } from '../helpers/snippets';
import { typeErrorsOf } from '../helpers/type-check';

const write = makeFolder();
const pages = docsPages();
const readme = readPage('README.md');
const TOP = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];

/** The anchors that a page offers, as GitHub makes them of its headings. */
function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs/', () => {
  it('has snippets that compile under strict', () => {
    const files = pages.flatMap((path) =>
      blocksOf(readPage(path), 'ts').map((text, index) =>
        write(`${path.replaceAll(/\W/g, '-')}-${index}.ts`, text),
      ),
    );
    expect(files.length).toBeGreaterThanOrEqual(10);
    expect(typeErrorsOf(files)).toEqual([]);
  });

  it('has JavaScript only where a package is missing, and that can be parsed', () => {
    const blocks = pages.flatMap((path) => blocksOf(readPage(path), 'js'));
    expect(blocks.map((text) => /from '(.*)'/.exec(text)?.[1])).toEqual(['pino', '@octokit/webhooks']);
    for (const text of blocks) {
      const compilerOptions = { module: ModuleKind.ES2022, target: ScriptTarget.ES2022 };
      expect(transpileModule(text, { compilerOptions, reportDiagnostics: true }).diagnostics).toEqual([]);
    }
  });

  it.each([...pages, ...TOP])('%s has links that lead somewhere', (path) => {
    const links = [...readPage(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    for (const [, target = '', anchor] of links) {
      const file = target === '' ? path : join(dirname(path), target);
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
      if (anchor !== undefined) expect(anchorsOf(readPage(file))).toContain(anchor);
    }
  });

  it.each([...pages, ...TOP])('%s names commands that package.json has', (path) => {
    const { scripts } = JSON.parse(readPage('package.json'));
    for (const [, name] of readPage(path).matchAll(/npm run (?:-s )?([\w:-]+)/g)) {
      expect(Object.keys(scripts)).toContain(name);
    }
  });

  it.each(pages)('%s is reached from the README', (path) => {
    expect(readme.includes(`](${path})`)).toBe(true);
  });
});

describe('.github/workflows', () => {
  it('run the tests on the oldest Node that package.json names, and on later ones', () => {
    const { engines } = JSON.parse(readPage('package.json'));
    const [, versions = ''] = /node: \[(.*)\]/.exec(readPage('.github/workflows/ci.yml')) ?? [];
    expect(versions).toBe('20, 22, 24, 26');
    expect(engines.node).toBe('>=20');
    expect(readPage('docs/comparison.md')).toContain(`Node ${versions}; Express 4 and 5`);
  });
});

describe('docs/decisions.md', () => {
  const page = readPage('docs/decisions.md');

  it('lists the fields of a decision in their order', async () => {
    const receiver = await startGuard({ provider: github });
    await send(receiver.port, { headers: signed(github, '{}'), body: '{}' });
    expect(rowsOf(page, 'field').map(([field]) => field)).toEqual(
      Object.keys(receiver.decisions[0]!).map((field) => `\`${field}\``),
    );
  });

  it('lists every outcome and every note', () => {
    // The compiler holds these to the types.
    const outcomes: Readonly<Record<Decision['outcome'], true>> = {
      accepted: true,
      duplicate: true,
      reported: true,
      refused: true,
      failed: true,
    };
    const notes: Readonly<Record<DecisionNote, true>> = {
      again: true,
      stored: true,
      handshake: true,
      unhandled: true,
      'old-secret': true,
      'secret-age': true,
      'rate-limited': true,
      'claim-lost': true,
      'complete-failed': true,
      'release-failed': true,
    };
    const quoted = (names: object): readonly string[] => Object.keys(names).map((name) => `\`${name}\``);
    expect(rowsOf(page, 'outcome').map(([outcome]) => outcome)).toEqual(quoted(outcomes));
    expect(rowsOf(page, 'note').map(([note]) => note)).toEqual(quoted(notes));
  });
});

describe('README.md', () => {
  it('lists every option of a router', () => {
    let known: readonly string[] = [];
    try {
      // @ts-expect-error -- an option that does not exist
      webhookRouter({ nonsense: true });
    } catch (error) {
      known = /the options are (.*)$/.exec((error as Error).message)![1]!.split(', ');
    }
    expect(known.length).toBeGreaterThan(20);
    const listed = rowsOf(readme, 'option').map(([option]) => option!.replaceAll('`', ''));
    expect([...listed].sort()).toEqual([...known].sort());
  });
});

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptTarget, transpileModule } from 'typescript';
import { fastcomments, github, telehealth, type Provider } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { main } from '../../src/cli/main';
import { recordedIo } from '../helpers/io';
import { freePort, runSnippet } from '../helpers/run-snippet';
import { eventually, send } from '../helpers/http';
import { startTs } from '../helpers/run-ts';
import { blocksOf, makeFolder, readPage, sectionOf } from '../helpers/snippets';
import { typeErrorsOf } from '../helpers/type-check';

// The path of the newcomer starts several processes, with a compiler in each.
jest.setTimeout(60_000);

const readme = readPage('README.md');
const snippets = blocksOf(readme, 'ts');
const [quickStart = '', router = '', guard = '', keepBytes = '', withoutExpress = ''] = snippets;
const write = makeFolder();
const SECRET = 'a secret for tests, long enough';

let logged: unknown[][];

beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((...words) => void logged.push(words));
  for (const name of ['GITHUB', 'FASTCOMMENTS', 'TELEHEALTH']) process.env[`${name}_SECRET`] = SECRET;
});

interface Trial {
  readonly snippet: string;
  readonly provider: Provider;
  readonly path: string;
  /** Event, what the handler prints of it, and the status of the answer. */
  readonly events: readonly (readonly [string, string, number])[];
  /** Only where it is not the method of the provider. */
  readonly methods?: Readonly<Record<string, 'POST'>>;
}

const TRIALS: Readonly<Record<string, Trial>> = {
  'quick start': {
    snippet: quickStart,
    provider: github,
    path: '/webhooks/github',
    events: [['push', 'pushed', 200]],
  },
  router: {
    snippet: router,
    provider: fastcomments,
    path: '/webhooks/fastcomments',
    events: [
      ['create', 'new', 200],
      ['update', 'changed', 200],
      ['delete', 'gone', 200],
    ],
    methods: { create: 'POST' },
  },
  guard: {
    snippet: guard,
    provider: telehealth,
    path: '/webhooks/telehealth',
    events: [['consultation.created', 'consultation.created', 204]],
  },
};

describe('README.md', () => {
  it('has its two commands, which package.json knows', () => {
    expect(blocksOf(readme, 'sh')).toEqual(
      expect.arrayContaining(['npm ci && npm start\n', 'npm ci && npm test\n']),
    );
    const { scripts } = JSON.parse(readPage('package.json'));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
  });

  it('stays within 300 lines, and its quick start within 10', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(300);
    expect(quickStart.trim().split('\n').length).toBeLessThanOrEqual(10);
  });

  it('has snippets that are JavaScript as well as TypeScript', async () => {
    const options = { compilerOptions: { allowJs: true, checkJs: false, target: ScriptTarget.ES2022 } };
    for (const text of snippets) {
      const { diagnostics } = transpileModule(text, {
        ...options,
        fileName: 'a.mjs',
        reportDiagnostics: true,
      });
      expect(diagnostics).toEqual([]);
    }
  });

  it('has a command that makes a secret of the length that it should have', async () => {
    const [, words = ''] = /export GITHUB_SECRET=\$\(npx hooklatch (.*)\)/.exec(readme) ?? [];
    const io = recordedIo();
    expect(await main(words.split(' '), io)).toBe(0);
    expect(io.out).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  it('has snippets that compile under strict', () => {
    expect(snippets).toHaveLength(5);
    expect(typeErrorsOf(snippets.map((text, index) => write(`snippet-${index}.ts`, text)))).toEqual([]);
  });

  it.each(Object.entries(TRIALS))(
    'has a %s that hands on what is signed, and nothing else',
    async (_, test) => {
      const { port } = await runSnippet(test.snippet);
      for (const [event, printed, status] of test.events) {
        const body = { id: event, event };
        const good = signedRequest(test.provider, {
          secret: SECRET,
          event,
          body,
          method: test.methods?.[event],
        });
        expect((await send(port!, { path: test.path, ...good })).status).toBe(status);
        expect(logged.splice(0)).toEqual([[printed, body]]);
        const bad = signedRequest(test.provider, { secret: SECRET, event, variant: 'tampered' });
        expect((await send(port!, { path: test.path, ...bad })).status).toBe(401);
      }
      expect(logged).toEqual([]);
    },
  );

  it('has a command after the quick start that sends a delivery to it', async () => {
    const { port } = await runSnippet(quickStart);
    const [command = ''] = blocksOf(readme, 'sh').filter((text) => text.startsWith('npx hooklatch send'));
    const words = command.replaceAll('3000', String(port)).trim().split(' ').slice(2);
    const env = { GITHUB_SECRET: SECRET };
    expect(await main(words, recordedIo({ env }))).toBe(0);
    expect(await main([...words, '--tamper'], recordedIo({ env }))).toBe(1);
    expect(logged).toHaveLength(1);
  });

  it('has a snippet that lets a parser keep the bytes', async () => {
    const receiver = guard.split('\n').filter((line) => !/^import express|^const app/.test(line));
    const { port } = await runSnippet(`${keepBytes}\n${receiver.join('\n')}`);
    const request = signedRequest(telehealth, { secret: SECRET, body: { event: 'x' } });
    expect((await send(port!, { path: '/webhooks/telehealth', ...request })).status).toBe(204);
  });

  it('has a snippet without Express, which verifies what it has signed', async () => {
    await runSnippet(withoutExpress);
    expect(logged).toEqual([['invoice.paid', { id: 'evt_1', type: 'invoice.paid' }]]);
  });
});

describe('README.md, "Why was it refused?"', () => {
  const steps = sectionOf(readme, 'Why was it refused?')
    .split(/\n(?=\d\. )/)
    .slice(1);
  const folder = mkdtempSync(join(tmpdir(), 'hooklatch-readme-'));
  let stop: (() => Promise<unknown>) | undefined;

  afterEach(() => stop?.());
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The environment and the words after `npx hooklatch`, as a shell reads those of a step. */
  function commandOf(step: number): { env: Record<string, string>; words: readonly string[] } {
    const text = steps[step - 1]!.replaceAll(/^ {3}/gm, '');
    const [block = ''] = blocksOf(text, 'sh');
    const [line = ''] = /^export .*$/m.exec(block) ?? [];
    const value = execFileSync('sh', ['-c', `${line}; printf %s "$STRIPE_SECRET"`]).toString();
    const [, words = ''] = /^npx hooklatch (.*)$/m.exec(block) ?? [];
    return { env: { STRIPE_SECRET: value }, words: words.split(' ') };
  }

  /** Starts the receiver of a step on a port that is free. */
  async function startListening(step: number, port: number) {
    const { env, words } = commandOf(step);
    const child = startTs('src/cli/bin.ts', [...words, '--port', String(port)], env);
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    const exited = once(child, 'exit');
    stop = () => {
      child.kill();
      return exited;
    };
    await eventually(() => output.includes('The page is '));
    return { page: /The page is (\S+)/.exec(output)![1]!, output: () => output };
  }

  async function run(step: number, port: number) {
    const { env, words } = commandOf(step);
    const io = recordedIo({ env });
    const here = words.map((word) =>
      word === 'delivery.json' ? join(folder, word) : word.replace('3000', String(port)),
    );
    return { code: await main(here, io), text: io.out.join('\n') };
  }

  it('leads from the install to the reason, and to 200', async () => {
    const port = await freePort();
    const wrong = await startListening(1, port);
    expect(await run(2, port)).toEqual({ code: 1, text: expect.stringContaining('401 Unauthorized') });
    const [, sentence = ''] = /`(.*)`/.exec(steps[2]!) ?? [];
    await eventually(() => wrong.output().includes(sentence));

    const exported = await (await fetch(`${wrong.page}api/deliveries/1/export`)).text();
    writeFileSync(join(folder, 'delivery.json'), exported);
    const diagnosed = await run(4, port);
    for (const [, word] of /The finding is `(.*)`, and `(.*)`\./.exec(steps[3]!)!.slice(1).entries()) {
      expect(diagnosed.text).toContain(word);
    }
    expect(diagnosed.code).toBe(1);
    await stop!();

    await startListening(5, port);
    expect(await run(2, port)).toEqual({ code: 0, text: expect.stringContaining('200 OK') });
  });
});

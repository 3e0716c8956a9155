import type { DuplicateStore } from 'hooklatch';
import { fastcomments, providers } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { main } from '../../src/cli/main';
import { send } from '../helpers/http';
import { recordedIo } from '../helpers/io';
import { keysFor } from '../helpers/keys';
import { startPostgres, type Postgres } from '../helpers/postgres';
import { freePort, runSnippet } from '../helpers/run-snippet';
import { blocksOf, docsPages, readPage, rowsOf, sectionOf } from '../helpers/snippets';
import { itKeepsTheContract } from '../helpers/store-contract';

// These need more than a command: behind-the-guard.test.ts and inbox-guide.test.ts run them.
const GUIDES = docsPages().filter(
  (path) => path.startsWith('docs/guides/') && !/(?:behind-the-guard|inbox)\.md$/.test(path),
);
const SECRET = 'a secret for tests, long enough';

let logged: unknown[][];
const { env } = process;
beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((...words) => void logged.push(words));
  process.env = { ...env, GITHUB_SECRET: SECRET, STRIPE_SECRET: SECRET, STRIPE_KEY: 'sk_test_none' };
});
afterEach(() => (process.env = env));

/** Each app of a guide, with the commands after it. */
const trials = GUIDES.flatMap((path) => {
  const parts = readPage(path)
    .split(/^(?=```ts$)/m)
    .slice(1);
  return parts.flatMap((part) => {
    const [app = ''] = blocksOf(part, 'ts');
    const commands = blocksOf(part, 'sh').flatMap((block) => block.match(/^npx hooklatch .*$/gm) ?? []);
    return app.includes('app.listen(3000)') ? [{ path, app, commands }] : [];
  });
});

describe('the guides in docs/guides/', () => {
  it('are there for the senders that the README names first, each with an app and a command', () => {
    const names = [...new Set(trials.map(({ path }) => path.replace(/.*\/(.*)\.md/, '$1')))];
    expect(names).toEqual([
      'clerk',
      'fastcomments',
      'github',
      'medplum',
      'shopify',
      'slack',
      'standard-webhooks',
      'stripe',
      'telehealth',
      'twilio',
    ]);
    expect(trials.filter(({ commands }) => commands.length === 0)).toEqual([]);
  });

  it.each(trials.map(({ path, ...test }, index) => [path, index, test] as const))(
    '%s has an app %i that handles what its commands send, and refuses what was changed',
    async (_path, _index, { app, commands }) => {
      const port = await freePort();
      const here = (text: string): string => text.replaceAll('localhost:3000', `127.0.0.1:${port}`);
      process.env.PUBLIC_URL = here('http://localhost:3000');
      for (const [, name = '', variable = ''] of commands
        .join('\n')
        .matchAll(/send (\S+).*--secret-env (\S+)/g)) {
        process.env[variable] = keysFor(providers[name]!).secret;
      }
      await runSnippet(app, port);
      for (const command of commands) {
        const words = here(command).split(' ').slice(2);
        logged = [];
        expect([command, await main(words, recordedIo({ env: process.env }))]).toEqual([command, 0]);
        expect(logged.some(([word]) => word !== 'audit')).toBe(true);
        logged = [];
        expect(await main([...words, '--tamper'], recordedIo({ env: process.env }))).toBe(1);
        expect(logged.filter(([word]) => word !== 'audit')).toEqual([]);
      }
    },
  );
});

describe('docs/guides/fastcomments.md', () => {
  it('has the methods of each event, the default first', () => {
    const methods = Object.entries(fastcomments.events!).map(([event, all]) => [
      `\`${event}\``,
      all.join(', '),
      all[0],
    ]);
    expect(rowsOf(readPage('docs/guides/fastcomments.md'), 'event')).toEqual(methods);

    const { create, update, delete: remove } = fastcomments.events!;
    expect(update).toEqual(create);
    const inWords = (all: readonly string[]): string => all.join(', ').replace(/, (\w+)$/, ' or $1');
    expect(readPage('README.md').replaceAll(/\s+/g, ' ')).toContain(
      `\`create\` and \`update\` come by ${inWords(create!)}, \`delete\` by ${inWords(remove!)}`,
    );
  });
});

describe('docs/guides/slack.md', () => {
  it('has a command of Slack that is answered', async () => {
    process.env.SLACK_SECRET = SECRET;
    const [app = ''] = blocksOf(readPage('docs/guides/slack.md'), 'ts');
    const { port } = await runSnippet(app);
    const request = signedRequest(providers.slack!, { secret: SECRET, body: 'command=%2Fhello' });
    expect(await send(port!, { path: '/slack/commands', ...request })).toMatchObject({
      status: 200,
      text: '{"text":"You said /hello."}',
    });
  });
});

describe('docs/migration.md, from code that one has', () => {
  const page = readPage('docs/migration.md');
  const paths = { github: '/webhooks/github', stripe: '/webhooks/stripe' };
  // As GitHub and Stripe write it, and as JSON.stringify() would not.
  const body =
    '{"id": "evt_1", "object": "event", "type": "invoice.paid", "data": {"object": {"id": "in_1", "n": 1.0}}}';

  async function statusesOf(app: string, name: 'github' | 'stripe'): Promise<readonly number[]> {
    const { port } = await runSnippet(app);
    const request = (variant?: 'tampered') =>
      signedRequest(providers[name]!, { secret: SECRET, event: 'push', body, variant });
    const answers = [request(), request('tampered')].map((sent) =>
      send(port!, { path: paths[name], ...sent }),
    );
    return (await Promise.all(answers)).map(({ status }) => status);
  }

  it.each([
    ['From a check by hand', 'github', [204, 401], [204, 401]],
    ['From `express.json()` and an HMAC', 'github', [401, 400], [204, 401]],
    ["From Stripe's `constructEvent()`", 'stripe', [200, 400], [200, 401]],
  ] as const)('%s: both do what the page says', async (heading, name, before, after) => {
    const [old = '', ours = ''] = blocksOf(sectionOf(page, heading), 'ts');
    expect(await statusesOf(old, name)).toEqual(before);
    const told = logged.splice(0);
    expect(await statusesOf(ours, name)).toEqual(after);
    // Where the old one let it in, both have handed on the same.
    expect(logged).toEqual(before[0] < 300 ? told : [[JSON.parse(body)]]);
    expect(logged).toHaveLength(1);
  });

  it("From octokit's middleware: ours gets id and payload", async () => {
    const [ours = ''] = blocksOf(sectionOf(page, "From octokit's middleware"), 'ts');
    expect(await statusesOf(ours, 'github')).toEqual([200, 401]);
    expect(logged).toEqual([[expect.any(String), JSON.parse(body)]]);
  });
});

describe('docs/guides/custom-stores.md', () => {
  interface Exports {
    readonly TABLE: string;
    readonly CLEAN_UP: string;
    readonly postgresStore: (query: unknown) => DuplicateStore;
  }
  let database: Postgres;
  let shown: Exports;

  beforeAll(async () => {
    const [store = ''] = blocksOf(readPage('docs/guides/custom-stores.md'), 'ts');
    shown = (await runSnippet(store)).exports as unknown as Exports;
    database = startPostgres();
    await database.query(shown.TABLE);
  });
  afterAll(() => database.close());
  beforeEach(() => database.query('TRUNCATE webhook_deliveries'));

  const move = (milliseconds: number) =>
    database.query(`UPDATE webhook_deliveries SET until = until - $1::int8 * interval '1 millisecond'`, [
      milliseconds,
    ]);

  itKeepsTheContract(() => ({
    store: shown.postgresStore(database.query),
    pass: move,
  }));

  it('has a command that forgets what is over, and nothing else', async () => {
    const store = shown.postgresStore(database.query);
    await store.claim('over', 'a', 10);
    await store.claim('held', 'b', 60_000);
    await move(1000);
    await database.query(shown.CLEAN_UP);
    expect((await database.query('SELECT owner FROM webhook_deliveries')).rows).toEqual([{ owner: 'b' }]);
  });
});

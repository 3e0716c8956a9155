import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineProvider, providers, tokenProvider } from 'hooklatch';
import { describeProvider, exportName, writeSnippet } from '../../src/cli/describe-provider';
import { main } from '../../src/cli/main';
import { GROUPS } from '../../src/core/groups';
import { markdownPage } from '../../src/cli/providers';
import { recordedIo } from '../helpers/io';
import { typeErrorsOf } from '../helpers/type-check';

const ROOT = resolve(__dirname, '../..');

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = recordedIo({ isTerminal: args.includes('stripe') });
  const code = await main(['providers', ...args], io);
  return { code, out: io.out.join('\n'), err: io.err.join('\n') };
}

describe('hooklatch providers', () => {
  it('lists all of them, a line each', async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    const lines = out.split('\n');
    for (const name of Object.keys(providers)) {
      expect(lines.filter((line) => line.startsWith(`${name} `))).toHaveLength(1);
    }
    expect(out).toContain(`${Object.keys(providers).length} providers`);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(240);
  });

  it('lists them by groups', async () => {
    const { out } = await run();
    const heads = out.split('\n').filter((line) => /^[a-z]+ \(\d+\)$/.test(line));
    expect(heads.map((line) => line.split(' ')[0])).toEqual([...GROUPS]);
    const counts = heads.map((line) => Number(/\d+/.exec(line)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Object.keys(providers).length);
  });

  it.each([
    [['payments'], 'stripe', 'github'],
    [['Payments', 'PAYP'], 'paypal', 'stripe'],
    [['x-hub-signature'], 'bitbucket', 'stripe'],
    [['webhook', 'v1a'], 'standard-webhooks-v1a', 'svix'],
    [['x-github-delivery'], 'github', 'gitlab'],
  ])('finds those that have all words: %j', async (words, found, other) => {
    const { code, out } = await run(...words);
    expect(code).toBe(0);
    const names = out.split('\n').map((line) => line.split(' ')[0]);
    expect(names).toContain(found);
    expect(names).not.toContain(other);
  });

  it('prints those that it finds as JSON too', async () => {
    const found = JSON.parse((await run('health', '--json')).out) as readonly { readonly group: string }[];
    expect(found.length).toBeGreaterThan(4);
    expect(found.every(({ group }) => group === 'health')).toBe(true);
  });

  it.each([40, 80, 132])('fits a terminal of %i columns', async (columns) => {
    const io = { ...recordedIo(), columns };
    await main(['providers', 'code'], io);
    const table = io.out.slice(0, -1);
    expect(Math.max(...table.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    expect(table.join('\n')).toContain('github');
  });

  it('shows one whole, with a snippet', async () => {
    const { code, out } = await run('stripe');
    expect(code).toBe(0);
    expect(out).toContain('Stripe-Signature: t=<time>,v1=<hex>,...');
    expect(out).toContain('timestamp + "." + body');
    expect(out).toContain('300 s each side; item "t", seconds');
    expect(out).toContain("import { stripe, webhookRouter } from 'hooklatch';");
  });

  it('prints JSON', async () => {
    expect(JSON.parse((await run('--json')).out)).toHaveLength(Object.keys(providers).length);
    expect(JSON.parse((await run('github', '--json')).out)).toMatchObject({
      name: 'github',
      notSigned: 'method, address, event (X-GitHub-Event), id (X-GitHub-Delivery), time',
      snippet: expect.stringContaining('GITHUB_SECRET'),
    });
  });

  it.each([
    [['nobody'], 'does not know "nobody"; the providers are'],
    [['github', 'stripe'], 'takes one name'],
    [['strpe'], 'stripe'],
    [['paymets'], 'payments'],
    [['--nonsense'], "Unknown option '--nonsense'"],
  ])('exits with 2 and says why: %j', async (args, message) => {
    const { code, err } = await run(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('has its page in docs/providers.md, fresh', async () => {
    const page = readFileSync(join(ROOT, 'docs/providers.md'), 'utf8');
    expect(page.trimEnd()).toBe(markdownPage().trimEnd());
    expect((await run('--markdown')).out).toBe(page.trimEnd());
  });
});

describe('snippetOf()', () => {
  it('makes snippets that compile under strict', () => {
    const folder = mkdtempSync(join(ROOT, 'node_modules', '.snippets-'));
    const files = Object.values(providers).map((provider) => {
      const file = join(folder, `${provider.name}.ts`);
      writeFileSync(file, writeSnippet(provider));
      return file;
    });
    const errors = typeErrorsOf(files);
    rmSync(folder, { recursive: true });
    expect(errors).toEqual([]);
  });

  it('asks for what the scheme needs', () => {
    expect(writeSnippet(providers.square!)).toContain("publicUrl: 'https://example.org'");
    expect(writeSnippet(providers.meta!)).toContain('verifyToken: process.env.META_VERIFY_TOKEN');
    expect(writeSnippet(providers.fastcomments!)).toContain("events: { 'create':");
    expect(exportName('standard-webhooks-v1a')).toBe('standardWebhooksV1a');
  });
});

describe('describeProvider()', () => {
  it('tells what is not signed, and how copies are known', () => {
    expect(describeProvider(providers['fastcomments-legacy']!)).toMatchObject({
      signed: 'nothing',
      notSigned: 'everything',
      duplicates: 'not known: deliveries can be alike',
      event:
        'told by method and path: create by PUT or POST, update by PUT or POST, delete by DELETE or POST or PUT',
    });
    expect(describeProvider(providers.telegram!).duplicates).toBe('the id, where there is one');
    expect(describeProvider(providers.dropbox!)).toMatchObject({
      event: 'not named',
      handshakes: 'answered: GET (unsigned)',
    });
    expect(describeProvider(providers.medplum!).refusal).toBe('403 for everything before authentication');
    expect(describeProvider(providers['hubspot-v3']!).notSigned).toBe('');
    expect(describeProvider(providers.discord!).secret).toBe("the sender's public key, PEM or hex");
    expect(describeProvider(providers['standard-webhooks']!).secret).toBe('base64 behind "whsec_"');
    expect(describeProvider(providers.twitch!).handshakes).toBe('answered: a challenge');
    expect(describeProvider(providers.line!).handshakes).toBe('answered: no events');
  });

  it('describes tokens with a prefix and schemes that are code', () => {
    const bearer = tokenProvider({ name: 'bearer', header: 'Authorization', prefix: 'Bearer ' });
    expect(describeProvider(bearer)).toMatchObject({
      docs: '-',
      signature: 'Authorization: Bearer <token>',
      secret: 'text',
    });
    const verify = () => undefined;
    const inBody = describeProvider(defineProvider({ name: 'in-body', headers: [], verify }));
    expect(inBody).toMatchObject({
      signature: 'in the body',
      algorithm: 'code of its own',
      signed: "see the sender's documentation",
      notSigned: 'what webhook.trusted says',
      readFirst: 'nothing',
    });
    const about = { signed: 'one', notSigned: 'two', readFirst: 'three' };
    const told = describeProvider(defineProvider({ name: 'told', headers: [], verify, about }));
    expect(told).toMatchObject(about);
    const inHeader = describeProvider(defineProvider({ name: 'in-header', headers: ['X-One'], verify }));
    expect(inHeader).toMatchObject({ signature: 'X-One', window: '300 s each side, where it signs a time' });
  });
});

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import request from 'supertest';
import { fastcomments, github, providers, sign, telehealth, type Decision, type Webhook } from 'hooklatch';
import { makeApp as makeAppUse } from '../../examples/app-use';
import { makeApp as makePino, makeLogger } from '../../examples/pino';
import { makeReceiver, SENDERS, type Secrets } from '../../examples/receiver/app';
import { openInspector } from '../../examples/receiver/inspector';
import { makeApp as makeRouteGuard } from '../../examples/route-guard';
import { makeApp as makeTenants } from '../../examples/tenants';
import { main } from '../../src/cli/main';
import { eventually } from '../helpers/http';
import { DRIVER, newFile, openInbox } from '../helpers/inbox';
import { recordedIo } from '../helpers/io';
import { startTs } from '../helpers/run-ts';

const SECRET = randomBytes(32).toString('hex');
const COMMENT = Buffer.from('{"id":"xkcd_1","comment":"Olá ☕"}');

function post(app: Express, method: 'post' | 'put' | 'delete', path: string, body: Buffer, headers: object) {
  const agent = request(app);
  const test = method === 'post' ? agent.post(path) : method === 'put' ? agent.put(path) : agent.delete(path);
  return test.set({ 'Content-Type': 'application/json', ...headers }).send(body.toString());
}

describe('examples/app-use.ts', () => {
  it('saves created and updated comments and removes deleted ones', async () => {
    process.env.FASTCOMMENTS_SECRET = SECRET;
    const calls: unknown[] = [];
    const app = makeAppUse(
      (comment) => calls.push(['save', comment]),
      (comment) => calls.push(['remove', comment]),
    );
    for (const [index, method] of (['post', 'put', 'delete'] as const).entries()) {
      const now = Date.now() + index * 1000; // else one would be a copy of the other
      const headers = sign(fastcomments, { secret: SECRET, now }, { body: COMMENT });
      expect((await post(app, method, '/webhooks/fastcomments', COMMENT, headers)).status).toBe(200);
    }
    const comment = JSON.parse(COMMENT.toString()) as unknown;
    expect(calls).toEqual([
      ['save', comment],
      ['save', comment],
      ['remove', comment],
    ]);
  });

  it('does not start without a secret', () => {
    delete process.env.FASTCOMMENTS_SECRET;
    expect(() => makeAppUse(jest.fn(), jest.fn())).toThrow(/option "secret".*environment variable/);
  });
});

describe('examples/route-guard.ts', () => {
  it('lets verified events through to the handler', async () => {
    process.env.TELEHEALTH_SECRET = SECRET;
    const calls: unknown[] = [];
    const app = makeRouteGuard((event, payload) => calls.push([event, payload]));
    const body = Buffer.from('{"event":"consultation.created"}');
    const headers = sign(telehealth, { secret: SECRET, event: 'consultation.created' }, { body });
    expect((await post(app, 'post', '/webhooks/telehealth', body, headers)).status).toBe(204);
    expect((await post(app, 'post', '/webhooks/telehealth', body, {})).status).toBe(401);
    expect(calls).toEqual([['consultation.created', { event: 'consultation.created' }]]);
  });
});

describe('examples/tenants.ts', () => {
  it('knows each tenant by its address, and verifies with its secrets alone', async () => {
    const [fresh, old] = [
      { id: 'fresh', value: `${SECRET}!` },
      { id: 'old', value: `${SECRET}?` },
    ];
    const secrets = new Map([
      ['one', [{ id: 'only', value: SECRET }]],
      ['two', [fresh, old]],
    ]);
    const handled: unknown[] = [];
    const app = makeTenants(
      async (tenant) => secrets.get(tenant) ?? [],
      (tenant, payload) => handled.push([tenant, payload]),
    );
    const deliver = async (tenant: string, secret: string): Promise<number> => {
      const headers = sign(github, { secret, event: 'push', id: 'd-1' }, { body: COMMENT });
      return (await post(app, 'post', `/webhooks/${tenant}/github`, COMMENT, headers)).status;
    };
    expect(await deliver('one', SECRET)).toBe(200);
    expect(await deliver('two', SECRET)).toBe(401);
    expect(await deliver('three', SECRET)).toBe(401);
    expect(await deliver('two', old.value)).toBe(200);
    expect(await deliver('two', fresh.value)).toBe(200); // a copy: the bytes are the same
    const payload = JSON.parse(COMMENT.toString()) as unknown;
    expect(handled).toEqual([
      ['one', payload],
      ['two', payload],
    ]);
  });
});

describe('examples/pino.ts', () => {
  it('logs each decision at its level, and nothing that is secret', async () => {
    process.env.FASTCOMMENTS_SECRET = SECRET;
    const lines: string[] = [];
    const logger = makeLogger({ write: (line) => lines.push(line) });
    logger.level = 'debug';
    const app = makePino(logger);
    const headers = sign(fastcomments, { secret: SECRET }, { body: COMMENT });
    const sent = { ...headers, token: SECRET };
    expect((await post(app, 'put', '/webhooks/fastcomments', COMMENT, sent)).status).toBe(200);
    expect((await post(app, 'put', '/webhooks/fastcomments', COMMENT, {})).status).toBe(401);
    await eventually(() => lines.length === 3);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 20, req: { method: 'PUT', headers: { token: '[hidden]' } } },
      { level: 30, decision: { outcome: 'accepted', status: 200 } },
      { level: 40, decision: { outcome: 'refused', code: 'ERR_WEBHOOK_HEADER' } },
    ]);
    for (const secret of [SECRET, headers['X-FastComments-Signature']!]) {
      expect(lines.join()).not.toContain(secret);
    }
  });

  it('logs what a handler threw', async () => {
    process.env.FASTCOMMENTS_SECRET = SECRET;
    const lines: string[] = [];
    const logger = makeLogger({ write: (line) => lines.push(line) });
    Object.assign(logger, { debug: () => raise(new Error('of the handler')) });
    const headers = sign(fastcomments, { secret: SECRET }, { body: COMMENT });
    const { status } = await post(makePino(logger), 'put', '/webhooks/fastcomments', COMMENT, headers);
    expect(status).toBe(500);
    await eventually(() => lines.length === 1);
    const log: unknown = JSON.parse(lines[0]!);
    expect(log).toMatchObject({
      level: 50,
      err: { message: 'of the handler' },
      decision: { outcome: 'failed' },
    });
  });
});

describe('examples/receiver/inspector.ts', () => {
  const { NODE_ENV } = process.env;
  afterEach(() => {
    process.env.NODE_ENV = NODE_ENV;
    delete process.env.INSPECTOR_PORT;
  });

  it('opens no page in production, unless its port is given', async () => {
    process.env.NODE_ENV = 'production';
    const secrets = Object.fromEntries(SENDERS.map((name) => [name, SECRET])) as Secrets;
    expect(await openInspector('http://localhost:3000', secrets)).toBeUndefined();
    process.env.INSPECTOR_PORT = '0';
    const page = await openInspector('http://localhost:3000', secrets);
    expect(await (await fetch(`${page!.url}api/endpoints`)).json()).toHaveLength(SENDERS.length);
    await page!.close();
  });
});

let onTestEnd = (): unknown => undefined;
afterEach(() => {
  onTestEnd();
});

describe('examples/receiver', () => {
  const secrets = Object.fromEntries(
    SENDERS.map((name) => [
      name,
      name === 'standard-webhooks' ? `whsec_${randomBytes(32).toString('base64')}` : SECRET,
    ]),
  ) as Secrets;

  it.each(SENDERS)('receives %s and refuses what is not signed', async (name) => {
    const webhooks: Webhook[] = [];
    const decisions: Decision[] = [];
    const { app } = makeReceiver({
      secrets,
      onWebhook: (webhook) => webhooks.push(webhook),
      onDecision: (decision) => decisions.push(decision),
    });
    const headers = sign(providers[name]!, { secret: secrets[name], event: 'x' }, { body: COMMENT });
    expect((await post(app, 'post', `/webhooks/${name}`, COMMENT, headers)).status).toBe(200);
    expect((await post(app, 'post', `/webhooks/${name}`, COMMENT, {})).status).toBe(
      name === 'medplum' ? 403 : 401,
    );
    expect(webhooks.map(({ rawBody }) => rawBody.equals(COMMENT))).toEqual([true]);
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'refused']);
  });

  it('stores before it answers where it has an inbox, and handles after that', async () => {
    const webhooks: Webhook[] = [];
    const decisions: Decision[] = [];
    const inbox = openInbox({ onAttempt: () => undefined });
    const { app, drain } = makeReceiver({
      secrets,
      inbox,
      onWebhook: (webhook) => webhooks.push(webhook),
      onDecision: (decision) => decisions.push(decision),
    });
    for (const name of SENDERS) {
      const headers = sign(providers[name]!, { secret: secrets[name], event: 'x' }, { body: COMMENT });
      expect((await post(app, 'post', `/webhooks/${name}`, COMMENT, headers)).status).toBe(200);
    }
    expect(decisions.map(({ notes }) => notes)).toEqual(SENDERS.map(() => ['stored']));
    await eventually(() => webhooks.length === SENDERS.length);
    expect(new Set(webhooks.map(({ provider }) => provider))).toEqual(new Set(SENDERS));
    await drain();
  });

  it('runs with INBOX_FILE as a program, shows attempts, and has a tab for the inbox', async () => {
    const file = newFile();
    const env = { PORT: '0', INBOX_FILE: file, SQLITE_DRIVER: DRIVER, GITHUB_SECRET: SECRET };
    const child = startTs('examples/receiver/main.ts', [], env);
    // Also where the test fails on the way: the live page has a port that others want.
    onTestEnd = () => child.kill('SIGKILL');
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    const printed = async (text: string | RegExp): Promise<void> => {
      while (output.search(text) === -1) await once(child.stdout, 'data');
    };
    await printed('--tamper');
    const url = `${/http:\/\/localhost:\d+/.exec(output)![0]}/webhooks/github`;
    const args = ['send', 'github', 'push', '--url', url, '--secret-env', 'GITHUB_SECRET'];
    expect(await main(args, recordedIo({ env }))).toBe(0);
    await printed(/inbox done {4}github {2}push {2}attempt 1 {2}waited \d+ ms/);
    const page = /why it was refused: (\S+)/.exec(output)![1]!;
    const readCounts = async (): Promise<{ done: number; waiting: number }> => {
      const answer = await fetch(`${page}api/inbox/list`);
      return ((await answer.json()) as { counts: { done: number; waiting: number } }).counts;
    };
    // The attempt is shown before its end is stored.
    await eventually(async () => (await readCounts()).done === 1);
    expect(await readCounts()).toMatchObject({ done: 1, waiting: 0 });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 60_000);

  it('starts as a program, makes up the secrets that are missing, and shows each decision', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');

    const child = startTs('examples/receiver/main.ts', [], { PORT: String(port), GITHUB_SECRET: SECRET });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    const printed = async (text: string | RegExp): Promise<void> => {
      while (output.search(text) === -1) await once(child.stdout, 'data');
    };
    await printed('--tamper');
    expect(output).toContain(`http://localhost:${port}/webhooks/<name>`);
    expect(output).not.toContain('export GITHUB_SECRET');
    const page = /why it was refused: (\S+)/.exec(output)![1]!;
    const test = (event: string) => ({
      method: 'POST',
      headers: { Origin: new URL(page).origin },
      body: JSON.stringify({ endpoint: 0, kind: 'good', event }),
    });
    for (const event of ['create', 'update', 'delete']) {
      expect(await (await fetch(`${page}api/trials`, test(event))).json()).toMatchObject({ status: 200 });
    }
    const env = { GITHUB_SECRET: SECRET, STRIPE_SECRET: /STRIPE_SECRET=(\S+)/.exec(output)![1]! };
    const send = (name: string, event: string, ...more: string[]): Promise<number> => {
      const url = `http://127.0.0.1:${port}/webhooks/${name}`;
      const variable = `${name.toUpperCase()}_SECRET`;
      return main(
        ['send', name, event, '--url', url, '--secret-env', variable, ...more],
        recordedIo({ env }),
      );
    };
    expect(await send('github', 'push')).toBe(0);
    expect(await send('stripe', 'invoice.paid', '--tamper')).toBe(1);
    await printed(/200 accepted {2}github {2}push/);
    await printed(/401 refused .*ERR_WEBHOOK_SIGNATURE/);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

function raise(error: Error): never {
  throw error;
}

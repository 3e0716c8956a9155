import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { providers, webhookRouter, type Webhook } from 'hooklatch';
import { main } from '../../src/cli/main';
import { listen } from '../support/app';
import { recordedIo } from '../support/io';
import { runTs } from '../support/run-ts';

const SECRET = 'a-secret-of-more-than-16-bytes';
const env = { SECRET, STANDARD: `whsec_${Buffer.alloc(32, 7).toString('base64')}` };

let receiver: Awaited<ReturnType<typeof listen>>;
let received: Webhook[];

beforeAll(async () => {
  const handle = (webhook: Webhook): void => void received.push(webhook);
  receiver = await listen((app) => {
    for (const [name, provider] of Object.entries(providers)) {
      const secret = name === 'standard-webhooks' ? env.STANDARD : SECRET;
      app.use(
        `/${name}`,
        webhookRouter({ provider, secret, events: { '*': handle }, onDecision: () => undefined }),
      );
    }
    app.use('/plain', express.raw({ type: () => true }), (req, res) => {
      res.json({ method: req.method, body: String(req.body) });
    });
  });
});
beforeEach(() => {
  received = [];
});
afterAll(() => receiver.close());

function send(...args: string[]): Promise<number> {
  return main(['send', ...args], recordedIo({ env }));
}

describe('hooklatch send', () => {
  it.each(Object.keys(providers))('is accepted by a receiver of %s', async (name) => {
    const variable = name === 'standard-webhooks' ? 'STANDARD' : 'SECRET';
    const io = recordedIo({ env });
    const args = ['send', name, 'something', '--url', `${receiver.url}/${name}`, '--secret-env', variable];
    expect(await main(args, io)).toBe(0);
    expect(io.out.join('\n')).toContain('200 OK - accepted');
    expect(received).toHaveLength(1);
    const named = providers[name]!.event !== undefined;
    expect(received[0]!.event).toBe(named ? 'something' : undefined);
  });

  it.each(['--tamper', '--stale', '--wrong-secret'])('is refused with %s', async (how) => {
    const io = recordedIo({ env, isTerminal: true });
    const url = `${receiver.url}/fastcomments`;
    expect(
      await main(['send', 'fastcomments', 'create', '--url', url, '--secret-env', 'SECRET', how], io),
    ).toBe(1);
    expect(io.out.join('\n')).toMatch(/401 Unauthorized - refused/);
    expect(received).toEqual([]);
  });

  it('is refused with the wrong secret where secrets are base64', async () => {
    expect(
      await send('standard-webhooks', '--url', `${receiver.url}/standard-webhooks`, '--wrong-secret'),
    ).toBe(1);
  });

  it("uses the provider's method for the event, or the one that is asked for", async () => {
    const io = recordedIo({ env });
    const args = ['--url', `${receiver.url}/plain`, '--secret-env', 'SECRET', '--json'];
    await main(['send', 'fastcomments', 'delete', ...args], io);
    await main(['send', 'fastcomments', 'create', ...args, '--method', 'POST'], io);
    const methods = io.out.map((line) => JSON.parse(JSON.parse(line).answer).method);
    expect(methods).toEqual(['DELETE', 'POST']);
  });

  it('sends the exact bytes of a file or of standard input', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'hooklatch-')), 'body.json');
    writeFileSync(file, '{"event": "x",\r\n "ü": 1.0}');
    const args = ['--url', `${receiver.url}/telehealth`, '--secret-env', 'SECRET', '--body'];
    expect(await send('telehealth', 'x', ...args, file)).toBe(0);
    expect(
      await main(['send', 'telehealth', ...args, '-'], recordedIo({ env, stdin: '{"event":"y"}' })),
    ).toBe(0);
    expect(received.map(({ rawBody }) => rawBody.toString())).toEqual([
      '{"event": "x",\r\n "ü": 1.0}',
      '{"event":"y"}',
    ]);
  });

  it.each([
    [[], 'needs one provider'],
    [['nobody'], 'the providers are fastcomments'],
    [['github', 'push', 'more'], 'at most one event'],
    [['github'], 'needs --url'],
    [['github', '--url', 'nowhere'], 'needs --url'],
    [['github', '--url', 'http://127.0.0.1/'], 'needs --secret-env'],
    [['github', '--url', 'http://127.0.0.1/', '--secret-env', 'UNSET'], 'UNSET is not set'],
    [['github', '--url', 'http://127.0.0.1/', '--secret-env', 'SECRET', '--stale'], 'signs no timestamp'],
    [
      ['github', '--url', 'http://127.0.0.1/', '--secret-env', 'SECRET', '--body', '/no/such'],
      'cannot read --body',
    ],
    [['github', '--secret', 'x'], "Unknown option '--secret'"],
  ])('exits with 2 and says why: %j', async (args, message) => {
    const io = recordedIo({ env });
    expect(await main(['send', ...args], io)).toBe(2);
    expect(io.err.join('\n')).toContain(message);
  });

  it('exits with 1 where nobody answers', async () => {
    const io = recordedIo({ env });
    expect(await main(['send', 'github', '--url', 'http://127.0.0.1:1/', '--secret-env', 'SECRET'], io)).toBe(
      1,
    );
    expect(io.err.join('\n')).toContain('no answer');
  });
});

describe('hooklatch', () => {
  it('prints its help, and that of a command', async () => {
    for (const args of [[], ['help'], ['--help'], ['-h'], ['send', '--help'], ['send', '-h']]) {
      const io = recordedIo();
      expect(await main(args, io)).toBe(0);
      expect(io.out.join('\n')).toContain('hooklatch send <provider>');
    }
  });

  it('exits with 2 for a command that it does not know', async () => {
    const io = recordedIo();
    expect(await main(['sned'], io)).toBe(2);
    expect(io.err.join('\n')).toContain('unknown command "sned"');
  });

  it('lets a fault of its own through', async () => {
    const io = { ...recordedIo({ env }), readStdin: () => Promise.reject(new Error('broken pipe')) };
    const args = ['send', 'github', '--url', 'http://127.0.0.1/', '--secret-env', 'SECRET', '--body', '-'];
    await expect(main(args, io)).rejects.toThrow('broken pipe');
  });

  it('runs as a program', async () => {
    const run = (...args: string[]) => runTs('src/cli/bin.ts', args);
    expect(await run('help')).toMatchObject({ code: 0, stdout: expect.stringContaining('hooklatch send') });
    expect(await run('nonsense')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('unknown command'),
    });
  });
});

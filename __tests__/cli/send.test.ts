import { mkdtempSync, writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import { defineProvider, providers, webhookRouter, type Provider, type Webhook } from 'hooklatch';
import { isAsymmetric, makeKeyPair } from '../../src/core/signature';
import { main } from '../../src/cli/main';
import { makeTestDelivery } from '../../src/core/test-delivery';
import { listen } from '../helpers/app';
import { recordedIo } from '../helpers/io';
import { runTs } from '../helpers/run-ts';

const SECRET = 'a-secret-of-more-than-16-bytes';

// The providers that are data; those that are code have tests of their own.
const DATA = Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom');

/** A secret of the form that a provider wants: what the sender has, and what the receiver has. */
function secretsOf({ algorithm, secret, signature }: Provider): { sends: string; receives: string } {
  if (isAsymmetric(algorithm)) {
    const { privateKey, publicKey } = makeKeyPair(algorithm);
    return {
      sends: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      receives: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    };
  }
  const text =
    secret.encoding === 'utf8'
      ? SECRET
      : (secret.prefix ?? '') + Buffer.alloc(32, 7).toString(secret.encoding);
  const whole = signature.scheme === 'Basic' ? `user:${text}` : text;
  return { sends: whole, receives: whole };
}

const env: Record<string, string> = { SECRET };

let receiver: Awaited<ReturnType<typeof listen>>;
let received: Webhook[];

beforeAll(async () => {
  const handle = (webhook: Webhook): void => void received.push(webhook);
  receiver = await listen((app) => {
    for (const provider of DATA) {
      const { sends, receives } = secretsOf(provider);
      env[provider.name] = sends;
      // The port is not known yet, so the guard is made when the first delivery comes.
      let router: RequestHandler | undefined;
      app.use(`/${provider.name}`, (req, res, next) => {
        router ??= webhookRouter({
          provider,
          secret: receives,
          publicUrl: receiver.url,
          events: { '*': handle },
          onDecision: () => undefined,
        });
        void router(req, res, next);
      });
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
  it.each(DATA.map((provider) => [provider.name, provider] as const))(
    'is accepted by a receiver of %s',
    async (name, provider) => {
      const io = recordedIo({ env });
      // Of a list of keys only one that the provider knows is an event.
      const event =
        [provider.event?.keys ?? []].flat().find((key) => typeof key === 'string') ?? 'something.done';
      const args = ['send', name, event, '--url', `${receiver.url}/${name}`, '--secret-env', name];
      expect([await main(args, io), io.err]).toEqual([0, []]);
      const { status } = provider.acknowledge ?? { status: 200 };
      expect(io.out.join('\n')).toContain(`${status} ${STATUS_CODES[status]} - acknowledged`);
      expect(received).toHaveLength(1);
      expect(received[0]!.event).toBe(provider.event === undefined ? undefined : event);
    },
  );

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

  it('takes the usual method where no event is given, and tampers with an empty body too', async () => {
    const io = recordedIo({ env, stdin: '' });
    const url = `${receiver.url}/plain`;
    await main(['send', 'fastcomments', '--url', url, '--secret-env', 'SECRET', '--json'], io);
    const more = ['--body', '-', '--tamper', '--json'];
    await main(['send', 'github', '--url', url, '--secret-env', 'SECRET', ...more], io);
    const sent = io.out.map((line) => JSON.parse(JSON.parse(line).answer));
    expect(sent.map(({ method }) => method)).toEqual(['PUT', 'POST']);
    expect(sent[1].body).toBe(' ');
  });

  it('writes the time into a sample body as the provider does', () => {
    const timestamp = { body: 'at', unit: 'rfc3339', toleranceSeconds: 300 } as const;
    const provider = defineProvider({ ...providers.linear!, name: 'dated', timestamp });
    const settings = { secret: SECRET, url: 'https://example.com/', now: 1_700_000_000_000 };
    const sample = JSON.parse(makeTestDelivery(provider, settings).body.toString());
    expect(sample.at).toBe('2023-11-14T22:13:20.000Z');
  });

  it("sends the sender's own sample of an event, and says of a generic one that it is generic", async () => {
    const io = recordedIo({ env });
    const args = ['--url', `${receiver.url}/plain`, '--secret-env', 'SECRET'];
    await main(['send', 'github', 'push', ...args, '--json'], io);
    await main(['send', 'github', 'star', ...args, '--json'], io);
    await main(['send', 'stripe', ...args, '--json'], io);
    const [push, star, stripe] = io.out.map((line) => JSON.parse(line));
    const bodyOf = ({ answer }: { answer: string }) => JSON.parse(JSON.parse(answer).body);
    expect([push.sample, star.sample, stripe.sample]).toEqual(['own', 'generic', 'own']);
    expect(bodyOf(push)).toMatchObject({ ref: 'refs/heads/main', repository: { full_name: 'ada/engine' } });
    expect(bodyOf(star)).toHaveProperty('sentAt');
    // Without an event it is the first that the sender has.
    expect(bodyOf(stripe)).toMatchObject({ type: 'invoice.paid', data: { object: { object: 'invoice' } } });
    const shown = recordedIo({ env });
    await main(['send', 'github', 'star', ...args], shown);
    await main(['send', 'acuity', ...args], shown);
    await main(['send', 'github', 'push', ...args], shown);
    expect(shown.out.filter((line) => line.includes('generic'))).toEqual([
      expect.stringContaining('the body is generic: hooklatch has no sample of star of github'),
      expect.stringContaining('hooklatch has no sample of acuity; give yours with --body'),
    ]);
  });

  it('lists its samples and sends nothing', async () => {
    const run = async (...args: string[]) => {
      const io = recordedIo();
      return {
        code: await main(['send', ...args, '--list'], io),
        out: io.out.join('\n'),
        err: io.err.join('\n'),
      };
    };
    const all = await run();
    expect(all.code).toBe(0);
    expect(all.out).toMatch(/^github +push, pull_request, issues, ping$/m);
    expect(all.out).toMatch(/^twilio +\(any event\)$/m);
    expect(JSON.parse((await run('--json')).out)).toMatchObject({
      telehealth: ['consultation.created', 'consultation.ended'],
    });
    expect((await run('telehealth', 'consultation.ended')).out).toMatch(
      /^telehealth consultation.ended\n\{\n {2}"event": "consultation.ended"/,
    );
    expect((await run('github')).out).toContain('github issues');
    expect(Object.keys(JSON.parse((await run('gitlab', '--json')).out))).toEqual(['push', 'merge_request']);
    expect(await run('acuity')).toMatchObject({
      code: 2,
      err: expect.stringContaining("has no sample of acuity's own"),
    });
    expect(await run('github', 'pish')).toMatchObject({
      code: 2,
      err: expect.stringContaining('"pish" of github; did you mean "push"?'),
    });
    expect((await run('github', 'push', 'more')).code).toBe(2);
    expect((await run('nobody')).code).toBe(2);
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
    [[], 'needs a provider'],
    [['nobody'], 'the providers are acuity, adyen, adyen-platform'],
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
    [['github', '--url', 'ftp://127.0.0.1/'], 'needs --url'],
    [
      ['github', '--url', 'http://127.0.0.1/', '--secret-env', 'SECRET', '--secret-env', 'SECRET'],
      'signs with one secret',
    ],
  ])('exits with 2 and says why: %j', async (args, message) => {
    const io = recordedIo({ env });
    expect(await main(['send', ...args], io)).toBe(2);
    expect(io.err.join('\n')).toContain(message);
  });

  it.each([
    [200, 'OK - acknowledged', 0],
    [204, 'No Content - acknowledged', 0],
    [302, 'Found - no answer that a sender follows', 1],
    [401, 'Unauthorized - refused', 1],
    [409, 'Conflict - being handled already', 1],
    [500, 'Internal Server Error - not refused: the receiver failed, or its handler did', 1],
    [599, ' - not refused', 1],
  ])('says of an answer of %i no more than it means: %s', async (status, words, code) => {
    const { url, close } = await listen((app) => app.use((_req, res) => void res.status(status).end()));
    const io = recordedIo({ env });
    expect(await main(['send', 'github', '--url', url, '--secret-env', 'SECRET'], io)).toBe(code);
    expect(io.out.at(-1)).toContain(`<- ${status} ${words}`);
    await close();
  });

  it('sends a body by GET, as some senders do', async () => {
    const io = recordedIo({ env });
    const args = ['--url', `${receiver.url}/plain`, '--secret-env', 'SECRET', '--json', '--method', 'GET'];
    expect(await main(['send', 'github', ...args], io)).toBe(0);
    expect(JSON.parse(JSON.parse(io.out[0]!).answer)).toMatchObject({ method: 'GET' });
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

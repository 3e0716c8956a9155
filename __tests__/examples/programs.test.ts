import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { github, sign, stripe, type Provider } from 'hooklatch';
import { describeWithRedis, startRedis } from '../helpers/redis';
import { startTs } from '../helpers/run-ts';

// Each is a process of its own, with a compiler in it.
jest.setTimeout(60_000);

const SECRET = 'a secret for tests, long enough';

/** A running example, and what it has printed. */
interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly port: string;
  readonly lines: () => readonly string[];
  /** Waits for a text to be printed so many times. */
  readonly printed: (pattern: RegExp, times?: number) => Promise<readonly string[]>;
}

const children: ChildProcessWithoutNullStreams[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

async function start(file: string, env: Readonly<Record<string, string>>, listeners = 1): Promise<Running> {
  const child = startTs(`examples/${file}`, [], { PORT: '0', ...env });
  children.push(child);
  let text = '';
  let ended = false;
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text += data.toString()));
  child.on('close', () => (ended = true));
  const lines = (): readonly string[] => text.split('\n').slice(0, -1);
  const printed = async (pattern: RegExp, times = 1): Promise<readonly string[]> => {
    for (;;) {
      const found = lines().filter((line) => pattern.test(line));
      if (found.length >= times) return found;
      if (ended) throw new Error(`${file} has ended: ${text}`);
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    }
  };
  const [line = ''] = await printed(/listening on port/, listeners);
  return { child, port: line.split(' ').at(-1)!, lines, printed };
}

function deliver(
  provider: Provider,
  { port }: Running,
  { body = '{}', event = 'push', id = 'd-1', secret = SECRET } = {},
): Promise<Response> {
  const headers = sign(provider, { secret, event, id }, { body: Buffer.from(body) });
  return fetch(`http://127.0.0.1:${port}/webhooks/${provider.name}`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json', Connection: 'close' },
    body,
  });
}

describe('examples/plain-typescript.ts', () => {
  it('handles what is signed, by its event, and refuses the rest', async () => {
    const running = await start('plain-typescript.ts', { GITHUB_SECRET: SECRET });
    const body = JSON.stringify({ ref: 'refs/heads/main', repository: { full_name: 'a/b' } });
    expect((await deliver(github, running, { body })).status).toBe(200);
    expect((await deliver(github, running, { event: 'star', id: 'd-2' })).status).toBe(200);
    expect((await deliver(github, running, { secret: `${SECRET}!` })).status).toBe(401);
    await running.printed(/^401 refused ERR_WEBHOOK_SIGNATURE/);
    expect(running.lines().slice(1)).toEqual([
      'push to refs/heads/main of a/b',
      '200 accepted ',
      'star: nothing to do',
      '200 accepted ',
      '401 refused ERR_WEBHOOK_SIGNATURE',
    ]);
  });
});

describe('examples/plain-javascript.js', () => {
  it('handles what is signed, and refuses the rest', async () => {
    const running = await start('plain-javascript.js', { STRIPE_SECRET: SECRET });
    const body = JSON.stringify({ type: 'invoice.paid', data: { object: { id: 'in_1' } } });
    expect((await deliver(stripe, running, { body })).status).toBe(200);
    expect((await deliver(stripe, running, { body, secret: `${SECRET}!` })).status).toBe(401);
    await running.printed(/^401 refused ERR_WEBHOOK_SIGNATURE/);
    expect(running.lines()).toContain('paid: in_1');
  });

  it('does not start without its secret, and says why', () => {
    const register = join(__dirname, '../helpers/register-ts.js');
    const env = { ...process.env, STRIPE_SECRET: '' };
    const { status, stderr } = spawnSync(process.execPath, ['-r', register, 'examples/plain-javascript.js'], {
      cwd: join(__dirname, '../..'),
      env,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining('option "secret"')]);
  });
});

describe('examples/graceful-shutdown.ts', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('lets what is being handled end at %s', async (signal) => {
    const running = await start('graceful-shutdown.ts', { GITHUB_SECRET: SECRET });
    const exit = once(running.child, 'exit');
    const answer = deliver(github, running);
    await running.printed(/^handling [\w-]{43}$/);
    running.child.kill(signal);
    await running.printed(/^shutting down/);
    await expect(deliver(github, running, { id: 'd-2' })).rejects.toThrow('fetch failed');
    expect((await answer).status).toBe(200);
    expect(await exit).toEqual([0, null]);
    expect(running.lines()).toContainEqual(expect.stringMatching(/^handled [\w-]{43}$/));
  });
});

describeWithRedis('examples/cluster.ts', () => {
  it('handles a delivery once, whichever process its copies reach', async () => {
    const redis = await startRedis();
    try {
      const env = { GITHUB_SECRET: SECRET, REDIS_URL: redis.socket };
      const running = await start('cluster.ts', env, 2);
      const copies = await Promise.all(Array.from({ length: 12 }, () => deliver(github, running)));
      for (const { status } of copies) expect([200, 409]).toContain(status);
      expect((await deliver(github, running)).status).toBe(200);
      const decisions = await running.printed(/^\d+ (accepted|duplicate)$/, 13);
      expect(decisions.filter((line) => line.endsWith('accepted'))).toHaveLength(1);
      expect(new Set(decisions.map((line) => line.split(' ')[0])).size).toBe(2);
      expect(running.lines().filter((line) => /^\d+ handled [\w-]{43}$/.test(line))).toHaveLength(1);
      running.child.kill('SIGTERM');
      await once(running.child, 'close');
    } finally {
      await redis.close();
    }
  });
});

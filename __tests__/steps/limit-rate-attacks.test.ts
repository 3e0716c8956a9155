import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { MemoryStore, type Store } from 'express-rate-limit';
import {
  checkHeaders,
  captureRawBody,
  defineProvider,
  github,
  limitRate,
  makeAwsSns,
  meta,
  providers,
  signBody,
  tokenProvider,
  verifySignature,
  webhookErrors,
  type LimitRateOptions,
  type Provider,
} from 'hooklatch';
import { getCompiled } from '../../src/core/compiled-provider';
import { RedisStore } from 'rate-limit-redis';
import { certify } from '../helpers/certificate';
import { NOW, pause, SECRET, send, signed, start, startGuard, type Sent } from '../helpers/http';
import { startRedis, type TestRedis } from '../helpers/rate-redis';

const BODY = '{"a":1}';
const token = tokenProvider({ name: 'guessable', header: 'X-Token' });
const right: Sent = { headers: { 'X-Token': SECRET }, body: BODY };
const wrong: Sent = { headers: { 'X-Token': 'a wrong one' }, body: BODY };
const forged: Sent = { headers: signed(github, BODY), body: '{"a":2}' };

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

let made = 0;

function genuine(provider: Provider = github): Sent {
  made += 1;
  const body = JSON.stringify({ made });
  return { headers: signed(provider, body), body };
}

async function statusesOf(port: number, all: readonly Sent[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const sent of all) statuses.push((await send(port, sent)).status);
  return statuses;
}

function countOf(statuses: readonly number[], status: number): number {
  return statuses.filter((other) => other === status).length;
}

/** Opens a connection for each token, sends all but the last byte of the body, then the last of all at once. */
async function guessAtOnce(port: number, tokens: readonly string[]): Promise<number[]> {
  const sockets: Socket[] = [];
  for (const text of tokens) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const head = ['POST / HTTP/1.1', 'Host: x', `X-Token: ${text}`, 'Content-Length: 2', 'Connection: close'];
    socket.write([...head, '', '{'].join('\r\n'));
    sockets.push(socket);
  }
  await pause(100);
  const answers = sockets.map(async (socket) => {
    socket.write('}');
    const [data] = (await once(socket, 'data')) as [Buffer];
    return Number(/^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1]);
  });
  return Promise.all(answers);
}

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const STORES: readonly (readonly [string, () => Store | undefined])[] = [
  ['its own memory', () => undefined],
  ['the memory of express-rate-limit', () => new MemoryStore()],
  [
    'Redis',
    () => {
      made += 1;
      return new RedisStore({ sendCommand: redis.sendCommand, prefix: `attack ${made}:` });
    },
  ],
];

describe.each(STORES)('limitRate() with %s', (_name, store) => {
  const guardWith = (provider: Provider, rateLimit: LimitRateOptions) =>
    startGuard({ provider, rateLimit: { store: store(), ...rateLimit }, duplicates: false, https: false });

  it('tries six of 300 guesses of a token that come at once, with a limit of 5', async () => {
    const { port, webhooks } = await guardWith(token, { limit: 5 });
    const statuses = await guessAtOnce(
      port,
      times(300, (index) => (index < 290 ? `wrong ${index}` : SECRET)),
    );
    expect([countOf(statuses, 401), countOf(statuses, 429)]).toEqual([6, 294]);
    expect(webhooks).toEqual([]);
    expect((await send(port, right)).status).toBe(429);
  });

  it.each([0, 5])('lets 50 genuine tokens pass that come at once, with a limit of %d', async (limit) => {
    const { port } = await guardWith(token, { limit });
    const statuses = await guessAtOnce(
      port,
      times(50, () => SECRET),
    );
    expect(countOf(statuses, 200)).toBe(50);
    expect(await statusesOf(port, [...times(limit + 1, () => wrong), wrong])).toEqual([
      ...times(limit + 1, () => 401),
      429,
    ]);
  });

  it('shuts out no genuine sender by failures that come from its own servers', async () => {
    const { port } = await guardWith(github, { limit: 5 });
    expect(
      countOf(
        await statusesOf(
          port,
          times(20, () => forged),
        ),
        429,
      ),
    ).toBe(14);
    const mixed = times(40, (index) => (index % 2 === 0 ? genuine() : forged));
    const answers = await Promise.all(mixed.map((sent) => send(port, sent)));
    expect(answers.map(({ status }) => status)).toEqual(times(40, (index) => (index % 2 === 0 ? 200 : 429)));
  });

  it('verifies no more failures of an address than limit and budget allow', async () => {
    const { port } = await guardWith(github, { limit: 1, budget: 2 });
    expect(
      await statusesOf(
        port,
        times(4, () => forged),
      ),
    ).toEqual([401, 401, 429, 429]);
    expect((await send(port, genuine())).status).toBe(429);
  });
});

// Schemes in code that compare a token, which stands in the body or in the address.
const TOKENS_ELSEWHERE = ['azure-event-grid', 'figma', 'mailchimp', 'microsoft-graph', 'strava'];

describe('limitRate() and what can be guessed', () => {
  it.each(Object.entries(providers))(
    'takes %s for guessable only where it sends a token',
    (name, provider) => {
      const isToken = provider.algorithm === 'token' || TOKENS_ELSEWHERE.includes(name);
      expect(getCompiled(provider).guessable).toBe(isToken);
    },
  );

  it('refuses tokens over the limit whatever the budget', async () => {
    const { port } = await startGuard({ provider: token, rateLimit: { limit: 0, budget: 1000 } });
    expect(await statusesOf(port, [wrong, right])).toEqual([401, 429]);
  });

  it('refuses the token and lets the signature pass, of a sender that may use either', async () => {
    const also = [{ provider: token, secret: SECRET }];
    const { port } = await startGuard({ provider: github, also, rateLimit: { limit: 0 } });
    expect(await statusesOf(port, [wrong, right, genuine(), forged])).toEqual([401, 429, 200, 429]);
  });

  it.each([
    [undefined, 429],
    [true, 429],
    [false, 200],
  ])(
    'takes the verify of a provider for guessable unless it says otherwise: %p',
    async (guessable, status) => {
      const provider = defineProvider({
        name: 'own',
        headers: ['X-Token'],
        guessable,
        duplicates: false,
        verify: ({ headers }, { key }) => (headers['x-token'] === key ? {} : undefined),
      });
      const { port } = await startGuard({ provider, rateLimit: { limit: 0 } });
      expect(await statusesOf(port, [right, wrong, right])).toEqual([200, 401, status]);
    },
  );

  it.each([
    ['checkHeaders()', [checkHeaders({ provider: token })]],
    ['verifySignature()', []],
  ])('refuses before it is compared in the steps alone, by %s', async (_step, before) => {
    const { port } = await start((app) => {
      app.use(limitRate({ limit: 0 }), ...before, captureRawBody());
      app.use(verifySignature({ provider: token, secret: SECRET }), (_req, res) => void res.json({}));
      app.use(webhookErrors({ onDecision: jest.fn() }));
    });
    expect(await statusesOf(port, [right, wrong, right])).toEqual([200, 401, 429]);
  });

  it('counts and refuses nothing in the mode "report"', async () => {
    const { port, decisions } = await startGuard({
      provider: token,
      mode: 'report',
      rateLimit: { limit: 0 },
    });
    expect(await statusesOf(port, [wrong, wrong, wrong, right])).toEqual([200, 200, 200, 200]);
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['reported', 'reported', 'reported', 'accepted']);
  });

  it('goes by both limits where a step stands in front of a guard that has one', async () => {
    const { port } = await startGuard({ provider: token, rateLimit: { limit: 1 } }, [
      limitRate({ limit: 3 }),
    ]);
    const sent = [...times(2, () => wrong), right];
    expect(await statusesOf(port, sent)).toEqual([401, 401, 429]);
  });
});

describe('limitRate() and what a stranger tries beside deliveries', () => {
  const ask = (text: string, challenge = 'abc'): Sent => ({
    method: 'GET',
    path: `/?hub.mode=subscribe&hub.challenge=${challenge}&hub.verify_token=${text}`,
  });
  const startMeta = (rateLimit: LimitRateOptions) =>
    startGuard({ provider: meta, verifyToken: 'right', duplicates: false, rateLimit });

  it('counts wrong tokens of handshakes, and refuses the right one after too many', async () => {
    const { port } = await startMeta({ limit: 2 });
    expect(await statusesOf(port, [ask('right'), ...times(4, () => ask('wrong')), ask('right')])).toEqual([
      ...[200, 403, 403, 403, 429, 429],
    ]);
  });

  it('lets deliveries of the sender pass all the same', async () => {
    const { port } = await startMeta({ limit: 0 });
    expect(await statusesOf(port, [ask('wrong'), ask('wrong'), genuine(meta)])).toEqual([403, 429, 200]);
  });

  it('tries six of 200 tokens of handshakes that come at once, with a limit of 5', async () => {
    const { port } = await startMeta({ limit: 5 });
    const answers = await Promise.all(
      times(200, (index) => send(port, ask(index < 190 ? 'wrong' : 'right'))),
    );
    const statuses = answers.map(({ status }) => status);
    expect([countOf(statuses, 200), countOf(statuses, 403), countOf(statuses, 429)]).toEqual([0, 6, 194]);
  });

  it('counts no handshake whose token is right', async () => {
    const { port } = await startMeta({ limit: 0 });
    const malformed = ask('right', '%0A');
    expect(await statusesOf(port, [malformed, malformed, ask('right')])).toEqual([403, 403, 200]);
  });

  it('counts wrong topics of Amazon SNS, by whose servers anybody can send, and lets the right one pass', async () => {
    const amazon = certify('rsa');
    const provider = makeAwsSns({ fetchCertificate: () => amazon.certificate });
    const arn = (topic: string): string => `arn:aws:sns:eu-west-1:123456789012:${topic}`;
    const { port } = await startGuard({ provider, secret: arn('mine'), rateLimit: { limit: 1 } });
    const from = (topic: string): Sent => {
      const message = Buffer.from(JSON.stringify({ TopicArn: arn(topic), Message: 'x' }));
      const body = signBody(provider, { secret: amazon.privatePem, now: NOW }, { body: message });
      return { headers: { 'X-Amz-Sns-Message-Type': 'Notification' }, body };
    };
    const sent = [from('theirs'), from('theirs'), from('theirs'), from('mine'), from('theirs')];
    expect(await statusesOf(port, sent)).toEqual([401, 401, 429, 200, 429]);
  });
});

import express, { type Express } from 'express';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import {
  fastcomments,
  fastcommentsLegacy,
  medplum,
  sign,
  telehealth,
  tokenProvider,
  verifySync,
  webhookGuard,
  type Decision,
  type Secret,
  type Webhook,
  type WebhookGuardOptions,
} from 'hooklatch';
import { decisionOf, NOW, SECRET, send, signed, start, startGuard, startRouter } from '../helpers/http';
import { blocksOf, readPage, rowsOf } from '../helpers/snippets';

const BODY = '{"id":"1"}';
const OTHER = { secret: 'another secret, which is also long enough' };
const STALE = { now: NOW - 301_000 };

type Headers = Readonly<Record<string, string>>;
type Options = Partial<WebhookGuardOptions> & Pick<WebhookGuardOptions, 'provider'>;

/** What the decision about one delivery says, in the cells of the tables of docs/migration.md. */
async function cellsOf(options: Options, headers: Headers): Promise<readonly string[]> {
  const receiver = await startGuard(options);
  await send(receiver.port, { headers, body: BODY });
  const { provider, outcome, code } = await decisionOf(receiver);
  return [provider, outcome, String(code)].map((cell) => `\`${cell}\``);
}

describe('docs/migration.md', () => {
  const page = readPage('docs/migration.md');

  it('says what the decisions show while the token is accepted beside the signature', async () => {
    const options = { provider: fastcomments, also: [{ provider: fastcommentsLegacy, secret: SECRET }] };
    const deliveries: readonly Headers[] = [
      { ...signed(fastcomments, BODY), token: SECRET },
      { token: SECRET },
      { ...signed(fastcomments, BODY, OTHER), token: SECRET },
      signed(fastcomments, BODY, STALE),
      {},
      { token: OTHER.secret },
    ];
    const shown = await Promise.all(deliveries.map((headers) => cellsOf(options, headers)));
    expect(rowsOf(page, '`provider`').map((row) => row.slice(0, 3))).toEqual(shown);
  });

  it('says what the decisions show in a rehearsal', async () => {
    const options = { provider: medplum, mode: 'report' as const };
    const deliveries = [
      signed(medplum, BODY),
      {},
      signed(medplum, BODY, OTHER),
      signed(medplum, BODY, STALE),
    ];
    const shown = await Promise.all(deliveries.map((headers) => cellsOf(options, headers)));
    expect(rowsOf(page, '`outcome`').map((row) => row.slice(0, 2))).toEqual(
      shown.map(([, ...cells]) => cells),
    );
  });

  it('says that a key beside a wrong signature does not help', async () => {
    const key = tokenProvider({ name: 'medplum-key', header: 'X-API-Key' });
    const options = { provider: medplum, also: [{ provider: key, secret: SECRET }] };
    const headers = { ...signed(medplum, BODY, OTHER), 'X-API-Key': SECRET };
    expect(await cellsOf(options, headers)).toEqual(['`medplum`', '`refused`', '`ERR_WEBHOOK_SIGNATURE`']);
    expect(await cellsOf(options, { 'X-API-Key': SECRET })).toEqual([
      '`medplum-key`',
      '`accepted`',
      '`null`',
    ]);
  });
});

describe('docs/rotation.md', () => {
  const DAY = 86_400_000;
  const old: Secret = { id: 'old', value: OTHER.secret, createdAt: new Date(NOW - 91 * DAY) };
  const fresh: Secret = { id: 'new', value: SECRET, createdAt: new Date(NOW - DAY) };

  async function decisionWith(secret: readonly Secret[], by: string): Promise<Decision> {
    const receiver = await startGuard({ provider: fastcomments, secret });
    await send(receiver.port, { headers: signed(fastcomments, BODY, { secret: by }), body: BODY });
    return decisionOf(receiver);
  }

  it('says that both are accepted, and which one matched', async () => {
    expect(await decisionWith([fresh, old], SECRET)).toMatchObject({ secretId: 'new', notes: [] });
    expect(await decisionWith([fresh, old], OTHER.secret)).toMatchObject({
      outcome: 'accepted',
      secretId: 'old',
      notes: ['old-secret'],
    });
  });

  it('says that the times take secrets in and out of use', async () => {
    const over = { ...old, notAfter: new Date(NOW - 1) };
    const later = { ...fresh, notBefore: new Date(NOW + 1) };
    for (const [secrets, by] of [
      [[fresh, over], OTHER.secret],
      [[later, old], SECRET],
    ] as const) {
      expect(await decisionWith(secrets, by)).toMatchObject({
        code: 'ERR_WEBHOOK_SIGNATURE',
        secretId: null,
      });
    }
  });

  it('says that the age of the newest is reported', async () => {
    expect((await decisionWith([old], OTHER.secret)).notes).toEqual(['secret-age']);
  });

  it('says that a rotation makes no handled delivery new', async () => {
    let secrets: readonly Secret[] = [old];
    const receiver = await startGuard({ provider: telehealth, secret: () => ({ secrets, scope: false }) });
    const headers = { ...signed(telehealth, BODY, OTHER) };
    await send(receiver.port, { headers, body: BODY });
    secrets = [fresh, old];
    await send(receiver.port, { headers: signed(telehealth, BODY), body: BODY });
    expect(receiver.decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'duplicate']);
  });
});

describe('docs/deployment.md', () => {
  type Set = (app: Express) => void;
  const forwarded = { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'https' };

  async function decisionBehind(set: Set, options: Partial<Options>, headers: Headers): Promise<Decision> {
    const decisions: Decision[] = [];
    const { port } = await start((app) => {
      set(app);
      const guard = webhookGuard({
        provider: medplum,
        secret: SECRET,
        clock: () => NOW,
        onDecision: (decision) => decisions.push(decision),
        ...options,
      });
      app.use(guard, (_req, res) => void res.sendStatus(204));
    });
    await send(port, { headers: { ...signed(medplum, BODY), ...headers }, body: BODY });
    return decisionOf({ decisions });
  }

  it.each(['loopback', 1, ['127.0.0.0/8', '::1']])(
    'says that trust proxy %p is right for one',
    async (value) => {
      const set: Set = (app) => app.set('trust proxy', value);
      const options = { allowIps: ['203.0.113.0/24'], rateLimit: {} };
      expect(await decisionBehind(set, options, forwarded)).toMatchObject({
        status: 204,
        address: '203.0.113.9',
      });
    },
  );

  it.each([true, 11, () => true])(
    'says that trust proxy %p is refused where addresses matter',
    async (value) => {
      const set: Set = (app) => app.set('trust proxy', value);
      for (const options of [{ allowIps: ['203.0.113.0/24'] }, { rateLimit: {} }]) {
        const { status, code } = await decisionBehind(set, options, forwarded);
        expect([status, code]).toEqual([500, 'ERR_WEBHOOK_SETUP']);
      }
    },
  );

  it('says what is seen where the proxy is forgotten', async () => {
    const none: Set = () => undefined;
    const behind: Set = (app) => app.set('trust proxy', 1);
    expect(await decisionBehind(none, {}, forwarded)).toMatchObject({
      status: 503,
      code: 'ERR_WEBHOOK_SETUP',
    });
    expect(await decisionBehind(behind, {}, { 'X-Forwarded-For': '203.0.113.9' })).toMatchObject({
      status: 403,
      code: 'ERR_WEBHOOK_HTTPS',
    });
    const options = { https: false, allowIps: ['203.0.113.0/24'] } as const;
    expect(await decisionBehind(none, options, forwarded)).toMatchObject({
      status: 403,
      code: 'ERR_WEBHOOK_ADDRESS',
      address: expect.stringContaining('127.0.0.1'),
    });
  });

  it('says which bodies are taken, and that a parsed one is not made into text again', async () => {
    const parsed: Set = (app) => app.use(express.json());
    expect(await decisionBehind(parsed, {}, { 'Content-Type': 'application/json' })).toMatchObject({
      status: 500,
      code: 'ERR_WEBHOOK_SETUP',
    });
    const kept: Set = (app) =>
      app.use(
        express.json({
          verify: (req, _res, bytes) => {
            Object.assign(req, { rawBody: bytes });
          },
        }),
      );
    const raw: Set = (app) => app.use(express.raw({ type: () => true }));
    for (const set of [kept, raw]) {
      const headers = { 'Content-Type': 'application/json' };
      expect(await decisionBehind(set, {}, headers)).toMatchObject({ status: 204 });
    }
  });
});

describe('docs/security.md', () => {
  it('says that the same bytes in the same second are one delivery, by whatever method', async () => {
    const handled: unknown[] = [];
    const receiver = await startRouter({
      provider: fastcomments,
      events: {
        create: { method: 'POST', handle: () => handled.push('create') },
        delete: { method: 'DELETE', handle: () => handled.push('delete') },
      },
    });
    for (const method of ['POST', 'DELETE']) {
      await send(receiver.port, { method, path: '/hooks', headers: signed(fastcomments, BODY), body: BODY });
    }
    expect(handled).toEqual(['create']);
    expect(receiver.decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'duplicate']);
  });

  it('shows a transaction that does the work of a delivery once', async () => {
    const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
    const [block = ''] = blocksOf(readPage('docs/security.md'), 'ts');
    const shown = {} as {
      once: (connection: unknown, webhook: unknown, work: () => unknown) => Promise<void>;
    };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page is ours
    new Function('exports', 'require', transpileModule(block, { compilerOptions }).outputText)(
      shown,
      require,
    );

    const committed = new Set<string>();
    let pending: string | undefined;
    const connection = {
      query: async (text: string, values?: readonly string[]) => {
        if (text === 'COMMIT' && pending !== undefined) committed.add(pending);
        if (!text.startsWith('INSERT')) pending = undefined;
        const row = values?.join(' ') ?? '';
        if (!text.startsWith('INSERT') || committed.has(row)) return { rowCount: 0 };
        pending = row;
        return { rowCount: 1 };
      },
    };
    const done: string[] = [];
    const deliver = async (n: number, id: string, work: () => unknown): Promise<void> => {
      const body = Buffer.from(`{"event":"e","n":${n}}`);
      const headers = sign(telehealth, { secret: SECRET, id }, { body });
      const delivery = { method: 'POST', url: '/', headers, body };
      await shown.once(connection, verifySync(delivery, { provider: telehealth, secret: SECRET }), work);
    };
    await expect(deliver(1, 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await deliver(1, 'a', () => done.push('1'));
    await deliver(1, 'a', () => done.push('1 again'));
    // An attacker names the next genuine delivery in an old one: neither is the old one new, nor the next one left out.
    await deliver(1, 'b', () => done.push('1 by another id'));
    await deliver(2, 'b', () => done.push('2'));
    expect(done).toEqual(['1', '2']);

    const recurring = { key: undefined } as Webhook;
    await shown.once(connection, recurring, () => done.push('recurring'));
    await shown.once(connection, recurring, () => done.push('recurring'));
    expect(done.slice(2)).toEqual(['recurring', 'recurring']);
  });
});

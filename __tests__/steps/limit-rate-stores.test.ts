import { MemoryStore, type Store } from 'express-rate-limit';
import { fastcomments, limitRate, tokenProvider, type LimitRateOptions } from 'hooklatch';
import { freshCopy, NOW, SECRET, send, signed, start, startGuard, warnings } from '../helpers/http';

const BODY = '{}';
const GENUINE = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };
const FORGED = { ...GENUINE, body: '{"a":1}' };

const never = (): Promise<never> => new Promise(() => undefined);

/** A guard of a copy that has not warned yet. */
async function guardWith(rateLimit: LimitRateOptions) {
  const fresh = freshCopy();
  const decisions: { code: string | null }[] = [];
  const { port } = await start((app) => {
    const options = {
      provider: fresh.fastcomments,
      secret: SECRET,
      clock: () => NOW,
      duplicates: false,
    } as const;
    app.use(
      fresh.webhookGuard({ ...options, rateLimit, onDecision: (decision) => decisions.push(decision) }),
    );
    app.use((_req, res) => void res.json({}));
  });
  return { port, decisions };
}

/** A store that answers as it should, but for what is given. */
function store(wrong: Partial<Store>): Store {
  const good = new MemoryStore();
  return {
    init: (options) => good.init(options),
    get: (key) => good.get(key),
    increment: (key) => good.increment(key),
    decrement: (key) => good.decrement(key),
    resetKey: (key) => good.resetKey(key),
    ...wrong,
  };
}

const FAILING: [string, () => Promise<never>][] = [
  ['throws', () => raise(new Error('down'))],
  ['throws undefined', () => raise(undefined)],
  ['rejects', () => Promise.reject(new Error('down'))],
  ['hangs', never],
];

const REASONS: Readonly<Record<string, string>> = {
  throws: 'down',
  'throws undefined': 'undefined',
  rejects: 'down',
  hangs: 'it did not answer in time',
};

describe('the store of limitRate()', () => {
  it.each(FAILING)('that %s when it is looked at is answered 503 within a second', async (how, get) => {
    const { port, decisions } = await guardWith({ store: store({ get }) });
    const before = performance.now();
    const answers = await Promise.all([send(port, GENUINE), send(port, FORGED)]);
    expect(performance.now() - before).toBeLessThan(how === 'hangs' ? 1000 : 500);
    expect(answers.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
      [503, '5'],
      [503, '5'],
    ]);
    expect(decisions).toMatchObject([
      { code: 'ERR_WEBHOOK_STORE', outcome: 'failed' },
      { code: 'ERR_WEBHOOK_STORE', outcome: 'failed' },
    ]);
    expect(warnings).toEqual([`the store of the option "rateLimit" failed: ${REASONS[how]!}`]);
  });

  it.each(FAILING)('that %s when it is looked at is passed over with passOnStoreError', async (_how, get) => {
    const { port } = await guardWith({ store: store({ get }), passOnStoreError: true });
    expect((await send(port, GENUINE)).status).toBe(200);
    expect((await send(port, FORGED)).status).toBe(401);
    expect(warnings).toHaveLength(1);
  });

  it.each(FAILING)('that %s when it shall count lets no forgery in', async (how, increment) => {
    const { port } = await guardWith({ store: store({ increment }) });
    const before = performance.now();
    expect((await send(port, FORGED)).status).toBe(401);
    expect(performance.now() - before).toBeLessThan(how === 'hangs' ? 1000 : 500);
    expect((await send(port, GENUINE)).status).toBe(200);
    expect(warnings).toEqual([`the store of the option "rateLimit" failed: ${REASONS[how]!}`]);
  });

  it.each(FAILING)('that %s is answered 503 where every delivery counts', async (_how, increment) => {
    const { port } = await guardWith({ store: store({ increment }), skipSuccessfulRequests: false });
    expect((await send(port, GENUINE)).status).toBe(503);
  });

  it.each(FAILING)('that %s right before a token is compared lets no guess be tried', async (how, fail) => {
    for (const [passOnStoreError, status] of [
      [false, 503],
      [true, 200],
    ] as const) {
      let asked = 0;
      const get = (): Promise<never> | undefined => ((asked += 1) % 2 === 0 ? fail() : undefined);
      const token = tokenProvider({ name: 'guessable', header: 'X-Token', methods: ['PUT'] });
      const { port } = await startGuard({
        provider: token,
        rateLimit: { store: store({ get }), passOnStoreError },
      });
      const sent = { method: 'PUT', headers: { 'X-Token': SECRET }, body: BODY };
      expect([how, (await send(port, sent)).status]).toEqual([how, status]);
    }
  });

  it.each([
    [undefined, 1],
    [true, 1],
    [false, 0],
    [{ unsharedStore: false }, 0],
  ])('is checked by express-rate-limit unless "validate" is %p', (validate, complaints) => {
    const logger = { error: jest.fn(), warn: jest.fn() };
    const shared = new MemoryStore();
    for (const made of [1, 2]) expect([made, limitRate({ store: shared, validate, logger })]).toHaveLength(2);
    expect(logger.error).toHaveBeenCalledTimes(complaints);
    shared.shutdown();
  });

  it('may be a MemoryStore of express-rate-limit', async () => {
    const { port } = await guardWith({ store: new MemoryStore(), limit: 1 });
    const statuses = [];
    for (const sent of [FORGED, FORGED, FORGED]) statuses.push((await send(port, sent)).status);
    expect(statuses).toEqual([401, 401, 429]);
  });

  it.each<[string, LimitRateOptions]>([
    ['keyGenerator', { keyGenerator: () => raise(new Error('no tenant')) }],
    ['keyGenerator', { keyGenerator: () => Promise.reject(new Error('no tenant')) }],
    ['skip', { skip: () => raise(new Error('no tenant')) }],
    ['skip', { skip: () => raise('no tenant') }],
    ['limit', { limit: () => raise(new Error('no tenant')), store: store({ get: async () => hits(1) }) }],
    ['limit', { limit: () => NaN, store: store({ get: async () => hits(1) }) }],
    ['limit', { limit: async () => undefined as never, store: store({ get: async () => hits(1) }) }],
    ['limit', { limit: () => -1, skipSuccessfulRequests: false }],
  ])('does not make up for the function %s, whose failure is answered 500', async (name, options) => {
    const { port, decisions } = await guardWith({ ...options, passOnStoreError: true });
    expect((await send(port, GENUINE)).status).toBe(500);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_SETUP' }]);
    expect(warnings).toEqual([
      expect.stringMatching(
        `^the option "rateLimit" failed: "${name}" failed: ('?no tenant'?|it gave .*, which is no number from 0)$`,
      ),
    ]);
  });
});

function hits(totalHits: number) {
  return { totalHits, resetTime: new Date(NOW) };
}

function raise(thrown: unknown): never {
  throw thrown;
}

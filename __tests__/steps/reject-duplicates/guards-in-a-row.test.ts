import type { Express } from 'express';
import { github, memoryStore, webhookGuard, webhookRouter } from 'hooklatch';
import type { DuplicatesOptions, WebhookGuardOptions } from 'hooklatch';
import { makeGate, storeWith } from '../../helpers/handling';
import { eventually, NOW, SECRET, send, signed, start } from '../../helpers/http';

const sent = {
  path: '/hooks/a',
  headers: signed(github, '{}', { event: 'push', id: 'delivery' }),
  body: '{}',
};

type Handle = () => unknown;
interface Options extends WebhookGuardOptions {
  readonly duplicates: DuplicatesOptions;
}
type Mount = (app: Express, options: Options, handle: Handle) => void;

const ROWS: [string, Mount][] = [
  [
    'a guard for all and one on the route',
    (app, options, handle) => {
      app.use('/hooks', webhookGuard(options));
      app.post('/hooks/a', webhookGuard(options), (_req, res) => {
        handle();
        res.end();
      });
    },
  ],
  [
    'one guard twice',
    (app, options, handle) => {
      const guard = webhookGuard(options);
      app.use('/hooks', guard);
      app.post('/hooks/a', guard, (_req, res) => {
        handle();
        res.end();
      });
    },
  ],
  [
    'a guard for all and a router',
    (app, options, handle) => {
      app.use('/hooks', webhookGuard(options));
      app.use('/hooks/a', webhookRouter({ ...options, events: { '*': handle } }));
    },
  ],
  [
    'a guard with a key of its own and one without',
    (app, options, handle) => {
      app.use('/hooks', webhookGuard(options));
      const duplicates = { ...options.duplicates, key: () => 'own' };
      app.use('/hooks/a', webhookRouter({ ...options, duplicates, events: { '*': handle } }));
    },
  ],
];

describe.each(ROWS)('a request that passes %s, with one store', (_what, mount) => {
  async function startWith(handle: Handle) {
    const watched = storeWith({}, memoryStore());
    const { port } = await start((app) => {
      const options = { provider: github, secret: SECRET, clock: () => NOW };
      mount(app, { ...options, duplicates: { store: watched.store } }, handle);
    });
    return { port, ...watched };
  }

  it('does not compete with itself, and is handled once', async () => {
    const handle = jest.fn();
    const { port, count } = await startWith(handle);
    expect((await send(port, sent)).status).toBe(200);
    await eventually(() => count('complete') > 0);
    expect([(await send(port, sent)).status, handle.mock.calls.length]).toEqual([200, 1]);
    expect(count('release')).toBe(0);
  });

  it('is given back where it fails, and its retry is handled', async () => {
    let attempts = 0;
    const handle: Handle = () => {
      attempts += 1;
      if (attempts === 1) throw new Error('no');
    };
    const { port, count } = await startWith(handle);
    expect((await send(port, sent)).status).toBe(500);
    await eventually(() => count('release') > 0);
    expect([(await send(port, sent)).status, attempts]).toEqual([200, 2]);
  });
});

describe('a request that passes a guard and a router', () => {
  const stores = [
    ['one store', storeWith().store],
    ['a store each', undefined],
  ] as const;

  it.each(stores)(
    'is given back in all where the handler fails behind its answer (%s)',
    async (_what, store) => {
      let attempts = 0;
      const gate = makeGate();
      const decided: (string | null)[] = [];
      const { port } = await start((app) => {
        const options = { provider: github, secret: SECRET, clock: () => NOW };
        const duplicates = (): { store: ReturnType<typeof memoryStore> } => ({
          store: store ?? memoryStore(),
        });
        const onDecision = ({ code }: { readonly code: string | null }): void => void decided.push(code);
        app.use('/hooks', webhookGuard({ ...options, duplicates: duplicates(), onDecision }));
        const push = async (
          _webhook: unknown,
          _req: unknown,
          res: { sendStatus(status: number): unknown },
        ) => {
          attempts += 1;
          res.sendStatus(202);
          await gate.opened;
          if (attempts === 1) throw new Error('no');
        };
        const router = { ...options, duplicates: duplicates(), onDecision, events: { push } };
        app.use('/hooks/a', webhookRouter(router));
      });
      expect((await send(port, sent)).status).toBe(202);
      // Another request is another matter, whatever it passes.
      expect((await send(port, sent)).status).toBe(409);
      gate.open();
      await eventually(() => decided.filter((code) => code !== 'ERR_WEBHOOK_IN_PROGRESS').length === 2);
      expect((await send(port, sent)).status).toBe(202);
      expect(attempts).toBe(2);
    },
  );
});

import express from 'express';
import {
  github,
  storeDelivery,
  verifySignature,
  webhookGuard,
  webhookErrors,
  type Decision,
  type InboxDelivery,
} from 'hooklatch';
import { eventually, NOW, SECRET, send, signed, start, warnings } from '../helpers/http';
import { openInbox } from '../helpers/inbox';
import { typeErrorOf } from '../helpers/type-error';

const BODY = '{"a":1}';
const GUARD = { provider: github, secret: SECRET, clock: () => NOW, duplicates: false } as const;
const headers = { ...signed(github, BODY), 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': 'd-1' };

describe('storeDelivery()', () => {
  it('stores behind a guard and answers; inbox.work() handles it', async () => {
    const inbox = openInbox();
    const seen: unknown[] = [];
    inbox.work('gh', (webhook, { path, headers: kept }: InboxDelivery) =>
      seen.push([webhook.event, path, kept]),
    );
    const decisions: Decision[] = [];
    const { port } = await start((app) => {
      const guard = webhookGuard({ ...GUARD, onDecision: (decision) => decisions.push(decision) });
      const names = ['X-GitHub-Event', 'X-Hub-Signature-256'].slice(0, 1);
      app.post('/gh', guard, storeDelivery({ inbox, route: 'gh', storeHeaders: names, acknowledge: 202 }));
    });
    expect((await send(port, { path: '/gh?x=1', headers, body: BODY })).status).toBe(202);
    await eventually(() => seen.length === 1 && decisions.length === 1);
    expect(seen).toEqual([['push', '/gh', { 'x-github-event': 'push' }]]);
    expect(decisions[0]).toMatchObject({ outcome: 'accepted', notes: ['stored'] });
    expect((await send(port, { path: '/gh', headers, body: BODY })).status).toBe(202);
    await eventually(() => decisions.length === 2);
    expect(decisions[1]).toMatchObject({ outcome: 'duplicate', notes: [] });
  });

  it('works with the steps alone, and says where no webhook was verified', async () => {
    const inbox = openInbox({ work: false });
    const { port } = await start((app) => {
      const store = storeDelivery({ inbox, route: 'gh' });
      app.post(
        '/steps',
        express.raw({ type: () => true }),
        verifySignature({ provider: github, secret: SECRET, clock: () => NOW }),
        store,
      );
      app.post('/none', store);
      app.use(webhookErrors());
    });
    expect((await send(port, { path: '/steps', headers, body: BODY })).status).toBe(200);
    expect((await inbox.view.list({}, 2)).map(({ event }) => event)).toEqual(['push']);
    expect((await send(port, { path: '/none' })).status).toBe(500);
    expect(warnings.join()).toContain('storeDelivery() found no verified webhook');
  });

  it('stores nothing that the mode "report" has let in', async () => {
    const inbox = openInbox({ work: false });
    const { port } = await start((app) => {
      app.post('/', webhookGuard({ ...GUARD, mode: 'report' }), storeDelivery({ inbox, route: 'gh' }));
      app.use(webhookErrors());
    });
    expect(
      (
        await send(port, {
          headers: { ...headers, 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` },
          body: BODY,
        })
      ).status,
    ).toBe(401);
    expect(await inbox.view.list({}, 1)).toEqual([]);
  });

  it('answers 503 where it is not stored, and 500 where an option of the user says nonsense', async () => {
    const inbox = openInbox();
    const orders: unknown[] = [undefined, '', 7];
    const { port } = await start((app) => {
      const guard = webhookGuard({ ...GUARD });
      app.post(
        '/order',
        guard,
        storeDelivery({ inbox, route: 'gh', orderBy: () => orders.shift() as string }),
      );
      app.post('/key', guard, storeDelivery({ inbox, route: 'gh', key: () => 7 as never }));
      app.post(
        '/full',
        guard,
        storeDelivery({
          inbox: {
            put: () => Promise.reject(new Error('full')),
            work: () => undefined,
            drain: () => Promise.resolve(),
            close: () => Promise.resolve(),
          },
          route: 'gh',
        }),
      );
      app.use(webhookErrors());
    });
    const post = async (path: string): Promise<number> =>
      (await send(port, { path, headers, body: BODY })).status;
    expect([await post('/order'), await post('/order'), await post('/order')]).toEqual([200, 200, 500]);
    expect(await post('/key')).toBe(500);
    expect(await post('/full')).toBe(503);
  });

  it.each([
    [{ inbox: {}, route: 'x' }, /option "inbox" must be sqliteInbox\(\)/],
    [{ inbox: null, route: 'x' }, /option "inbox"/],
    [{ route: 'x' }, /option "inbox"/],
  ])('refuses %j', (options, message) => {
    expect(typeErrorOf(() => storeDelivery(options as never))).toMatch(message);
  });

  it('refuses to store a header that opens something', () => {
    const inbox = openInbox();
    for (const name of ['Authorization', 'cookie', 'X-Api-Key', 'X-Shopify-Hmac-SHA256', 'X-Auth']) {
      expect(typeErrorOf(() => storeDelivery({ inbox, route: 'x', storeHeaders: [name] }))).toMatch(
        /never stored/,
      );
    }
  });
});

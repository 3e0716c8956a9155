import type { Request, Response } from 'express';
import type { Decision, InboxDelivery, Webhook } from 'hooklatch';
import {
  dropbox,
  fastcomments,
  github,
  gitlabToken,
  memoryStore,
  stripe,
  telehealth,
  webhookRouter,
  type WebhookInboxRouterOptions,
  type WebhookRouterOptions,
} from 'hooklatch';
import { PermanentError, type InboxAttempt } from 'hooklatch/inbox';
import { eventually, NOW, SECRET, send, signed, start } from './helpers/http';
import { openInbox, query } from './helpers/inbox';
import { typeErrorOf } from './helpers/type-error';

type Options = Partial<WebhookInboxRouterOptions> & Pick<WebhookInboxRouterOptions, 'inbox' | 'events'>;

const BODY = '{"type":"invoice.paid","id":"evt_1","n":1.50}';

async function startStored(options: Options) {
  const decisions: Decision[] = [];
  const all = { provider: stripe, secret: SECRET, clock: () => NOW, ...options };
  const router = webhookRouter({ ...all, onDecision: (decision) => decisions.push(decision) });
  const { port } = await start((app) => app.use('/hooks', router));
  const post = (body = BODY, headers = signed(options.provider ?? stripe, body)) =>
    send(port, { path: '/hooks?secret=1', headers, body });
  return { port, decisions, post, router };
}

describe('webhookRouter({ inbox })', () => {
  it('acknowledges what is stored, and handles it with the webhook that came and its delivery', async () => {
    const inbox = openInbox();
    const seen: [Webhook, InboxDelivery][] = [];
    const { post, decisions } = await startStored({
      inbox: { store: inbox, orderBy: (webhook) => webhook.id, storeHeaders: ['X-Region', 'X-None'] },
      events: { 'invoice.paid': (webhook, delivery) => seen.push([webhook, delivery]) },
    });
    const headers = { ...signed(stripe, BODY), 'X-Region': 'eu', 'Content-Type': 'application/json' };
    expect(await post(BODY, headers)).toMatchObject({ status: 200, text: '' });
    expect(decisions).toMatchObject([
      { outcome: 'accepted', status: 200, notes: ['stored'], event: 'invoice.paid' },
    ]);
    await eventually(() => seen.length === 1);
    const [[webhook, delivery]] = seen as [[Webhook, InboxDelivery]];
    expect(webhook).toMatchObject({
      provider: 'stripe',
      event: 'invoice.paid',
      candidates: ['invoice.paid'],
      id: 'evt_1',
      timestamp: new Date(NOW),
      payload: JSON.parse(BODY),
      unsigned: undefined,
      secretId: decisions[0]!.secretId,
      verified: true,
      trusted: { event: true, id: true },
    });
    expect(webhook.rawBody.toString()).toBe(BODY);
    expect(webhook.key).toHaveLength(43);
    expect(delivery).toMatchObject({
      key: webhook.key,
      route: 'stripe',
      attempt: 1,
      receivedAt: new Date(NOW),
      orderKey: 'evt_1',
      scope: '',
      method: 'POST',
      path: '/hooks',
      headers: { 'x-region': 'eu' },
      target: 'invoice.paid',
    });
  });

  it('acknowledges copies as duplicates, even those that are signed anew, and handles one', async () => {
    const inbox = openInbox();
    let calls = 0;
    const { post, decisions } = await startStored({ inbox, events: { '*': () => (calls += 1) } });
    const copies = Array.from({ length: 50 }, (_, n) =>
      post(BODY, signed(stripe, BODY, { now: NOW - n * 1000 })),
    );
    expect((await Promise.all(copies)).map(({ status }) => status)).toEqual(Array(50).fill(200));
    await eventually(() => decisions.length === 50);
    expect(decisions.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(decisions.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(49);
    await inbox.drain();
    expect(calls).toBe(1);
  });

  it('stores copies again where `duplicates` is false', async () => {
    const inbox = openInbox({ work: false });
    const { post } = await startStored({ inbox, duplicates: false, events: { '*': () => undefined } });
    await post();
    await post();
    expect((await inbox.view.counts()).waiting).toBe(2);
  });

  it('knows copies by a key of the user, whatever the sender signs', async () => {
    const inbox = openInbox({ work: false });
    const duplicates = { key: (webhook: Webhook) => (webhook.payload as { order?: string }).order };
    const { post, decisions } = await startStored({ inbox, duplicates, events: { '*': () => undefined } });
    await post('{"id":"evt_1","order":"7"}');
    await post('{"id":"evt_2","order":"7"}');
    await post('{"id":"evt_3"}');
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'duplicate', 'accepted']);
  });

  it('stores nothing of what is not authentic, or of what no event takes', async () => {
    const inbox = openInbox();
    const { post, decisions } = await startStored({
      inbox,
      unknownEvent: 'acknowledge',
      events: { 'invoice.paid': () => undefined },
    });
    expect((await post(BODY, signed(stripe, BODY, { secret: 'another secret, long enough' }))).status).toBe(
      401,
    );
    expect((await post('{"type":"other","id":"evt_2"}')).status).toBe(200);
    expect((await post('no json')).status).toBe(400);
    expect(decisions.map(({ notes }) => notes)).toEqual([[], ['unhandled'], []]);
    expect(await inbox.view.list({}, 10)).toEqual([]);
  });

  it('answers 503 with Retry-After, and a decision that says why, where it cannot be stored', async () => {
    const broken = { ...fakeInbox(), put: () => Promise.reject(new Error('disk full')) };
    const { post, decisions } = await startStored({ inbox: broken, events: { '*': () => undefined } });
    const answer = await post();
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(decisions).toMatchObject([{ outcome: 'failed', code: 'ERR_WEBHOOK_STORE' }]);
  });

  it('answers 503 where the inbox answers nonsense, throws or hangs', async () => {
    const answers = [
      () => Promise.resolve('yes' as 'stored'),
      () => {
        throw new Error('no');
      },
      () => new Promise<'stored'>(() => undefined),
    ];
    for (const put of answers) {
      const { post } = await startStored({
        inbox: { ...fakeInbox(), put },
        events: { '*': () => undefined },
      });
      expect((await post()).status).toBe(503);
    }
  });

  it('makes a delivery dead at once whose payload does not fit its schema, or whose event has no handler any more', async () => {
    const attempts: InboxAttempt[] = [];
    const inbox = openInbox({ onAttempt: (attempt) => attempts.push(attempt) });
    const schema = {
      '~standard': {
        version: 1 as const,
        validate: (value: unknown) =>
          (value as { n?: unknown }).n === 1
            ? { value: 'fits' }
            : { issues: [{ message: 'no', path: ['n'] }] },
      },
    };
    const fitted: unknown[] = [];
    const { post } = await startStored({
      inbox,
      events: {
        paid: { schema, handle: (webhook) => fitted.push(webhook.payload) },
        '*': { schema, handle: () => undefined },
      },
    });
    await post('{"type":"paid","id":"1","n":1}');
    await post('{"type":"paid","id":"2","n":2}');
    await eventually(() => attempts.length === 2);
    expect(fitted).toEqual(['fits']);
    expect(attempts.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['done', null],
      ['dead', 'ERR_WEBHOOK_SCHEMA'],
    ]);
    await eventually(async () => (await inbox.view.counts()).dead === 1);
    expect((await inbox.view.list({ state: 'dead' }, 1))[0]!.error).toBe('n: no');
  });

  it('makes a delivery dead whose event has no handler any more', async () => {
    const attempts: InboxAttempt[] = [];
    const web = openInbox({ work: false });
    const { post } = await startStored({ inbox: web, events: { a: () => undefined, b: () => undefined } });
    await post('{"type":"a","id":"1"}');
    await post('{"type":"b","id":"2"}');
    const worker = openInbox({ file: web.file, onAttempt: (attempt) => attempts.push(attempt) });
    webhookRouter({ provider: stripe, secret: SECRET, inbox: worker, events: { b: () => undefined } });
    await eventually(() => attempts.length === 2);
    expect(attempts.map(({ event, code }) => [event, code])).toEqual([
      ['a', 'ERR_WEBHOOK_EVENT'],
      ['b', null],
    ]);
  });

  it('finds by method the handler of a sender that names no event', async () => {
    const inbox = openInbox();
    const seen: unknown[] = [];
    const handle = (webhook: Webhook, delivery: InboxDelivery): unknown =>
      seen.push([webhook.event, delivery.target, delivery.method, webhook.payload]);
    const { port } = await startStored({
      provider: fastcomments,
      inbox,
      events: {
        create: { method: 'POST', handle },
        update: { method: 'PUT', handle },
        delete: { method: 'DELETE', handle: () => undefined },
      },
    });
    const body = '{"a":1}';
    await send(port, { path: '/hooks', method: 'PUT', headers: signed(fastcomments, body), body });
    await eventually(() => seen.length === 1);
    // One handler for both: what the method says is the event all the same.
    expect(seen).toEqual([['update', 'create', 'PUT', { a: 1 }]]);
  });

  it('hands on a failure to find the event as it did before', async () => {
    const { post } = await startStored({
      provider: telehealth,
      inbox: openInbox(),
      unknownEvent: 'refuse',
      events: { 'a.b': () => undefined },
    });
    const body = '{"event":"x.y"}';
    const headers = { ...signed(telehealth, body, { event: 'x.y' }), 'Content-Type': 'application/json' };
    expect((await post(body, headers)).status).toBe(403);
  });

  it('keeps tenants apart, and tells the handler which one it is', async () => {
    const inbox = openInbox();
    const seen: unknown[] = [];
    const { port } = await startStored({
      provider: gitlabToken,
      also: [{ provider: stripe, secret: SECRET }],
      secret: (_delivery, req) => ({
        secrets: [{ id: 'x', value: SECRET }],
        scope: req.path.slice(1),
      }),
      duplicates: { key: () => 'the same' },
      inbox,
      events: { '*': (_webhook, delivery) => seen.push([delivery.scope, delivery.key.length]) },
    });
    for (const tenant of ['one', 'two', 'one']) {
      const headers = {
        'X-Gitlab-Token': SECRET,
        'X-Gitlab-Event': 'Push Hook',
        'Content-Type': 'application/json',
      };
      await send(port, { path: `/hooks/${tenant}`, headers, body: `{"id":"${tenant}"}` });
    }
    await eventually(() => seen.length === 2);
    expect(seen.map((each) => (each as unknown[])[0])).toEqual(['one', 'two']);
  });

  it('gives a key to deliveries of which no copy can be told, and stores each', async () => {
    const inbox = openInbox();
    const keys: string[] = [];
    const { post } = await startStored({
      provider: dropbox,
      inbox,
      events: { '*': (_webhook, { key }) => keys.push(key) },
    });
    await post('{}');
    await post('{}');
    await eventually(() => keys.length === 2);
    expect(new Set(keys).size).toBe(2);
  });

  it('is a set-up error where something else has verified the webhook', async () => {
    const inbox = openInbox();
    const { port } = await startStored({ provider: github, inbox, events: { '*': () => undefined } });
    expect((await send(port, { path: '/hooks' })).status).toBe(401);
  });
});

describe('webhookRouter({ inbox }) at start-up', () => {
  const make = (more: object, inbox: unknown = fakeInbox()): string =>
    typeErrorOf(() =>
      webhookRouter({
        provider: stripe,
        secret: SECRET,
        inbox,
        events: { '*': () => undefined },
        ...more,
      } as never),
    );

  it.each([
    [
      'a handler that wants the response',
      { events: { '*': threeArguments } },
      /handler is \(webhook, delivery\)/,
    ],
    [
      'a handler of an object that wants it',
      { events: { '*': { handle: threeArguments } } },
      /no res any more/,
    ],
    ["the mode 'report'", { mode: 'report' }, /a stranger could fill the disk/],
    [
      'a store of duplicates',
      { duplicates: { store: memoryStore() } },
      /"duplicates": "store" has no meaning with "inbox"/,
    ],
    ['handleAgain', { duplicates: { handleAgain: () => undefined } }, /"handleAgain" has no meaning/],
    ['events that are none', { events: {} }, /at least one event/],
  ])('refuses %s', (_name, more, message) => {
    expect(make(more)).toMatch(message);
  });

  it.each([
    ['something else', 7, /option "inbox" must be sqliteInbox\(\)/],
    ['an object without a store', { route: 'x' }, /option "store" must be sqliteInbox\(\)/],
    [
      'an unknown option',
      { store: fakeInbox(), rout: 'x' },
      /unknown option "rout"; the options are store, route/,
    ],
    [
      'a stored signature',
      { store: fakeInbox(), storeHeaders: ['Stripe-Signature'] },
      /"Stripe-Signature" may hold a signature/,
    ],
    ['a stored cookie', { store: fakeInbox(), storeHeaders: ['cookie'] }, /never stored/],
    ['a header that is no name', { store: fakeInbox(), storeHeaders: ['a b'] }, /a list of names of headers/],
  ])('refuses %s as inbox', (_name, inbox, message) => {
    expect(make({}, inbox)).toMatch(message);
  });

  it('refuses a second router of one name, and says how it gets another', () => {
    const inbox = openInbox();
    const options = { provider: stripe, secret: SECRET, events: { '*': () => undefined } };
    webhookRouter({ ...options, inbox });
    expect(typeErrorOf(() => webhookRouter({ ...options, inbox }))).toMatch(
      /the route "stripe" has a handler already.*route: '...'/,
    );
    expect(() => webhookRouter({ ...options, inbox: { store: inbox, route: 'other' } })).not.toThrow();
  });

  it('compiles with handlers of the webhook alone, with and without inbox, and with no handler for a response', () => {
    const events = { a: (webhook: Webhook) => webhook.payload };
    const inbox = openInbox();
    const plain: WebhookRouterOptions = { provider: stripe, secret: SECRET, events };
    const stored: WebhookInboxRouterOptions = { ...plain, inbox, events };
    expect([plain, stored]).toHaveLength(2);
    const both = { provider: stripe, secret: SECRET, inbox } as const;
    // @ts-expect-error -- there is no response any more
    const wrong: WebhookInboxRouterOptions = { ...both, events: { a: threeArguments } };
    expect(() => webhookRouter(wrong)).toThrow(TypeError);
    webhookRouter({ ...both, events: { a: (webhook, delivery) => [webhook.event, delivery.key] } });
    expect(new PermanentError('x').name).toBe('PermanentError');
    expect(query(inbox.file, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

function threeArguments(webhook: unknown, req: Request, res: Response): unknown {
  return [webhook, req, res];
}

function fakeInbox() {
  return {
    put: () => Promise.resolve('stored' as const),
    work: () => undefined,
    drain: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

import { UnrecoverableError, Worker } from 'bullmq';
import { github, webhookRouter, type Decision } from 'hooklatch';
import { bullmqInbox, type BullmqInbox, type BullmqInboxOptions } from 'hooklatch/inbox/bullmq';
import { storeDelivery, webhookGuard } from 'hooklatch';
import type { InboxAttempt } from 'hooklatch/inbox';
import { erase, sweep } from '../../../src/inbox/bullmq/jobs';
import { readOptions } from '../../../src/inbox/bullmq/options';
import { Queues, type DeliveryJob } from '../../../src/inbox/bullmq/queues';
import { eventually, pause, SECRET, send, signed, start } from '../../helpers/http';
import { makeStored, numberIn } from '../../helpers/inbox';
import { describeWithRedis, startRedis, type RedisServer } from '../../helpers/redis';
import { typeErrorOf } from '../../helpers/type-error';

const BODY = '{"n":1}';
const HOUR_MS = 3_600_000;

describeWithRedis('bullmqInbox()', () => {
  let redis: RedisServer;
  const inboxes: BullmqInbox[] = [];
  let names = 0;

  const open = (options: Partial<BullmqInboxOptions> = {}): BullmqInbox => {
    const name = options.name ?? `t${(names += 1)}`;
    const inbox = bullmqInbox({ connection: { path: redis.socket }, leaseMs: 1000, ...options, name });
    inboxes.push(inbox);
    return inbox;
  };
  /** The queues of an inbox, for its jobs. */
  const queuesOf = (options: Partial<BullmqInboxOptions>): Queues =>
    new Queues(readOptions({ connection: { path: redis.socket }, ...options }));

  beforeAll(async () => (redis = await startRedis({ appendonly: 'yes' })));
  afterEach(async () => {
    await Promise.all(inboxes.splice(0).map((inbox) => inbox.close()));
  });
  afterAll(() => redis.close());

  it('stores behind a router and behind a guard, and handles what was answered 200', async () => {
    const inbox = open({ onAttempt: () => undefined });
    const decisions: Decision[] = [];
    const handled: unknown[] = [];
    const common = { provider: github, secret: SECRET };
    const router = webhookRouter({
      ...common,
      inbox,
      events: { push: (webhook, { target }) => handled.push([target, webhook.payload]) },
      onDecision: (decision) => decisions.push(decision),
    });
    inbox.work('behind', (webhook) => handled.push(['behind', webhook.payload]));
    const { port } = await start((app) => {
      app.use('/router', router);
      app.post(
        '/guard',
        webhookGuard({ ...common, duplicates: false }),
        storeDelivery({ inbox, route: 'behind' }),
      );
    });
    const headers = { ...signed(github, BODY), 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': '1' };
    for (const path of ['/router', '/router', '/guard']) {
      expect(await send(port, { path, headers, body: BODY })).toMatchObject({ status: 200 });
    }
    await eventually(() => handled.length === 2);
    expect(handled).toContainEqual(['push', { n: 1 }]);
    expect(handled).toContainEqual(['behind', { n: 1 }]);
    expect(decisions.map(({ outcome, notes }) => [outcome, notes])).toEqual([
      ['accepted', ['stored']],
      ['duplicate', []],
    ]);
  });

  it('refuses `orderBy` at start-up, of a router and of the step, and says what does it', () => {
    const inbox = open();
    const orderBy = (): string => 'one';
    const message = typeErrorOf(() =>
      webhookRouter({
        provider: github,
        secret: SECRET,
        inbox: { store: inbox, orderBy },
        events: { push: () => undefined },
      }),
    );
    expect(message).toMatch(/option "orderBy": BullMQ .*BullMQ Pro.*sqliteInbox\(\).*pg-boss/);
    expect(typeErrorOf(() => storeDelivery({ inbox, route: 'r', orderBy }))).toBe(message);
  });

  it('says what to do where a handler wants its transaction', async () => {
    const inbox = open();
    const failures: unknown[] = [];
    inbox.work('r', (_webhook, delivery) => {
      try {
        void delivery.completeIn(() => 1);
      } catch (error) {
        failures.push((error as Error).message);
      }
    });
    await inbox.put(makeStored(1));
    await eventually(() => failures.length === 1);
    expect(failures[0]).toMatch(/Insert delivery\.key into one of your own/);
  });

  it('hands out the queue of a route, whatever its name', async () => {
    const inbox = open({ name: 'tools', prefix: 'own' });
    await inbox.put(makeStored(1, { route: 'a:b/ä' }));
    const queue = inbox.getQueue('a:b/ä');
    expect([queue.name, await queue.getWaitingCount()]).toEqual(['tools.a%3Ab%2F%C3%A4', 1]);
    expect(queue.qualifiedName).toBe(`own:${queue.name}`);
  });

  it('stores alone where `work` is false', async () => {
    const inbox = open({ work: false });
    inbox.work('r', () => Promise.reject(new Error('not here')));
    await inbox.put(makeStored(1));
    await pause(100);
    expect((await inbox.view.counts()).waiting).toBe(1);
  });

  it('deletes what is done where `keepDoneMs` is 0, and still knows its copies', async () => {
    const inbox = open({ keepDoneMs: 0, keepDeadMs: 0, retry: { attempts: 1 }, onAttempt: () => undefined });
    inbox.work('r', (webhook) => (numberIn(webhook) === 2 ? Promise.reject(new Error('no')) : undefined));
    await inbox.put(makeStored(1));
    await inbox.put(makeStored(2));
    await eventually(async () => (await inbox.view.list({}, 10)).length === 0);
    expect([await inbox.put(makeStored(1)), await inbox.put(makeStored(2))]).toEqual([
      'duplicate',
      'duplicate',
    ]);
  });

  it('erases what was kept long enough, and deletes what no copy can come of', async () => {
    const name = 'swept';
    const inbox = open({ name, keepDoneMs: HOUR_MS, onAttempt: () => undefined });
    let calls = 0;
    inbox.work('r', () => (calls += 1));
    for (const n of [1, 2]) await inbox.put(makeStored(n));
    await inbox.put(makeStored(3, { keys: ['3', 'further'].map((key) => ({ key, ttlMs: 1 })) }));
    await eventually(async () => calls === 3 && (await inbox.view.counts()).done === 3);
    const queues = queuesOf({ name });
    const settings = readOptions({ connection: { path: redis.socket }, name, keepDoneMs: HOUR_MS });
    const keys = queues.getKeys('r');
    const [job] = (await queues.get('r').getJobs('completed', 0, 0, true)) as DeliveryJob[];
    await job!.updateData({ ...job!.data, until: 0 });
    const now = jest.spyOn(Date, 'now');
    await sweep(queues, settings);
    expect((await inbox.view.list({}, 10)).map(({ bytes }) => bytes)).toEqual([7, 7, 7]);
    expect(await keys.getWaitingCount()).toBe(1);
    const later = Date.now() + HOUR_MS + 1000;
    now.mockImplementation(() => later);
    await sweep(queues, settings);
    expect((await inbox.view.list({}, 10)).map(({ bytes }) => bytes)).toEqual([null, null]);
    const muchLater = later + 48 * HOUR_MS;
    now.mockImplementation(() => muchLater);
    await sweep(queues, settings);
    expect([await inbox.view.list({}, 10), await keys.getWaitingCount()]).toEqual([[], 0]);
    now.mockRestore();
    await queues.close();
  });

  it('sweeps each minute, and is not harmed where that fails', async () => {
    jest.useFakeTimers({
      doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
    });
    const inbox = open({ keepDoneMs: 0 });
    await inbox.put(makeStored(1));
    jest.spyOn(inbox.getQueue('r'), 'getJobs').mockRejectedValue(new Error('away'));
    jest.advanceTimersByTime(60_000);
    jest.useRealTimers();
    await pause(20);
    await expect(Promise.resolve(inbox.view.list({}, 1))).rejects.toThrow('away');
  });

  it('counts a process that dies as an attempt, so that a delivery that ends it is dead in the end', async () => {
    const name = 'poison';
    const attempts: InboxAttempt[] = [];
    const retry = { attempts: 2, firstMs: 1, maxMs: 1 };
    const inbox = open({ name, retry, leaseMs: 200, onAttempt: (attempt) => attempts.push(attempt) });
    await inbox.put(makeStored(1));
    // Takes it as a worker does, and is not heard of again.
    const dying = new Worker(`${name}.r`, undefined, {
      connection: { path: redis.socket },
      lockDuration: 200,
      skipStalledCheck: true,
    });
    const job = await dying.getNextJob('the token of a dead process');
    expect(job.attemptsStarted).toBe(1);
    await dying.close();
    const seen: number[] = [];
    inbox.work('r', async (_webhook, { attempt }) => {
      seen.push(attempt);
      await pause(100);
      throw new Error('no');
    });
    await eventually(() => attempts.length === 2);
    expect(attempts.map(({ attempt, outcome, code }) => [attempt, outcome, code])).toEqual([
      [1, 'retry', 'ERR_WEBHOOK_TIMEOUT'],
      [2, 'dead', 'ERR_WEBHOOK_HANDLER'],
    ]);
    await eventually(async () => (await inbox.view.counts()).dead === 1);
    expect(seen).toEqual([2]);
  });

  it('is dead where BullMQ gives it up, with a reason in plain words', async () => {
    const name = 'stalled';
    const attempts: InboxAttempt[] = [];
    const retry = { attempts: 1 };
    const inbox = open({ name, retry, leaseMs: 200, onAttempt: (attempt) => attempts.push(attempt) });
    await inbox.put(makeStored(1));
    const dying = new Worker(`${name}.r`, undefined, {
      connection: { path: redis.socket },
      lockDuration: 200,
      skipStalledCheck: true,
    });
    await dying.getNextJob('token');
    await dying.close();
    inbox.work('r', () => undefined);
    await eventually(() => attempts.some(({ outcome }) => outcome === 'dead'));
    expect(attempts.at(-1)).toMatchObject({ code: 'ERR_WEBHOOK_TIMEOUT', event: 'push', provider: 'github' });
    await eventually(async () => (await inbox.view.counts()).dead === 1);
    const [entry] = await inbox.view.list({ state: 'dead' }, 1);
    expect(entry!.error).toBe('its process has ended, or hangs');
  });

  it('shows what waits for its next attempt, and handles it now when it is told to', async () => {
    const attempts: InboxAttempt[] = [];
    const inbox = open({ retry: { firstMs: HOUR_MS }, onAttempt: (attempt) => attempts.push(attempt) });
    inbox.work('r', (_webhook, { attempt }) => {
      if (attempt === 1) throw new Error('later');
    });
    await inbox.put(makeStored(1));
    await eventually(() => attempts.length === 1);
    await eventually(async () => (await inbox.getQueue('r').getDelayedCount()) === 1);
    const [entry] = await inbox.view.list({ state: 'waiting' }, 10);
    expect(entry).toMatchObject({ state: 'waiting', attempts: 1, error: 'later' });
    expect(new Date(entry!.dueAt).toISOString()).toBe(attempts[0]!.nextAttemptAt);
    expect(await inbox.view.retry(entry!.id)).toBe(true);
    await eventually(() => attempts.length === 2);
    expect(attempts[1]).toMatchObject({ attempt: 2, outcome: 'done' });
  });

  it('shows what is discarded as dead, although no worker has moved it yet', async () => {
    const inbox = open();
    await inbox.put(makeStored(1));
    const { id } = (await inbox.view.list({}, 1))[0]!;
    await inbox.view.discard(id);
    expect((await inbox.view.list({}, 1))[0]!.state).toBe('dead');
  });

  it('makes dead what it cannot open, shows it as sealed, and opens it again with its key', async () => {
    const name = 'sealed';
    const seal = { keys: [{ id: '1', key: Buffer.alloc(32, 1) }] } as const;
    const first = open({ name, seal, onAttempt: () => undefined, retry: { firstMs: HOUR_MS } });
    first.work('r', () => Promise.reject(new Error('first')));
    await first.put(makeStored(1));
    await eventually(async () => (await first.getQueue('r').getDelayedCount()) === 1);
    await first.close();
    const attempts: InboxAttempt[] = [];
    const second = open({ name, onAttempt: (attempt) => attempts.push(attempt) });
    second.work('r', () => undefined);
    const [entry] = await second.view.list({}, 1);
    expect(entry!.error).toMatch(/^\(the delivery is sealed/);
    expect((await second.view.show(entry!.id))!.meta).toBeNull();
    await second.view.retry(entry!.id);
    await eventually(() => attempts.length === 1);
    expect(attempts[0]).toMatchObject({ outcome: 'dead', code: 'ERR_WEBHOOK_SETUP', provider: '', id: null });
    await eventually(async () => (await second.view.counts()).dead === 1);
    await second.close();
    const third = open({ name, seal });
    third.getQueue('r');
    expect((await third.view.body(entry!.id))?.toString()).toBe(BODY);
  });

  it('keeps no name of an event as it came, and none where there is none', async () => {
    const inbox = open();
    const stored = makeStored(1);
    await inbox.put({ ...stored, meta: { ...stored.meta, event: 'a\u0000\u202eb' } });
    await inbox.put({ ...makeStored(2), keys: [], meta: { ...stored.meta, event: undefined } });
    const [first] = await inbox.view.list({}, 10);
    expect((await inbox.view.show(first!.id))!.meta).not.toBeNull();
    const events = (await inbox.view.list({}, 10)).map(({ event }) => event);
    expect(events).toContain('a\\u0000\\u202eb');
    expect(events).toContain(null);
  });

  it('lists more than one page, and replays what is dead', async () => {
    const inbox = open({ retry: { attempts: 1 }, onAttempt: () => undefined });
    await Promise.all(Array.from({ length: 201 }, (_, n) => inbox.put(makeStored(n, { route: 'many' }))));
    expect(await inbox.view.list({}, 300)).toHaveLength(201);
    let calls = 0;
    inbox.work('r', () => {
      calls += 1;
      throw new Error('no');
    });
    await inbox.put(makeStored(1));
    await eventually(async () => (await inbox.view.counts()).dead === 1);
    expect(await inbox.view.replay((await inbox.view.list({ state: 'dead' }, 1))[0]!.id)).toBe(true);
    await eventually(() => calls === 2);
  });

  it('brings back what is dead by any key of a copy, also one that it did not have', async () => {
    const inbox = open({ retry: { attempts: 1 }, onAttempt: () => undefined });
    inbox.work('r', () => Promise.reject(new Error('no')));
    const putKeys = async (...keys: string[]): Promise<unknown> => {
      await eventually(
        async () => (await inbox.view.counts()).waiting + (await inbox.view.counts()).running === 0,
      );
      return inbox.put(makeStored(1, { keys: keys.map((key) => ({ key, ttlMs: 1 })) }));
    };
    for (const keys of [
      ['a', 'b'],
      ['x', 'b'],
      ['x', 'new'],
    ])
      expect(await putKeys(...keys)).toBe('stored');
    await eventually(async () => (await inbox.view.counts()).dead === 1);
  });

  it('makes dead what was erased before it was handled, and what has no key and no event', async () => {
    const records: InboxAttempt[] = [];
    const retry = { attempts: 1 };
    const name = 'gone';
    const inbox = open({ name, retry, leaseMs: 200, onAttempt: (record) => records.push(record) });
    await inbox.put(makeStored(1));
    const [job] = (await inbox.getQueue('r').getJobs('waiting')) as DeliveryJob[];
    await erase(job!);
    const nameless = makeStored(2, { keys: [] });
    await inbox.put({ ...nameless, meta: { ...nameless.meta, event: undefined } });
    await inbox.put({ ...nameless, route: 's', meta: { ...nameless.meta, event: undefined } });
    const dying = new Worker(`${name}.s`, undefined, {
      connection: { path: redis.socket },
      lockDuration: 200,
      skipStalledCheck: true,
    });
    await dying.getNextJob('token');
    await dying.close();
    inbox.work('r', () => Promise.reject(new Error('no')));
    inbox.work('s', () => undefined);
    await eventually(() => records.filter(({ outcome }) => outcome === 'dead').length === 3);
    const codes = records
      .filter(({ outcome }) => outcome === 'dead')
      .map(({ code, event }) => `${code} ${event}`);
    expect(codes.sort()).toEqual([
      'ERR_WEBHOOK_HANDLER null',
      'ERR_WEBHOOK_SETUP null',
      'ERR_WEBHOOK_TIMEOUT null',
    ]);
  });

  it('is not harmed by what BullMQ says of deliveries that are gone', async () => {
    const records: InboxAttempt[] = [];
    const started = jest.spyOn(Queues.prototype, 'startWorker');
    const inbox = open({ onAttempt: (record) => records.push(record) });
    inbox.work('r', () => undefined);
    const worker = started.mock.results[0]!.value as Worker;
    worker.emit('failed', undefined, new Error('gone'), 'active');
    worker.emit('stalled', 'gone', 'active');
    jest.spyOn(inbox.getQueue('r'), 'getJob').mockRejectedValueOnce(new Error('away'));
    worker.emit('stalled', 'away', 'active');
    await inbox.put(makeStored(1));
    await eventually(() => records.length > 0);
    expect(records).toMatchObject([{ outcome: 'done' }]);
  });

  it('goes on where its delivery has been deleted, or moved to a state that it does not know', async () => {
    const attempts: InboxAttempt[] = [];
    const inbox = open({ onAttempt: (attempt) => attempts.push(attempt) });
    const queue = inbox.getQueue('r');
    inbox.work('r', async (_webhook, { id }) => {
      const job = await queue.getJob(id);
      jest
        .spyOn(Object.getPrototypeOf(job) as DeliveryJob, 'updateData')
        .mockRejectedValueOnce(new Error('gone'));
      throw new UnrecoverableError('no');
    });
    await inbox.put(makeStored(1));
    await eventually(() => attempts.length === 1);
    expect(attempts[0]!.outcome).toBe('retry');
    const { id } = (await inbox.view.list({}, 1))[0]!;
    const job = (await queue.getJob(id)) as DeliveryJob;
    jest.spyOn(Object.getPrototypeOf(job) as DeliveryJob, 'getState').mockResolvedValueOnce('unknown');
    expect(await inbox.view.show(id)).toBeUndefined();
    expect([await erase(job), await erase(job)]).toEqual([true, false]);
  });

  it('takes no more than its server keeps up with', async () => {
    const inbox = open();
    const big = makeStored(1, { body: Buffer.alloc(33 * 1024 ** 2) });
    const puts = [inbox.put(big), inbox.put({ ...big, keys: [] }), inbox.put({ ...big, keys: [] })];
    await expect(puts[2]).rejects.toThrow(/server does not keep up/);
    await Promise.all(puts.slice(0, 2));
  });
});

describeWithRedis('bullmqInbox() whose Redis is away', () => {
  it('answers 503 with Retry-After, knows what was stored late, and handles it once', async () => {
    const redis = await startRedis({ appendonly: 'yes' });
    const inbox = bullmqInbox({ connection: { path: redis.socket }, leaseMs: 1000 });
    const handled: unknown[] = [];
    const decisions: Decision[] = [];
    const router = webhookRouter({
      provider: github,
      secret: SECRET,
      inbox,
      events: { '*': (webhook) => handled.push(webhook.payload) },
      onDecision: (decision) => decisions.push(decision),
    });
    const { port } = await start((app) => app.use('/hooks', router));
    const post = (n: number) => {
      const body = `{"n":${n}}`;
      return send(port, {
        path: '/hooks',
        headers: { ...signed(github, body), 'X-GitHub-Delivery': `${n}` },
        body,
      });
    };
    expect((await post(1)).status).toBe(200);
    redis.pause();
    const answer = await post(2);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    redis.resume();
    await eventually(async () => (await post(2)).status === 200);
    await eventually(() => handled.length === 2);
    await redis.stop();
    expect((await post(3)).status).toBe(503);
    await redis.start();
    await eventually(async () => (await post(3)).status === 200);
    await eventually(() => handled.length === 3);
    await pause(100);
    expect(handled).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(decisions.find(({ status }) => status === 503)).toMatchObject({ code: 'ERR_WEBHOOK_STORE' });
    await inbox.close();
    await redis.close();
  }, 60_000);

  it('closes although its Redis is gone', async () => {
    const redis = await startRedis({ appendonly: 'yes' });
    const inbox = bullmqInbox({ connection: { path: redis.socket } });
    inbox.work('r', () => pause(200));
    await inbox.put(makeStored(1, { keys: ['a', 'b'].map((key) => ({ key, ttlMs: 1 })) }));
    await redis.close();
    await inbox.close();
  }, 30_000);
});

import { PermanentError, type InboxAttempt } from 'hooklatch/inbox';
import { eventually, pause } from '../../helpers/http';
import { makeStored, numberIn, openInbox, query } from '../../helpers/inbox';

const FAST = { retry: { firstMs: 1, maxMs: 5 } };

describe.each([{ thread: false }, { thread: true }])('sqliteInbox(), %j', ({ thread }) => {
  it('has stored deliveries handled, each with its payload', async () => {
    const inbox = openInbox({ thread });
    const handled: unknown[] = [];
    inbox.work('r', (webhook, { attempt, key }) => handled.push([numberIn(webhook), attempt, key]));
    expect(await inbox.put(makeStored(1))).toBe('stored');
    expect(await Promise.all([2, 3].map((n) => inbox.put(makeStored(n))))).toEqual(['stored', 'stored']);
    await eventually(() => handled.length === 3);
    expect(handled).toEqual([1, 2, 3].map((n) => [n, 1, `key ${n}`]));
    await inbox.close();
    expect(query(inbox.file, 'SELECT state, attempts FROM hooklatch_delivery')).toEqual(
      Array.from({ length: 3 }, () => ({ state: 3, attempts: 1 })),
    );
  });

  it('stores a copy once, while it waits and when it is done', async () => {
    const inbox = openInbox({ thread });
    const copies = await Promise.all(Array.from({ length: 50 }, () => inbox.put(makeStored(1))));
    expect(copies.filter((result) => result === 'stored')).toHaveLength(1);
    let calls = 0;
    inbox.work('r', () => (calls += 1));
    await eventually(() => calls === 1);
    await inbox.drain();
    expect(await inbox.put(makeStored(1))).toBe('duplicate');
    expect(calls).toBe(1);
  });

  it('calls a handler again that has thrown, until it has not', async () => {
    const attempts: InboxAttempt[] = [];
    const inbox = openInbox({ thread, ...FAST, onAttempt: (attempt) => attempts.push(attempt) });
    inbox.work('r', (_webhook, { attempt }) => {
      if (attempt < 3) throw new Error('not yet');
    });
    await inbox.put(makeStored(1));
    await eventually(() => attempts.some(({ outcome }) => outcome === 'done'));
    expect(attempts.map(({ attempt, outcome, code }) => [attempt, outcome, code])).toEqual([
      [1, 'retry', 'ERR_WEBHOOK_HANDLER'],
      [2, 'retry', 'ERR_WEBHOOK_HANDLER'],
      [3, 'done', null],
    ]);
  });

  it('keeps what nothing handles yet, and has it handled by the next process', async () => {
    const first = openInbox({ thread });
    await first.put(makeStored(1));
    await first.close();
    const second = openInbox({ thread, file: first.file });
    const handled: unknown[] = [];
    second.work('r', (webhook) => handled.push(numberIn(webhook)));
    await eventually(() => handled.length === 1);
    expect(handled).toEqual([1]);
  });

  it('lets those that run end when it drains, and leaves the others without an attempt', async () => {
    const inbox = openInbox({ thread });
    let ended = 0;
    let begun = 0;
    inbox.work(
      'r',
      async () => {
        begun += 1;
        await pause(50);
        ended += 1;
      },
      { concurrency: 5 },
    );
    await Promise.all(Array.from({ length: 30 }, (_, n) => inbox.put(makeStored(n))));
    await eventually(() => begun === 5);
    await inbox.drain();
    expect([begun, ended]).toEqual([5, 5]);
    await inbox.close();
    expect(
      query(inbox.file, 'SELECT state, attempts, count(*) AS n FROM hooklatch_delivery GROUP BY 1, 2'),
    ).toEqual([
      { state: 0, attempts: 0, n: 25 },
      { state: 3, attempts: 1, n: 5 },
    ]);
  });

  it('handles the deliveries of one order key one after another, in their order, whatever fails', async () => {
    const inbox = openInbox({ thread, retry: { firstMs: 1, maxMs: 3, attempts: 4 } });
    const seen = new Map<string, unknown[]>();
    const running = new Set<string>();
    let overlaps = 0;
    let done = 0;
    inbox.work(
      'r',
      async (webhook, { orderKey = '' }) => {
        if (running.has(orderKey)) overlaps += 1;
        running.add(orderKey);
        await pause(Math.random() * 3);
        running.delete(orderKey);
        if (Math.random() < 0.2) throw new Error('again');
        seen.set(orderKey, [...(seen.get(orderKey) ?? []), numberIn(webhook)]);
        done += 1;
      },
      { concurrency: 20 },
    );
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    await Promise.all(numbers.map((n) => inbox.put(makeStored(n, { orderKey: `o${n % 10}` }))));
    await eventually(async () => {
      const { dead } = await inbox.view.counts();
      return done + dead === 200;
    });
    expect(overlaps).toBe(0);
    for (const list of seen.values()) expect(list).toEqual([...list].sort((a, b) => Number(a) - Number(b)));
  });
});

describe('sqliteInbox()', () => {
  it('stores each time what has no key, and shows why it failed', async () => {
    const inbox = openInbox({ retry: { attempts: 1 } });
    inbox.work('r', () => Promise.reject(new Error('no')));
    const nameless = { ...makeStored(1), keys: [] };
    await inbox.put({ ...nameless, meta: { ...nameless.meta, event: undefined, id: undefined } });
    await inbox.put(nameless);
    await eventually(async () => (await inbox.view.counts()).dead === 2);
    expect((await inbox.view.list({}, 9)).map(({ event, error }) => [event, error])).toEqual([
      ['push', 'no'],
      [null, 'no'],
    ]);
  });

  it('is not harmed by the report of a put that it has given up', () => {
    const inbox = openInbox();
    const { receive } = inbox as unknown as { receive: (report: object) => void };
    const puts = [
      { tag: 99, result: 'stored' },
      { tag: 99, failure: 'no' },
    ];
    expect(() => receive.call(inbox, { puts, jobs: [], lost: [] })).not.toThrow();
  });

  it('gives up after the attempts that are allowed, and at once for a PermanentError', async () => {
    const attempts: InboxAttempt[] = [];
    const inbox = openInbox({
      retry: { firstMs: 1, maxMs: 1, attempts: 2 },
      onAttempt: (attempt) => attempts.push(attempt),
    });
    inbox.work('r', (webhook) => {
      throw numberIn(webhook) === 1 ? new Error('always') : new PermanentError('never');
    });
    await inbox.put(makeStored(1));
    await inbox.put(makeStored(2));
    await eventually(() => attempts.filter(({ outcome }) => outcome === 'dead').length === 2);
    await eventually(async () => (await inbox.view.counts()).dead === 2);
    const dead = await inbox.view.list({ state: 'dead' }, 10);
    expect(dead.map(({ attempts, error }) => [attempts, error])).toEqual([
      [1, 'never'],
      [2, 'always'],
    ]);
  });
});

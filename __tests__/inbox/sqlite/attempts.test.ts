import { Attempts } from '../../../src/inbox/sqlite/attempts';
import { eventually, pause } from '../../helpers/http';
import { makeStored, numberIn, openFile, openInbox, query } from '../../helpers/inbox';

const effects = (file: string): unknown[] => query(file, 'SELECT n FROM effect ORDER BY n');

describe('delivery.completeIn()', () => {
  it.each([1000, 0])(
    'commits work and record at once, and erases where keepDoneMs is %p',
    async (keepDoneMs) => {
      const inbox = openInbox({ keepDoneMs });
      const db = openFile(inbox.file);
      db.exec('CREATE TABLE effect (n INTEGER)');
      let ended = 0;
      inbox.work(
        'r',
        async (webhook, delivery) => {
          db.exec('BEGIN IMMEDIATE');
          db.prepare('INSERT INTO effect VALUES (?)').run(Number(numberIn(webhook)));
          await delivery.completeIn((sql, values) => db.prepare(sql).run(...values));
          db.exec('COMMIT');
          ended += 1;
          // Whatever happens now changes nothing: it is done.
          throw new Error('late');
        },
        { concurrency: 1 },
      );
      await Promise.all([1, 2, 3].map((n) => inbox.put(makeStored(n))));
      await eventually(() => ended === 3);
      await inbox.close();
      db.close();
      expect(effects(inbox.file)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
      expect(query(inbox.file, 'SELECT state FROM hooklatch_delivery')).toEqual(Array(3).fill({ state: 3 }));
      const kept = query(inbox.file, "SELECT id FROM hooklatch_delivery WHERE meta <> ''").length;
      expect([kept, query(inbox.file, 'SELECT id FROM hooklatch_body').length]).toEqual(
        keepDoneMs === 0 ? [0, 0] : [3, 3],
      );
    },
  );

  it('throws where another process has the delivery now, so that the work is undone', async () => {
    const inbox = openInbox({ retry: { attempts: 1 } });
    const failures: unknown[] = [];
    inbox.work('r', (_webhook, delivery) => {
      const answers = [0, 0n, { changes: 0 }];
      for (const answer of answers) {
        try {
          void delivery.completeIn(() => answer);
        } catch (error) {
          failures.push((error as Error).message);
        }
      }
      return delivery.completeIn(() => Promise.resolve({ changes: 1n }));
    });
    await inbox.put(makeStored(1));
    await eventually(() => failures.length === 3);
    expect(failures[0]).toMatch(/another process has this delivery now.*rolled back/);
  });
});

describe('the deliveries that an inbox hands out', () => {
  it('are released where it drains already', async () => {
    const ends: unknown[] = [];
    const retry = { attempts: 1, firstMs: 1, maxMs: 1 };
    const common = {
      owner: 'me',
      keepDoneMs: 1,
      retry,
      delayMs: undefined,
      sealer: undefined,
      onAttempt: undefined,
    };
    const attempts = new Attempts({ ...common, clock: () => 7, end: (ending) => ends.push(ending) });
    attempts.register('r', { handle: () => ends.push('handled'), attemptTimeoutMs: 1000 });
    await attempts.drain();
    attempts.begin({
      id: 1,
      route: 'r',
      key: null,
      attempts: 2,
      received: 0,
      meta: '',
      body: Buffer.of(),
      deadline: 0,
    });
    expect(ends).toEqual([{ id: 1, route: 'r', attempts: 2, state: 'released', error: null, due: 7 }]);
  });

  it('are given back without an attempt where they come while it drains', async () => {
    const inbox = openInbox({ thread: true });
    let begun = 0;
    inbox.work('r', async () => {
      begun += 1;
      await pause(5);
    });
    const puts = Array.from({ length: 40 }, (_, n) => inbox.put(makeStored(n)));
    await Promise.all(puts.slice(0, 5));
    await inbox.drain();
    await inbox.close();
    await Promise.allSettled(puts);
    expect(query(inbox.file, 'SELECT id FROM hooklatch_delivery WHERE state = 3')).toHaveLength(begun);
    expect(
      query(inbox.file, 'SELECT id FROM hooklatch_delivery WHERE state = 1 OR (state = 0 AND attempts > 0)'),
    ).toEqual([]);
  });

  it('are handled by each of several inboxes on one file once, and stored once', async () => {
    const first = openInbox();
    const others = [openInbox({ file: first.file, thread: true }), openInbox({ file: first.file })];
    const handled: unknown[] = [];
    for (const inbox of [first, ...others]) {
      inbox.work('r', async (webhook) => {
        await pause(1);
        handled.push(numberIn(webhook));
      });
    }
    const numbers = Array.from({ length: 100 }, (_, n) => n);
    const results = await Promise.all(
      [first, ...others].flatMap((inbox) => numbers.map((n) => inbox.put(makeStored(n)))),
    );
    expect(results.filter((result) => result === 'stored')).toHaveLength(100);
    await eventually(() => handled.length >= 100);
    await pause(50);
    expect([...handled].sort((a, b) => Number(a) - Number(b))).toEqual(numbers);
  });
});

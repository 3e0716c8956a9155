import { readFileSync } from 'node:fs';
import type { Database } from '../../../src/inbox/sqlite/driver';
import { startEngine } from '../../../src/inbox/sqlite/engine';
import type { PutRow, Report, StoreSettings } from '../../../src/inbox/sqlite/messages';
import { eventually, pause } from '../../helpers/http';
import { DRIVER, makeStored, newFile, numberIn, openFile, openInbox, query } from '../../helpers/inbox';

const row = (key: string, more: Partial<PutRow> = {}): PutRow => ({
  route: 'r',
  keys: [key],
  orderKey: null,
  received: 1,
  keepMs: 0,
  provider: 'p',
  event: null,
  meta: '{}',
  body: Buffer.from('body'),
  ...more,
});

function settings(more: Partial<StoreSettings> = {}): StoreSettings {
  const retry = { attempts: 3, firstMs: 1, maxMs: 1 };
  const times = { leaseMs: 100, pollMs: 5, keepDoneMs: 1000, keepDeadMs: 1000, busyTimeoutMs: 50 };
  return { file: newFile(), driver: DRIVER, maxBytes: undefined, owner: 'me', ...times, retry, ...more };
}

const ROUTE = { route: 'r', concurrency: 2, attemptTimeoutMs: 100_000 };

describe('startEngine()', () => {
  it('commits in one transaction what comes in one turn', async () => {
    const reports: Report[] = [];
    const engine = startEngine(settings(), (report) => reports.push(report));
    for (const tag of [1, 2, 3]) engine.push({ puts: [{ tag, row: row(`k${tag}`) }] });
    engine.push({ routes: [ROUTE] });
    await eventually(() => reports.length > 0);
    expect(reports[0]).toMatchObject({
      puts: [1, 2, 3].map((tag) => ({ tag, result: 'stored' })),
      jobs: [{ key: 'k1', attempts: 1 }, { key: 'k2' }],
    });
    engine.close();
  });

  it('stores the others where one delivery cannot be stored, and writes what has ended', async () => {
    const reports: Report[] = [];
    const engine = startEngine(settings(), (report) => reports.push(report));
    const bad = row('bad', { provider: null as never });
    engine.push({
      puts: [
        { tag: 1, row: row('a') },
        { tag: 2, row: bad },
        { tag: 3, row: row('c') },
      ],
    });
    await eventually(() => reports.length > 0);
    const results = reports.flatMap(({ puts }) => puts);
    expect(results).toMatchObject([
      { tag: 1, result: 'stored' },
      { tag: 2, failure: expect.stringMatching(/NOT NULL/) },
      { tag: 3, result: 'stored' },
    ]);
    engine.push({ puts: [{ tag: 4, row: bad }] });
    await eventually(() => reports.flatMap(({ puts }) => puts).length === 4);
    engine.close();
  });

  it('knows a copy by any of its keys, and forgets all of them with the delivery', async () => {
    let now = 1_000_000;
    const given = settings();
    const reports: Report[] = [];
    const engine = startEngine(
      given,
      (report) => reports.push(report),
      () => now,
    );
    const put = async (tag: number, keys: readonly string[]): Promise<unknown> => {
      engine.push({ puts: [{ tag, row: row('', { keys }) }] });
      await eventually(() => reports.some(({ puts }) => puts.some((put) => put.tag === tag)));
      return reports.flatMap(({ puts }) => puts).find((put) => put.tag === tag)!.result;
    };
    expect(await put(1, ['a', 'b', 'b', 'a'])).toBe('stored');
    expect(await put(2, ['c', 'b'])).toBe('duplicate');
    expect(await put(3, ['b'])).toBe('duplicate');
    engine.close();
    now += 26 * 3_600_000;
    const db = openFile(given.file);
    db.exec('UPDATE hooklatch_delivery SET state = 3, due = 0');
    db.close();
    sweepOnce(given, () => now);
    expect(query(given.file, 'SELECT key FROM hooklatch_alias')).toEqual([]);
    expect(query(given.file, 'SELECT id FROM hooklatch_body')).toEqual([]);
  });

  it('sweeps more than one transaction takes, and keeps the keys', async () => {
    const given = settings();
    const engine = startEngine(given, () => undefined);
    engine.push({ puts: Array.from({ length: 1200 }, (_, tag) => ({ tag, row: row(`k${tag}`) })) });
    engine.close();
    const db = openFile(given.file);
    db.exec('UPDATE hooklatch_delivery SET state = 3, due = 0');
    db.close();
    sweepOnce(given);
    await pause(100);
    expect(query(given.file, 'SELECT count(*) AS n FROM hooklatch_body')).toEqual([{ n: 0 }]);
    expect(query(given.file, "SELECT count(*) AS n FROM hooklatch_delivery WHERE meta = ''")).toEqual([
      { n: 1200 },
    ]);
  });

  it('tries again what it could not write while another process held the file', async () => {
    const given = settings();
    const reports: Report[] = [];
    const engine = startEngine(given, (report) => reports.push(report));
    engine.push({ puts: [{ tag: 1, row: row('a') }], routes: [ROUTE] });
    await eventually(() => reports.length === 1);
    const [job] = reports[0]!.jobs;
    const other = openFile(given.file);
    other.exec('BEGIN IMMEDIATE');
    engine.push({ ends: [{ id: job!.id, route: 'r', attempts: 1, state: 'done', error: null, due: 0 }] });
    await pause(150);
    other.exec('COMMIT');
    other.close();
    await eventually(
      () => query<{ state: number }>(given.file, 'SELECT state FROM hooklatch_delivery')[0]!.state === 3,
    );
    engine.close();
  });

  it('gives back what was claimed and not begun when it closes', async () => {
    const given = settings();
    const reports: Report[] = [];
    const engine = startEngine(given, (report) => reports.push(report));
    engine.push({ puts: [{ tag: 1, row: row('a') }], routes: [ROUTE] });
    await eventually(() => reports.length === 1);
    engine.close();
    expect(query(given.file, 'SELECT state, attempts, owner FROM hooklatch_delivery')).toEqual([
      { state: 0, attempts: 0, owner: null },
    ]);
  });

  it('knows what is held of a route that it does not work', async () => {
    const reports: Report[] = [];
    const engine = startEngine(settings(), (report) => reports.push(report));
    engine.push({ held: [{ id: 7, route: 'other', attempts: 1, deadline: Date.now() + 1000 }] });
    await eventually(() => reports.length > 0);
    expect(reports[0]).toEqual({ puts: [], jobs: [], lost: [] });
    // An end that comes twice, as after a thread was started again, changes nothing.
    for (let n = 1; n < 3; n += 1) {
      engine.push({ ends: [{ id: 7, route: 'other', attempts: 1, state: 'done', error: null, due: 0 }] });
      await eventually(() => reports.length > n);
    }
    engine.close();
  });

  it('waits where the file fails under it', async () => {
    const engine = startEngine(settings(), () => undefined);
    (engine as unknown as { db: Database }).db.close();
    engine.push({ routes: [ROUTE] });
    await pause(20);
    (engine as unknown as { sweep(): void }).sweep();
    expect(() => engine.close()).toThrow();
    (engine as unknown as { stopTimers(): void }).stopTimers();
  });
});

/** Runs the sweep that comes once a minute. */
function sweepOnce(given: StoreSettings, clock?: () => number): void {
  const engine = startEngine(given, () => undefined, clock);
  const inner = engine as unknown as { sweep(): void };
  inner.sweep();
  setTimeout(() => engine.close(), 80);
}

describe('sqliteInbox({ maxBytes })', () => {
  it('refuses when it is full, stores nothing half, and stores again after a purge', async () => {
    const inbox = openInbox({ maxBytes: 200_000, keepDoneMs: 1_000_000 });
    const big = Buffer.from(JSON.stringify({ n: 'x'.repeat(20_000) }));
    let stored = 0;
    let failure: Error | undefined;
    for (let n = 0; n < 20; n += 1) {
      await inbox.put(makeStored(n, { body: big })).then(
        () => (stored += 1),
        (error: unknown) => (failure = error as Error),
      );
    }
    expect(failure!.message).toMatch(/full/);
    expect(stored).toBeGreaterThan(2);
    expect(query(inbox.file, 'SELECT count(*) AS n FROM hooklatch_delivery')).toEqual([{ n: stored }]);
    let handled = 0;
    inbox.work('r', () => (handled += 1));
    await eventually(async () => handled === stored && (await inbox.view.counts()).done === stored);
    expect(await inbox.view.purge({})).toBe(stored);
    expect(await inbox.put(makeStored('new', { body: big }))).toBe('stored');
  });
});

describe('a lease that has ended', () => {
  it('counts as an attempt, so that a delivery that ends its process is dead in the end', async () => {
    const outcomes: unknown[] = [];
    const given = settings({ retry: { attempts: 2, firstMs: 1, maxMs: 1 } });
    for (let n = 0; n < 2; n += 1) {
      const jobs: unknown[] = [];
      const engine = startEngine(given, (report) => jobs.push(...report.jobs));
      engine.push({ puts: [{ tag: 1, row: row('a') }], routes: [ROUTE] });
      await eventually(() => jobs.length === 1);
      // As a kill leaves it: nothing is written any more.
      (engine as unknown as { stopTimers(): void }).stopTimers();
      (engine as unknown as { db: Database }).db.close();
    }
    const inbox = openInbox({
      file: given.file,
      retry: { attempts: 2, firstMs: 1, maxMs: 1 },
      onAttempt: ({ outcome, code, attempt }) => outcomes.push([outcome, code, attempt]),
    });
    inbox.work('r', () => outcomes.push('handled'));
    await eventually(() => outcomes.length === 1);
    expect(outcomes).toEqual([['dead', 'ERR_WEBHOOK_TIMEOUT', 2]]);
    expect((await inbox.view.list({}, 1))[0]!.error).toBe('its process has ended, or hangs');
  });

  it('has the delivery handled by another process', async () => {
    const given = settings();
    const jobs: unknown[] = [];
    const engine = startEngine(given, (report) => jobs.push(...report.jobs));
    engine.push({
      puts: [
        { tag: 1, row: row('a', { meta: JSON.stringify(makeStored(1).meta), body: Buffer.from('{"n":7}') }) },
      ],
      routes: [ROUTE],
    });
    await eventually(() => jobs.length === 1);
    (engine as unknown as { stopTimers(): void }).stopTimers();
    (engine as unknown as { db: Database }).db.close();
    const outcomes: unknown[] = [];
    const seen: unknown[] = [];
    const inbox = openInbox({
      file: given.file,
      retry: { firstMs: 1, maxMs: 1 },
      onAttempt: ({ outcome, attempt }) => outcomes.push([outcome, attempt]),
    });
    inbox.work('r', (webhook, { attempt }) => seen.push([numberIn(webhook), attempt]));
    await eventually(() => outcomes.length === 2);
    expect(outcomes).toEqual([
      ['retry', 1],
      ['done', 2],
    ]);
    expect(seen).toEqual([[7, 2]]);
  });
});

describe('erasure', () => {
  it('leaves no byte of a body in any file, with keepDoneMs 0 and after a purge', async () => {
    const inbox = openInbox({ keepDoneMs: 0, keepDeadMs: 0, retry: { attempts: 1 } });
    const other = openInbox({ retry: { attempts: 1 } });
    let ended = 0;
    for (const one of [inbox, other]) {
      one.work('r', (webhook) => {
        ended += 1;
        if (numberIn(webhook) === 'marker-0') throw new Error('marker-error');
      });
      for (let n = 0; n < 30; n += 1) await one.put(makeStored(`marker-${n}`));
    }
    await eventually(() => ended === 60);
    await eventually(async () => {
      const { done, dead } = await other.view.counts();
      return done + dead === 30;
    });
    expect(await other.view.purge({})).toBe(30);
    expect(await other.put(makeStored('marker-1'))).toBe('duplicate');
    await inbox.close();
    await other.close();
    for (const { file } of [inbox, other]) {
      expect(query(file, 'SELECT count(*) AS n FROM hooklatch_body')).toEqual([{ n: 0 }]);
      // The key of a copy is not a text of the sender in real life.
      const text = readFileSync(file, 'latin1').replaceAll(/key marker-\d+/g, '');
      expect(text.match(/marker-(\d+|error)/g)).toBeNull();
    }
  });
});

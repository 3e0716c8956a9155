import { PermanentError, type Inbox, type InboxAttempt, type SealOptions } from 'hooklatch/inbox';
import type { RetryOptions } from 'hooklatch/inbox';
import { randomBytes } from 'node:crypto';
import { eventually, pause } from './http';
import { makeStored, numberIn } from './inbox';

/** The options that every engine has. */
export interface ContractOptions {
  readonly retry?: RetryOptions;
  readonly seal?: SealOptions;
  readonly onAttempt?: (attempt: InboxAttempt) => unknown;
}

/** A place where deliveries are kept, with the inboxes that share it. */
export interface InboxPlace {
  open(options?: ContractOptions): Promise<Inbox>;
  /** All that is kept there, as text. */
  dump(): Promise<string>;
}

export interface InboxEngine {
  readonly makePlace: () => InboxPlace;
  readonly isOrdered: boolean;
}

const FAST = { firstMs: 1, maxMs: 5 };

/** An inbox, and the records of its attempts. */
async function openRecorded(place: InboxPlace, options: ContractOptions = {}) {
  const records: InboxAttempt[] = [];
  const inbox = await place.open({
    retry: FAST,
    ...options,
    onAttempt: (record) => records.push(record),
  });
  return { inbox, records };
}

/** The contract of every inbox. */
export function itKeepsTheInboxContract({ makePlace, isOrdered }: InboxEngine): void {
  const inboxes: Inbox[] = [];
  let place: InboxPlace;

  beforeEach(() => {
    const made = makePlace();
    place = {
      ...made,
      async open(options) {
        const inbox = await made.open({ retry: FAST, ...options });
        inboxes.push(inbox);
        return inbox;
      },
    };
  });
  afterEach(async () => {
    await Promise.all(inboxes.splice(0).map((inbox) => inbox.close()));
  });

  it('has each stored delivery handled once, with its payload, its key and its place', async () => {
    const inbox = await place.open();
    const handled: unknown[] = [];
    inbox.work('r', (webhook, { attempt, key, route, path, receivedAt }) =>
      handled.push([numberIn(webhook), attempt, key, route, path, receivedAt.getTime()]),
    );
    const receivedAt = Date.now() - 5000;
    const puts = [1, 2, 3].map((n) => inbox.put(makeStored(n, { receivedAt })));
    expect(await Promise.all(puts)).toEqual(['stored', 'stored', 'stored']);
    await eventually(() => handled.length === 3);
    await inbox.drain();
    const expected = [1, 2, 3].map((n) => [n, 1, `key ${n}`, 'r', '/hooks', receivedAt]);
    expect(handled.sort()).toEqual(expected);
  });

  it('stores one of fifty copies that come at once, and knows it when it is done', async () => {
    const inbox = await place.open();
    const copies = await Promise.all(Array.from({ length: 50 }, () => inbox.put(makeStored(1))));
    expect(copies.filter((result) => result === 'stored')).toHaveLength(1);
    expect(copies.filter((result) => result === 'duplicate')).toHaveLength(49);
    let calls = 0;
    inbox.work('r', () => (calls += 1));
    await eventually(() => calls === 1);
    await pause(50);
    expect(await inbox.put(makeStored(1))).toBe('duplicate');
    await inbox.drain();
    expect(calls).toBe(1);
  });

  it('knows a copy by any of its keys, and stores each time what has none', async () => {
    const inbox = await place.open();
    const withKeys = (n: number, ...keys: string[]) =>
      inbox.put(makeStored(n, { keys: keys.map((key) => ({ key, ttlMs: 1000.5 })) }));
    expect(await withKeys(1, 'a', 'b', 'c')).toBe('stored');
    expect(await withKeys(2, 'x', 'b')).toBe('duplicate');
    expect(await withKeys(3, 'y', 'z', 'c')).toBe('duplicate');
    expect(await withKeys(4, 'a', 'w')).toBe('duplicate');
    expect(await withKeys(5, 'x', 'y')).toBe('stored');
    expect([await withKeys(6), await withKeys(6)]).toEqual(['stored', 'stored']);
  });

  it('calls a handler again that has thrown, until it has not', async () => {
    const { inbox, records } = await openRecorded(place);
    inbox.work('r', (_webhook, { attempt }) => {
      if (attempt < 3) throw new Error('not yet');
    });
    await inbox.put(makeStored(1));
    await eventually(() => records.some(({ outcome }) => outcome === 'done'));
    expect(records.map(({ attempt, outcome, code }) => [attempt, outcome, code])).toEqual([
      [1, 'retry', 'ERR_WEBHOOK_HANDLER'],
      [2, 'retry', 'ERR_WEBHOOK_HANDLER'],
      [3, 'done', null],
    ]);
    expect(records[0]).toMatchObject({ route: 'r', provider: 'github', event: 'push', id: 'id 1' });
  });

  it('gives up after the attempts that are allowed, and at once for a PermanentError', async () => {
    const { inbox, records } = await openRecorded(place, { retry: { ...FAST, attempts: 2 } });
    inbox.work('r', (webhook) => {
      throw numberIn(webhook) === 1 ? new Error('always') : new PermanentError('never');
    });
    await inbox.put(makeStored(1));
    await inbox.put(makeStored(2));
    await eventually(() => records.filter(({ outcome }) => outcome === 'dead').length === 2);
    await pause(50);
    const numbers = records.map(({ id, attempt, outcome }) => `${id}: ${attempt} ${outcome}`);
    expect(numbers.sort()).toEqual(['id 1: 1 retry', 'id 1: 2 dead', 'id 2: 1 dead']);
  });

  it('comes back when the error, or the option, says', async () => {
    const { inbox, records } = await openRecorded(place, {
      retry: { firstMs: 3_000_000, delayMs: (attempt) => (attempt === 2 ? 1500 : undefined) },
    });
    inbox.work('r', (_webhook, { attempt }) => {
      if (attempt === 1) throw Object.assign(new Error('busy'), { retryAfterMs: 1000 });
      if (attempt === 2) throw new Error('again');
    });
    await inbox.put(makeStored(1));
    await eventually(() => records.length === 3);
    const delays = records.map(({ nextAttemptAt, time, durationMs }) =>
      nextAttemptAt === null ? null : Date.parse(nextAttemptAt) - Date.parse(time) - durationMs,
    );
    expect(delays).toEqual([1000, 1500, null]);
    const [first, second] = records.map(({ time }) => Date.parse(time));
    expect(second! - first!).toBeGreaterThanOrEqual(995);
  });

  it('takes an attempt that hangs as failed, and aborts its signal', async () => {
    const { inbox, records } = await openRecorded(place);
    const reasons: unknown[] = [];
    inbox.work(
      'r',
      (_webhook, { attempt, signal }) => {
        if (attempt > 1) return undefined;
        signal.addEventListener('abort', () => reasons.push((signal.reason as Error).message));
        return new Promise(() => undefined);
      },
      { attemptTimeoutMs: 100 },
    );
    await inbox.put(makeStored(1));
    await eventually(() => records.length === 2);
    expect(reasons).toEqual(['the handler took longer than 100 ms']);
    expect(records.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['retry', 'ERR_WEBHOOK_TIMEOUT'],
      ['done', null],
    ]);
  });

  it('keeps what nothing handles yet for the next process', async () => {
    const first = await place.open();
    await first.put(makeStored(1));
    await first.close();
    await expect(Promise.resolve(first.put(makeStored(2)))).rejects.toThrow(/closed/);
    const second = await place.open();
    const handled: unknown[] = [];
    second.work('r', (webhook) => handled.push(numberIn(webhook)));
    await eventually(() => handled.length === 1);
    expect(handled).toEqual([1]);
  });

  it('lets those that run end when it drains, and leaves the others for the next process', async () => {
    const first = await place.open();
    let begun = 0;
    const ended: unknown[] = [];
    first.work(
      'r',
      async (webhook) => {
        begun += 1;
        await pause(200);
        ended.push(numberIn(webhook));
      },
      { concurrency: 3 },
    );
    await Promise.all(Array.from({ length: 12 }, (_, n) => first.put(makeStored(n))));
    await eventually(() => begun === 3);
    await first.drain();
    expect([begun, ended.length]).toEqual([3, 3]);
    await first.close();
    const second = await place.open();
    const attempts: number[] = [];
    second.work('r', (webhook, { attempt }) => {
      attempts.push(attempt);
      ended.push(numberIn(webhook));
    });
    await eventually(() => ended.length === 12);
    expect(attempts).toEqual(Array(9).fill(1));
    expect(new Set(ended).size).toBe(12);
  });

  it('handles no more at once than the route allows, and holds up no other route', async () => {
    const inbox = await place.open();
    let running = 0;
    let most = 0;
    const others: unknown[] = [];
    const ends: (() => void)[] = [];
    inbox.work(
      'slow',
      () => {
        running += 1;
        most = Math.max(most, running);
        return new Promise<void>((resolve) => ends.push(resolve)).finally(() => (running -= 1));
      },
      { concurrency: 2 },
    );
    inbox.work('r', (webhook) => others.push(numberIn(webhook)));
    await Promise.all([1, 2, 3, 4].map((n) => inbox.put(makeStored(n, { route: 'slow' }))));
    await eventually(() => running === 2);
    await inbox.put(makeStored(5));
    await eventually(() => others.length === 1);
    for (let count = 0; count < 4; count += 1) {
      await eventually(() => ends.length > count);
      ends[count]!();
    }
    await inbox.drain();
    expect(most).toBe(2);
  });

  it('brings back a dead delivery of which a copy comes', async () => {
    const { inbox, records } = await openRecorded(place);
    let isBroken = true;
    const handled: unknown[] = [];
    inbox.work('r', (webhook) => {
      if (isBroken) throw new PermanentError('no');
      handled.push(numberIn(webhook));
    });
    const keys = ['first', 'second'].map((key) => ({ key, ttlMs: 1 }));
    await inbox.put(makeStored(1, { keys }));
    await eventually(() => records.length === 1);
    isBroken = false;
    const [first, second] = keys;
    await eventually(async () => (await inbox.put(makeStored(2, { keys: [first!, second!] }))) === 'stored');
    await eventually(() => handled.length === 1);
    expect(handled).toEqual([2]);
    expect(await inbox.put(makeStored(3, { keys: [{ key: 'third', ttlMs: 1 }, second!] }))).toBe('duplicate');
  });

  it('refuses a second handler of a route, and options that mean nothing', async () => {
    const inbox = await place.open();
    inbox.work('r', () => undefined);
    expect(() => inbox.work('r', () => undefined)).toThrow(/"r" has a handler already.*route: '...'/);
    expect(() => inbox.work('s', () => undefined, { concurrency: 0 })).toThrow(/"concurrency"/);
    expect(() => inbox.work('', () => undefined)).toThrow(/"route"/);
  });

  if (isOrdered) {
    it('handles the deliveries of one order key one after another, in their order', async () => {
      const inbox = await place.open();
      const seen: unknown[] = [];
      inbox.work('r', async (webhook, { attempt }) => {
        await pause(1);
        if (attempt === 1 && Number(numberIn(webhook)) % 3 === 0) throw new Error('again');
        seen.push(numberIn(webhook));
      });
      const numbers = Array.from({ length: 12 }, (_, n) => n);
      for (const n of numbers) await inbox.put(makeStored(n, { orderKey: 'o' }));
      await eventually(() => seen.length === 12);
      expect(seen).toEqual(numbers);
    });
  } else {
    it('stores nothing that must be handled in order', async () => {
      const inbox = await place.open();
      await expect(Promise.resolve(inbox.put(makeStored(1, { orderKey: 'o' })))).rejects.toThrow(/orderBy/);
    });
  }

  it('stores no byte of what it seals, and handles it', async () => {
    const seal = { keys: [{ id: '1', key: randomBytes(32) }] } as const;
    const inbox = await place.open({ seal });
    const handled: unknown[] = [];
    const body = Buffer.from('{"n":"a text that is nowhere"}');
    const stored = makeStored('x', { body });
    inbox.work('r', (webhook, { attempt }) => {
      if (attempt === 1) throw new Error(`an error of ${String(numberIn(webhook))}`);
      handled.push(numberIn(webhook));
    });
    await inbox.put({ ...stored, meta: { ...stored.meta, path: '/a-path-that-is-nowhere' } });
    await eventually(() => handled.length === 1);
    expect(handled).toEqual(['a text that is nowhere']);
    const text = await place.dump();
    const secrets = ['that is nowhere', 'a-path-that-is', body.toString('base64').slice(4, -4)];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });
}

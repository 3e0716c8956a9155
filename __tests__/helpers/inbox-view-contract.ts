import { PermanentError, type Inbox, type InboxView } from 'hooklatch/inbox';
import { eventually } from './http';
import type { InboxPlace } from './inbox-contract';
import { makeStored, numberIn } from './inbox';

const RETRY = { firstMs: 1, maxMs: 1, attempts: 1 };

/** The contract of the view of every inbox. */
export function itKeepsTheViewContract(makePlace: () => InboxPlace): void {
  const inboxes: Inbox[] = [];
  let place: InboxPlace;
  let inbox: Inbox;
  let view: InboxView;
  let isBroken = true;
  let handled: unknown[] = [];

  const open = async (): Promise<Inbox> => {
    const opened = await place.open({ retry: RETRY, onAttempt: () => undefined });
    inboxes.push(opened);
    return opened;
  };
  const idOf = async (state: 'waiting' | 'done' | 'dead'): Promise<string> =>
    (await view.list({ state }, 10))[0]!.id;

  // One that is dead, one that is done, and one that waits.
  beforeEach(async () => {
    isBroken = true;
    handled = [];
    place = makePlace();
    inbox = await open();
    view = inbox.view!;
    inbox.work('r', (webhook) => {
      if (isBroken && numberIn(webhook) === 'dead') throw new PermanentError('it is broken');
      handled.push(numberIn(webhook));
    });
    await inbox.put(makeStored('dead', { receivedAt: Date.now() - 9000 }));
    await inbox.put(makeStored('done', { receivedAt: Date.now() - 6000 }));
    await eventually(async () => {
      const { done, dead } = await view.counts();
      return done + dead === 2;
    });
    await inbox.put(makeStored('waits', { route: 's', receivedAt: Date.now() - 3000 }));
  });
  afterEach(async () => {
    await Promise.all(inboxes.splice(0).map((each) => each.close()));
  });

  it('counts, lists by filters, and shows', async () => {
    const counts = await view.counts();
    expect(counts).toMatchObject({ waiting: 1, running: 0, behind: 0, done: 1, dead: 1 });
    expect(counts.oldestMs).toBeGreaterThanOrEqual(3000);
    const list = async (filter: object): Promise<unknown[]> =>
      (await view.list(filter, 10)).map(({ state }) => state);
    expect(await list({})).toEqual(['waiting', 'done', 'dead']);
    expect((await view.list({}, 1)).map(({ state }) => state)).toEqual(['waiting']);
    expect(await list({ state: 'dead' })).toEqual(['dead']);
    expect(await list({ route: 's' })).toEqual(['waiting']);
    expect(await list({ event: 'push', before: Date.now() - 5000, after: Date.now() - 7000 })).toEqual([
      'done',
    ]);
    expect(await list({ event: 'pull' })).toEqual([]);
    expect(await list({ search: 'is bro' })).toEqual(['dead']);
    const id = await idOf('dead');
    expect(await view.show(id)).toMatchObject({
      id,
      route: 'r',
      provider: 'github',
      event: 'push',
      state: 'dead',
      attempts: 1,
      bytes: 12,
      error: 'it is broken',
      meta: { id: 'id dead', path: '/hooks' },
    });
    expect((await view.body(id))?.toString()).toBe('{"n":"dead"}');
    expect([await view.show('999'), await view.body('999')]).toEqual([undefined, undefined]);
    expect((await view.show(await idOf('waiting')))!.error).toBeNull();
  });

  it('retries what is dead, replays what is done, and leaves the rest alone', async () => {
    const [dead, done, waiting] = [await idOf('dead'), await idOf('done'), await idOf('waiting')];
    isBroken = false;
    handled = [];
    expect([await view.retry(done), await view.replay(waiting), await view.retry('999')]).toEqual([
      false,
      false,
      false,
    ]);
    expect([await view.retry(dead), await view.retry(waiting)]).toEqual([true, true]);
    await eventually(() => handled.length === 1);
    expect(await view.replay(done)).toBe(true);
    await eventually(() => handled.length === 2);
    expect(handled).toEqual(['dead', 'done']);
  });

  it('discards what waits, which no handler gets', async () => {
    const waiting = await idOf('waiting');
    expect([await view.discard(await idOf('done')), await view.discard('999')]).toEqual([false, false]);
    expect(await view.discard(waiting)).toBe(true);
    inbox.work('s', (webhook) => handled.push(numberIn(webhook)));
    await eventually(async () => (await view.counts()).dead === 2);
    expect(await view.show(waiting)).toMatchObject({ state: 'dead', error: 'discarded' });
    expect(handled).toEqual(['done']);
    expect(await view.retry(waiting)).toBe(true);
    await eventually(() => handled.includes('waits'));
  });

  it('purges by a filter; what was erased is not handled again, and its copy is still known', async () => {
    const done = await idOf('done');
    expect(await view.purge({ state: 'done' })).toBe(1);
    expect(await view.purge({})).toBe(1);
    expect(await view.purge({})).toBe(0);
    expect(await view.show(done)).toMatchObject({ state: 'done', bytes: null, meta: null, error: null });
    expect(await view.body(done)).toBeUndefined();
    expect([await view.replay(done), await view.retry(await idOf('dead'))]).toEqual([false, false]);
    expect(await inbox.put(makeStored('done'))).toBe('duplicate');
    expect((await view.counts()).waiting).toBe(1);
    expect((await place.dump()).includes('it is broken')).toBe(false);
    await view.close();
  });
}

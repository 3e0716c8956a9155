import { eventually } from '../../helpers/http';
import { makeStored, numberIn, openFile, openInbox, query, type TestInbox } from '../../helpers/inbox';

/** An inbox with one delivery that is dead, one that is done, and two that wait, one behind the other. */
async function filled(): Promise<{
  inbox: TestInbox & { file: string };
  handled: unknown[];
  repair: () => void;
}> {
  const file = openInbox({ work: false }).file;
  const before = openInbox({ file, retry: { attempts: 1 } });
  let broken = true;
  const handled: unknown[] = [];
  const handle = (webhook: { readonly payload: unknown }): void => {
    if (broken && numberIn(webhook) === 'dead') throw new Error('it is broken');
    handled.push(numberIn(webhook));
  };
  before.work('r', handle);
  await before.put(makeStored('dead', { receivedAt: 1000 }));
  await before.put(makeStored('done', { receivedAt: 2000 }));
  await eventually(async () => {
    const { done, dead } = await before.view.counts();
    return done + dead === 2;
  });
  await before.close();
  const inbox = openInbox({ file });
  await inbox.put(makeStored('first', { orderKey: 'o', route: 's' }));
  await inbox.put(makeStored('second', { orderKey: 'o', route: 's' }));
  return {
    inbox,
    handled,
    repair: () => {
      broken = false;
      inbox.work('r', handle);
    },
  };
}

describe('inbox.view', () => {
  it('counts, lists by filters, and shows', async () => {
    const { inbox } = await filled();
    const { view } = inbox;
    expect(await view.counts()).toMatchObject({ waiting: 1, running: 0, behind: 1, done: 1, dead: 1 });
    const idsOf = async (filter: object): Promise<unknown[]> =>
      (await view.list(filter, 10)).map(({ id }) => Number(id));
    expect(await idsOf({})).toEqual([4, 3, 2, 1]);
    expect(await idsOf({ state: 'dead' })).toEqual([1]);
    expect(await idsOf({ route: 's' })).toEqual([4, 3]);
    expect(await idsOf({ route: 'r', event: 'push', after: 1001, before: 2001 })).toEqual([2]);
    expect(await idsOf({ search: 'is bro' })).toEqual([1]);
    expect(await idsOf({ search: '%' })).toEqual([]);
    expect(await view.show('1')).toMatchObject({
      id: '1',
      route: 'r',
      provider: 'github',
      event: 'push',
      state: 'dead',
      attempts: 1,
      receivedAt: 1000,
      bytes: 12,
      error: 'it is broken',
      meta: { id: 'id dead', method: 'POST' },
    });
    expect((await view.body('1'))!.toString()).toBe('{"n":"dead"}');
    expect([await view.show('99'), await view.body('99')]).toEqual([undefined, undefined]);
  });

  it('retries what is dead, replays what is done, and leaves the rest alone', async () => {
    const { inbox, handled, repair } = await filled();
    const { view } = inbox;
    repair();
    expect([await view.retry('2'), await view.retry('99'), await view.replay('3')]).toEqual([
      false,
      false,
      false,
    ]);
    expect([await view.retry('1'), await view.replay('2')]).toEqual([true, true]);
    await eventually(() => handled.length === 3);
    expect(handled).toEqual(['done', 'dead', 'done']);
    // One that waits is tried at once, and stays in front of what is behind it.
    expect([await view.retry('3'), await view.retry('4')]).toEqual([true, false]);
    expect(await view.counts()).toMatchObject({ waiting: 1, behind: 1 });
  });

  it('discards what waits, and lets the next of its order key go', async () => {
    const { inbox } = await filled();
    expect([await inbox.view.discard('3'), await inbox.view.discard('2')]).toEqual([true, false]);
    expect(await inbox.view.counts()).toMatchObject({ waiting: 1, behind: 0, dead: 2 });
    // "Resend" on the page of the sender brings it back, behind the other one.
    expect(await inbox.put(makeStored('first', { orderKey: 'o', route: 's' }))).toBe('stored');
    expect(await inbox.view.counts()).toMatchObject({ waiting: 1, behind: 1, dead: 1 });
  });

  it('purges by a filter; what was erased is not handled again, and its copy is still known', async () => {
    const { inbox } = await filled();
    const { view } = inbox;
    expect(await view.purge({ state: 'done' })).toBe(1);
    expect(await view.purge({ state: 'done' })).toBe(0);
    expect([await view.replay('2'), await view.body('2')]).toEqual([false, undefined]);
    expect(await view.show('2')).toMatchObject({ state: 'done', bytes: null, meta: null });
    expect(await inbox.put(makeStored('done'))).toBe('duplicate');
    expect(query(inbox.file, 'SELECT id FROM hooklatch_body')).toHaveLength(3);
  });

  it('purges more than one transaction takes', async () => {
    const inbox = openInbox({ work: false });
    await Promise.all(Array.from({ length: 501 }, (_, n) => inbox.put(makeStored(n))));
    const db = openFile(inbox.file);
    db.exec('UPDATE hooklatch_delivery SET state = 3');
    db.close();
    expect(await inbox.view.purge({})).toBe(501);
  });

  it('says how long the oldest has waited, and nothing where all have ended', async () => {
    const inbox = openInbox({ clock: () => 5000 });
    expect((await inbox.view.counts()).oldestMs).toBe(0);
    await inbox.put(makeStored(1, { receivedAt: 2000 }));
    expect((await inbox.view.counts()).oldestMs).toBe(3000);
  });
});

import type { Worker } from 'node:worker_threads';
import type { InboxAttempt } from 'hooklatch/inbox';
import type * as Link from '../../../src/inbox/sqlite/link';
import { eventually, pause, warnings } from '../../helpers/http';
import { makeStored, numberIn, openInbox, query, type TestInbox } from '../../helpers/inbox';

const workerOf = (inbox: TestInbox): Worker => (inbox as unknown as { link: { worker: Worker } }).link.worker;
const linkOf = (inbox: TestInbox) => (inbox as unknown as { link: { isUp: boolean } }).link;

describe('the thread of an inbox', () => {
  it('is started again when it dies: what was not written is refused, and what runs ends', async () => {
    const attempts: InboxAttempt[] = [];
    const inbox = openInbox({
      thread: true,
      leaseMs: 60_000,
      onAttempt: (attempt) => attempts.push(attempt),
    });
    const began: unknown[] = [];
    let goOn: (() => void) | undefined;
    inbox.work('r', (webhook) => {
      began.push(numberIn(webhook));
      return numberIn(webhook) === 1 ? new Promise<void>((resolve) => (goOn = resolve)) : undefined;
    });
    await inbox.put(makeStored(1));
    await eventually(() => goOn !== undefined);
    const dying = workerOf(inbox).terminate();
    const unwritten = inbox.put(makeStored(2));
    await expect(unwritten).rejects.toThrow(/the store of the inbox has ended: it has exited/);
    await dying;
    await expect(inbox.put(makeStored(3))).rejects.toThrow(/is being started again/);
    goOn?.();
    await pause(20);
    await eventually(() => linkOf(inbox).isUp);
    expect(await inbox.put(makeStored(4))).toBe('stored');
    await eventually(() => attempts.length >= 2);
    expect(began).toEqual([1, 4]);
    expect(warnings).toContainEqual(
      expect.stringMatching(/the thread of an inbox has ended and is started again/),
    );
    await inbox.close();
    expect(query(inbox.file, 'SELECT state FROM hooklatch_delivery')).toEqual([{ state: 3 }, { state: 3 }]);
  });

  it('goes on with what is being handled, where it began before the thread died', async () => {
    const inbox = openInbox({ thread: true, leaseMs: 1500 });
    let calls = 0;
    let goOn: (() => void) | undefined;
    inbox.work('r', () => {
      calls += 1;
      return new Promise<void>((resolve) => (goOn = resolve));
    });
    await inbox.put(makeStored(1));
    await eventually(() => goOn !== undefined);
    await workerOf(inbox).terminate();
    await eventually(() => linkOf(inbox).isUp);
    // Longer than a lease: it is renewed by the new thread.
    await pause(1800);
    goOn?.();
    await inbox.close();
    expect(calls).toBe(1);
    expect(query(inbox.file, 'SELECT state FROM hooklatch_delivery')).toEqual([{ state: 3 }]);
  });

  it('can be closed while it is down, and while it fails to start', async () => {
    const down = openInbox({ thread: true });
    await workerOf(down).terminate();
    await eventually(() => !linkOf(down).isUp);
    await down.drain();
    await down.close();
    await expect(down.put(makeStored(1))).rejects.toThrow('the inbox is closed');
    const starting = openInbox({ thread: true });
    await workerOf(starting).terminate();
    await pause(110);
    await starting.close();
  });

  it('fails with its reason', async () => {
    const inbox = openInbox({ thread: true, work: false });
    inbox.work('r', () => undefined);
    await inbox.put(makeStored(0));
    workerOf(inbox).emit('error', new Error('a reason'));
    await workerOf(inbox).terminate();
    await eventually(() => warnings.some((text) => text.includes('a reason')));
    await eventually(() => linkOf(inbox).isUp);
    expect(await inbox.put(makeStored(1))).toBe('stored');
    expect(await inbox.view.counts()).toMatchObject({ waiting: 2, running: 0 });
  });

  it('says what to do where its file is not there', () => {
    jest.isolateModules(() => {
      jest.doMock('../../../src/inbox/sqlite/thread-file', () => ({
        resolveThreadFile: () => {
          throw new Error('Cannot find module');
        },
      }));
      const { openInThread } = jest.requireActual<typeof Link>('../../../src/inbox/sqlite/link');
      expect(() => openInThread({} as never, {} as never)).toThrow(
        /bundled into one file.*"thread" to false/,
      );
    });
  });

  it('takes no more than its disk keeps up with', async () => {
    const inbox = openInbox({ thread: true });
    const body = Buffer.alloc(8 * 1024 ** 2);
    const puts = Array.from({ length: 12 }, (_, n) => inbox.put(makeStored(n, { body })));
    const results = await Promise.allSettled(puts);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(4);
    expect(results.at(-1)).toMatchObject({
      reason: { message: expect.stringMatching(/the disk does not keep up/) },
    });
  });
});

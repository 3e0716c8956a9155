import { sqliteInbox } from 'hooklatch/inbox';
import { DRIVER, newFile, openInbox } from '../../helpers/inbox';
import { typeErrorOf } from '../../helpers/type-error';

describe('the options of sqliteInbox()', () => {
  it('need the file alone, where Node has SQLite', async () => {
    const open = (): ReturnType<typeof sqliteInbox> => sqliteInbox({ file: newFile() });
    if (DRIVER === 'node:sqlite') await open().close();
    else expect(typeErrorOf(open)).toMatch(/npm install @photostructure/);
  });

  it.each([
    [{ file: undefined }, /option "file" must be a string that is not blank/],
    [{ thread: true, clock: Date.now }, /option "clock" cannot be asked from another thread/],
    [{ driver: 'no-such-driver' }, /"no-such-driver" cannot be loaded/],
    [{ retry: 3 }, /option "retry" must be an object/],
    [{ maxBytes: 'much' }, /option "maxBytes" must be a number of bytes/],
    [{ keepDoneMs: -1 }, /option "keepDoneMs" must be milliseconds/],
    [{ leaseMs: 1 }, /option "leaseMs"/],
    [
      { seal: 'secret of another, long enough' },
      /option "seal" must be an object with "keys", got a value of type string/,
    ],
    [{ fil: 'x' }, /unknown option "fil"; the options are file, driver/],
  ])('refuse %j', (more, message) => {
    expect(typeErrorOf(() => sqliteInbox({ file: newFile(), driver: DRIVER, ...more } as never))).toMatch(
      message,
    );
  });

  it.each([
    ['', () => 1, {}, /option "route" must be a string/],
    ['r', undefined, {}, /option "handle" must be a function/],
    ['r', () => 1, { concurrency: 0 }, /option "concurrency" must be deliveries at once/],
  ])('of work() refuse the route %j', (route, handle, options, message) => {
    const inbox = openInbox();
    expect(typeErrorOf(() => inbox.work(route, handle as never, options))).toMatch(message);
  });
});

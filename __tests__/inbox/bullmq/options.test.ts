import { bullmqInbox, type BullmqInboxOptions } from 'hooklatch/inbox/bullmq';
import { readOptions } from '../../../src/inbox/bullmq/options';
import { typeErrorOf } from '../../helpers/type-error';

describe('the options of bullmqInbox()', () => {
  it('need the connection alone', () => {
    expect(readOptions({ connection: 'redis://127.0.0.1:6379' })).toMatchObject({
      connection: { url: 'redis://127.0.0.1:6379' },
      name: 'webhooks',
      work: true,
      leaseMs: 30_000,
      keepDoneMs: 86_400_000,
      keepDeadMs: 30 * 86_400_000,
      retry: { attempts: 15, firstMs: 5000, maxMs: 3_600_000 },
    });
  });

  it('leave to another backend what its address means', () => {
    const backend = () => undefined as never;
    expect(readOptions({ connection: 'postgres://localhost/app', backend }).connection).toBe(
      'postgres://localhost/app',
    );
  });

  it.each([
    ['connection', undefined],
    ['connection', ''],
    ['backend', 'createPostgresBackend'],
    ['name', 'a:b'],
    ['prefix', ''],
    ['leaseMs', 1],
    ['keepDoneMs', -1],
    ['seal', 'a key'],
    ['clock', Date.now],
  ])('are refused where "%s" is %p', (option, value) => {
    const options = { connection: 'redis://127.0.0.1', [option]: value } as BullmqInboxOptions;
    expect(typeErrorOf(() => bullmqInbox(options))).toMatch(new RegExp(`^bullmqInbox\\(\\):.*"${option}"`));
  });

  it('show no password of the address', () => {
    const connection = 7 as never;
    expect(typeErrorOf(() => bullmqInbox({ connection }))).toMatch(/got a value of type number/);
  });
});

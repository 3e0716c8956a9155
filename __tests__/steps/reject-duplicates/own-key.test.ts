import { fastcomments, fastcommentsLegacy, memoryStore, pagerduty, providers, type Webhook } from 'hooklatch';
import { NOW } from '../../helpers/http';
import { storeWith } from '../../helpers/handling';
import { startSequence } from '../../helpers/sequence';

describe('the option duplicates.key', () => {
  const key = ({ payload }: Webhook): string | undefined => (payload as { readonly id?: string }).id;

  it('knows what FastComments signs anew for a retry', async () => {
    const sequence = await startSequence(fastcomments, { duplicates: { key } });
    const [body, other] = ['{"id":"c1","comment":"a"}', '{"id":"c2","comment":"a"}'];
    await sequence.statuses({ body }, { body, now: NOW + 1000 }, { body: other }, { body, now: NOW - 9000 });
    expect(sequence.handled()).toBe(2);
  });

  it('holds both keys while the handler runs, and both for their own time when it has ended', async () => {
    const { store, calls } = storeWith();
    const sequence = await startSequence(fastcomments, { duplicates: { key, store, ttlMs: 5000 } });
    await sequence.statuses({ body: '{"id":"c1"}' });
    const [first, second, ...rest] = calls;
    expect([first![0], second![0], first![2] === second![2], first![1] === second![1]]).toEqual([
      'claim',
      'claim',
      true,
      false,
    ]);
    expect(rest).toEqual([
      ['complete', first![1], first![2], 360_000, 360_000],
      ['complete', second![1], second![2], 5000, 0],
    ]);
  });

  it('remembers for a day where no ttlMs is given', async () => {
    const { store, calls } = storeWith();
    const sequence = await startSequence(fastcomments, { duplicates: { key, store } });
    await sequence.statuses({ body: '{"id":"c1"}' });
    expect(calls.at(-1)!.slice(3)).toEqual([86_400_000, 0]);
  });

  it('remembers for an hour more than the sender tries, where that is longer than a day', async () => {
    const { store, calls } = storeWith();
    const sequence = await startSequence(pagerduty, { duplicates: { key, store } });
    await sequence.statuses({ body: '{"id":"c1","event":{"id":"e1"}}' });
    expect(calls.slice(2).map(([, , , ttlMs]) => ttlMs)).toEqual([49 * 3_600_000, 49 * 3_600_000]);
  });

  it('gives the first key back where the second is not to be had', async () => {
    const { store, calls, count } = storeWith();
    const sequence = await startSequence(fastcomments, { duplicates: { key, store } });
    await sequence.statuses({ body: '{"id":"c1"}' }, { body: '{"id":"c1"}', now: NOW + 1000 });
    const released = calls.filter(([method]) => method === 'release');
    expect(released).toEqual([['release', calls[4]![1], calls[4]![2]]]);
    expect([count('complete'), sequence.handled()]).toEqual([2, 1]);
  });

  it('gives both back where the handler fails', async () => {
    const { store, count } = storeWith();
    const handle = jest.fn().mockRejectedValueOnce(new Error('no'));
    const sequence = await startSequence(fastcomments, {
      duplicates: { key, store },
      events: { '*': { method: 'PUT', handle } },
    });
    expect(await sequence.statuses({ body: '{"id":"c1"}' }, { body: '{"id":"c1"}' })).toEqual([500, 200]);
    expect([count('release'), handle.mock.calls.length]).toEqual([2, 2]);
  });

  it('knows copies of what has no other key', async () => {
    const sequence = await startSequence(fastcommentsLegacy, { duplicates: { key } });
    await sequence.statuses({ body: '{"id":"c1"}' }, { body: '{"id":"c1"}' }, { body: '{"id":"c2"}' });
    expect(sequence.handled()).toBe(2);
  });

  it.each([undefined, ''])('takes %j for no key', async (none) => {
    const sequence = await startSequence(fastcommentsLegacy, { duplicates: { key: () => none } });
    await sequence.statuses({}, {});
    expect(sequence.handled()).toBe(2);
  });

  it('tells two providers apart that give the same text', async () => {
    const store = memoryStore();
    const duplicates = { store, key: () => 'the same' };
    for (const provider of [fastcomments, providers.telehealth!]) {
      const sequence = await startSequence(provider, { duplicates });
      await sequence.statuses({});
      expect(sequence.handled()).toBe(1);
    }
  });

  it.each<[string, () => unknown]>([
    ['throws', () => JSON.parse('')],
    ['gives a promise', async () => 'key'],
    ['gives a number', () => 7],
    ['gives null', () => null],
  ])('answers 500 where it %s, and handles nothing', async (_what, wrong) => {
    const sequence = await startSequence(fastcomments, { duplicates: { key: wrong as never } });
    expect(await sequence.statuses({}, { body: '{"another":1}' })).toEqual([500, 500]);
    expect(sequence.handled()).toBe(0);
  });
});

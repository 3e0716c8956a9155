import {
  github,
  memoryStore,
  webhookGuard,
  webhookRouter,
  type DuplicatesOptions,
  type WebhookRouterOptions,
} from 'hooklatch';
import { eventually, NOW, pause, send, signed, start, startRouter } from '../../helpers/http';
import { storeWith } from '../../helpers/handling';
import { startSequence } from '../../helpers/sequence';

const COPY = { body: '{}', id: 'd-1' };

type Ask = NonNullable<DuplicatesOptions['handleAgain']>;

const asking = (handleAgain: Ask, more: Partial<WebhookRouterOptions> = {}) =>
  startSequence(github, { duplicates: { handleAgain }, ...more });

describe('the option duplicates.handleAgain', () => {
  it('lets in a delivery that the operator has asked the sender to repeat, once', async () => {
    const wanted = new Map<string | undefined, string>();
    const sequence = await asking(({ id }) => wanted.get(id));
    await sequence.statuses(COPY, COPY);
    expect(sequence.handled()).toBe(1);
    wanted.set('d-1', 'incident 12');
    expect(await sequence.statuses(COPY, COPY, COPY)).toEqual([200, 200, 200]);
    expect(sequence.handled()).toBe(2);
    wanted.set('d-1', 'incident 13');
    await sequence.statuses(COPY, COPY);
    expect(sequence.handled()).toBe(3);
  });

  it('is not asked for what comes for the first time, and lets in nothing that it does not name', async () => {
    const handleAgain = jest.fn((): string | undefined => undefined);
    const sequence = await asking(handleAgain);
    await sequence.statuses(COPY);
    expect(handleAgain).not.toHaveBeenCalled();
    await sequence.statuses(COPY);
    handleAgain.mockReturnValueOnce('');
    await sequence.statuses(COPY);
    expect([handleAgain.mock.calls.length, sequence.handled()]).toEqual([2, 1]);
  });

  it('says it in the decision', async () => {
    const receiver = await startRouter({
      provider: github,
      events: { '*': () => undefined },
      duplicates: { handleAgain: () => 'again' },
    });
    for (let sent = 1; sent <= 3; sent += 1) {
      await send(receiver.port, {
        path: '/hooks',
        headers: signed(github, '{}', { id: COPY.id }),
        body: '{}',
      });
      await eventually(() => receiver.decisions.length === sent);
    }
    const shown = receiver.decisions.map(({ outcome, notes }) => [outcome, ...notes]);
    expect(shown).toEqual([['accepted'], ['accepted', 'again'], ['duplicate']]);
  });

  it('welcomes the next try where it fails again', async () => {
    const handle = jest.fn().mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Error('no'));
    const sequence = await asking(() => 'again', { events: { '*': handle } });
    expect(await sequence.statuses(COPY, COPY, COPY, COPY)).toEqual([200, 500, 200, 200]);
    expect(handle).toHaveBeenCalledTimes(3);
  });

  it('lets it through a second guard of the same store, which does not compete with the first', async () => {
    let handled = 0;
    const secret = 'a secret for tests, long enough';
    const duplicates = { store: memoryStore(), handleAgain: () => 'again' };
    const guard = webhookGuard({ provider: github, secret, clock: () => NOW, duplicates });
    const { port } = await start((app) => {
      app.use(guard);
      app.use(guard, (_req, res) => {
        handled += 1;
        res.end();
      });
    });
    const deliver = () => send(port, { headers: signed(github, '{}', { id: COPY.id }), body: '{}' });
    expect([(await deliver()).status, (await deliver()).status, (await deliver()).status]).toEqual([
      200, 200, 200,
    ]);
    expect(handled).toBe(2);
  });

  it('puts off a copy of what is being handled again', async () => {
    const entered: (() => void)[] = [];
    let runs = 0;
    const handle = (): Promise<void> | undefined => {
      runs += 1;
      return runs === 1 ? undefined : new Promise((resolve) => entered.push(resolve));
    };
    const options = { provider: github, secret: 'a secret for tests, long enough', clock: () => NOW };
    const { port } = await start((app) =>
      app.use(
        webhookRouter({ ...options, events: { '*': handle }, duplicates: { handleAgain: () => 'again' } }),
      ),
    );
    const deliver = () => send(port, { headers: signed(github, '{}', { id: COPY.id }), body: '{}' });
    await deliver();
    const second = deliver();
    await eventually(() => entered.length === 1);
    expect((await deliver()).status).toBe(409);
    entered[0]!();
    expect((await second).status).toBe(200);
  });

  it.each([
    ['a promise, which would let in every copy', () => Promise.resolve('again') as unknown as string],
    ['null', () => null as unknown as string],
    [
      'nothing, because it throws',
      () => {
        throw new Error('no');
      },
    ],
    [
      'nothing, because it throws undefined',
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a user may
        throw undefined;
      },
    ],
  ])('answers 500, and handles nothing, where it gives %s', async (_what, handleAgain: Ask) => {
    const later = storeWith({
      claim: (...args) => pause(1).then(() => later.inner.claim(...args)),
    });
    for (const store of [memoryStore(), later.store]) {
      const sequence = await startSequence(github, { duplicates: { handleAgain, store } });
      expect(await sequence.statuses(COPY, COPY)).toEqual([200, 500]);
      expect(sequence.handled()).toBe(1);
    }
  });
});

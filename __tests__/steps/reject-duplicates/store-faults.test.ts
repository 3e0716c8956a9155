import { fastcomments, memoryStore, type DuplicateStore } from 'hooklatch';
import { eventually, freshCopy, NOW, pause, SECRET, send, signed, start, warnings } from '../../helpers/http';
import { makeGate, SETTINGS, startHandling, storeWith, type Handle } from '../../helpers/handling';

const never = (): Promise<never> => new Promise(() => undefined);

function raise(thrown: unknown): never {
  throw thrown;
}

/** The ways in which a store fails. */
const FAULTS: readonly [string, () => never][] = [
  ['throws', () => raise(new Error('down'))],
  ['throws undefined', () => raise(undefined)],
  ['rejects', () => Promise.reject(new Error('down')) as never],
  ['does not answer', never as () => never],
  ['answers nothing', () => undefined as never],
  ['answers nonsense', () => Promise.resolve('OK') as never],
];

const IN_MEMORY = SETTINGS.filter(([, { makeStore }]) => makeStore === memoryStore);

describe.each(IN_MEMORY)('rejectDuplicates() in %s, when the store fails', (_name, setting) => {
  it.each(FAULTS)('answers 503 within a second where a claim %s', async (_what, fault) => {
    const { store } = storeWith({ claim: fault }, setting.makeStore());
    const handling = await startHandling(setting, (res) => res.end(), { store });
    const startedAt = performance.now();
    const answer = await handling.deliver();
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect([answer.status, answer.headers['retry-after'], handling.handled()]).toEqual([503, '5', 0]);
    expect(handling.decisions).toMatchObject([{ outcome: 'failed', code: 'ERR_WEBHOOK_STORE' }]);
  });

  it.each(FAULTS)('answers the success all the same where its end %s', async (_what, fault) => {
    let failures = 0;
    const inner = setting.makeStore();
    const complete: DuplicateStore['complete'] = (...args) => {
      failures += 1;
      return failures === 1 ? fault() : inner.complete(...args);
    };
    const { store, count } = storeWith({ complete }, inner);
    const handling = await startHandling(setting, (res) => res.status(201).end(), { store });
    expect((await handling.deliver()).status).toBe(201);
    expect((await handling.deliver()).status).toBe(409);
    await eventually(() => count('complete') === 2 && handling.decisions.length === 2);
    expect(handling.decisions.find(({ status }) => status === 201)).toMatchObject({
      outcome: 'accepted',
      notes: ['complete-failed'],
    });
    await pause(5);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  });

  it('leaves to its lease what it could not give back, and says so', async () => {
    const { store } = storeWith({ release: () => raise(new Error('down')) }, setting.makeStore());
    const handle: Handle = (res, attempt) => res.sendStatus(attempt === 1 ? 500 : 200);
    const handling = await startHandling(setting, handle, { store, leaseMs: 1000 });
    const startedAt = performance.now();
    expect((await handling.deliver()).status).toBe(500);
    await handling.ended(1);
    expect(handling.decisions[0]).toMatchObject({ notes: ['release-failed'] });
    expect((await handling.deliver()).status).toBe(409);
    await eventually(async () => (await handling.deliver()).status === 200);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    expect(handling.handled()).toBe(2);
  });

  it('goes on where a renewal finds the claim lost, and says so', async () => {
    const gate = makeGate();
    const { store, inner, calls, count } = storeWith({}, setting.makeStore());
    const handling = await startHandling(setting, () => gate.opened, { store, leaseMs: 1000 });
    const first = handling.deliver();
    await eventually(() => handling.handled() === 1);
    const [, key, owner] = calls[0]!;
    await inner.release(key, owner);
    await inner.claim(key, 'somebody else', 60_000);
    await eventually(() => count('renew') === 2);
    gate.open();
    expect((await first).status).toBe(200);
    await handling.ended(1);
    expect(handling.decisions).toMatchObject([{ outcome: 'accepted', notes: ['claim-lost'] }]);
    expect([count('complete'), await inner.claim(key, 'a third', 1000)]).toEqual([1, 'in-progress']);
  });

  it('goes on where a renewal fails, and renews again', async () => {
    const gate = makeGate();
    let renewals = 0;
    const inner = setting.makeStore();
    const renew: DuplicateStore['renew'] = (...args) => {
      renewals += 1;
      return renewals === 1 ? raise(new Error('down')) : inner.renew(...args);
    };
    const { store, count } = storeWith({ renew }, inner);
    const handling = await startHandling(setting, () => gate.opened, { store, leaseMs: 1000 });
    const first = handling.deliver();
    await eventually(() => count('renew') === 4);
    expect((await handling.deliver()).status).toBe(409);
    gate.open();
    expect((await first).status).toBe(200);
    await handling.ended(2);
    expect([handling.handled(), handling.decisions[1]!.notes]).toEqual([1, []]);
  });

  it('gives back a claim that was granted too late, so that the retry is handled', async () => {
    const gate = makeGate();
    const inner = setting.makeStore();
    let asked = 0;
    const claim: DuplicateStore['claim'] = async (...args) => {
      asked += 1;
      const state = await inner.claim(...args);
      if (asked === 1) await gate.opened;
      return state;
    };
    const { store, count } = storeWith({ claim }, inner);
    const handling = await startHandling(setting, (res) => res.end(), { store });
    expect((await handling.deliver()).status).toBe(503);
    expect((await handling.deliver()).status).toBe(409);
    gate.open();
    await eventually(() => count('release') === 1);
    await pause(5);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  });
});

describe('rejectDuplicates(), when the store stays away', () => {
  const [[, setting]] = SETTINGS as [(typeof SETTINGS)[number]];

  it('says four times how a delivery ended, then leaves it to its lease', async () => {
    const { store, count } = storeWith({ complete: () => raise(new Error('down')) });
    const delays: unknown[] = [];
    const handling = await startHandling(setting, (res) => res.end(), { store });
    const real = setTimeout;
    jest.spyOn(global, 'setTimeout').mockImplementation((run, milliseconds = 0) => {
      // Seconds would be long for a test.
      const isRetry = [200, 1000, 5000].includes(milliseconds);
      if (isRetry) delays.push(milliseconds);
      return real(run, isRetry ? 1 : milliseconds);
    });
    expect((await handling.deliver()).status).toBe(200);
    await eventually(() => count('complete') === 4);
    await pause(20);
    expect([count('complete'), delays]).toEqual([4, [200, 1000, 5000]]);
    expect((await handling.deliver()).status).toBe(409);
  });

  it('answers 503 where the memory is full of deliveries that could still be fresh', async () => {
    const store = memoryStore({ maxRecords: 1 });
    const handling = await startHandling(setting, (res) => res.end(), { store });
    void store.claim('another', 'somebody', 60_000);
    expect((await handling.deliver()).status).toBe(503);
    expect(handling.handled()).toBe(0);
  });

  it.each([
    [new Error('ECONNREFUSED'), 'ECONNREFUSED'],
    ['down', "'down'"],
    [undefined, 'undefined'],
  ])('warns once of a store that fails with %p', async (thrown, text) => {
    const copy = freshCopy();
    const { store } = storeWith({ claim: () => raise(thrown) });
    const { port } = await start((app) => {
      const { webhookGuard, fastcomments: provider } = copy;
      app.use(webhookGuard({ provider, secret: SECRET, clock: () => NOW, duplicates: { store } }));
    });
    const sent = { method: 'PUT', headers: signed(fastcomments, '{}'), body: '{}' };
    for (let times = 0; times < 2; times += 1) expect((await send(port, sent)).status).toBe(503);
    expect(warnings).toEqual([`the store of the option "duplicates" failed: ${text}`]);
  });
});

import type { Response } from 'express';
import { memoryStore, type DuplicateStore } from 'hooklatch';
import { eventually, pause } from '../../helpers/http';
import { makeGate, SETTINGS, startHandling, storeWith } from '../../helpers/handling';

const never = (): Promise<never> => new Promise(() => undefined);

describe.each(SETTINGS)('rejectDuplicates() in %s, while a delivery is claimed', (_name, setting) => {
  const { kind, compressed } = setting;

  it('renews the claim for as long as the handler runs, puts copies off, then knows them', async () => {
    const { store, count } = storeWith({}, setting.makeStore());
    const gate = makeGate();
    const handle = async (res: Response): Promise<void> => {
      await gate.opened;
      res.status(202).json({ text: 'its own' });
    };
    const handling = await startHandling(setting, handle, { store, leaseMs: 1000 });
    const first = handling.deliver();
    await eventually(() => count('renew') === 4);
    const copy = await handling.deliver();
    expect([copy.status, copy.headers['retry-after']]).toEqual([409, '5']);
    if (!compressed) expect(copy.text).toBe('{"error":"Conflict"}\n');
    gate.open();
    expect((await first).status).toBe(202);
    await handling.drain();
    expect([handling.handled(), count('complete'), count('release')]).toEqual([1, 1, 0]);
    expect(handling.decisions.map(({ outcome, code, status }) => [outcome, code, status])).toEqual([
      ['duplicate', 'ERR_WEBHOOK_IN_PROGRESS', 409],
      ['accepted', null, 202],
    ]);
  });

  it('acknowledges a copy of what was handled, and does not handle it', async () => {
    const handling = await startHandling(
      setting,
      (res) => res.json({ text: 'its own' }),
      {},
      { acknowledge: 202 },
    );
    expect((await handling.deliver()).status).toBe(200);
    await eventually(() => handling.decisions.length === 1);
    const copy = await handling.deliver();
    expect([copy.status, copy.text, handling.handled()]).toEqual([202, '', 1]);
    await eventually(() => handling.decisions.length === 2);
    expect(handling.decisions[1]).toMatchObject({ outcome: 'duplicate', code: null, status: 202 });
  });

  it('handles one of many copies that come at once', async () => {
    const gate = makeGate();
    const handling = await startHandling(setting, () => gate.opened);
    const statuses: number[] = [];
    const copies = Array.from({ length: 20 }, async () => statuses.push((await handling.deliver()).status));
    await eventually(() => statuses.length === 19);
    gate.open();
    await Promise.all(copies);
    expect(statuses).toEqual([...Array.from({ length: 19 }, () => 409), 200]);
    expect(handling.handled()).toBe(1);
  });

  it('does not claim what is authentic but cannot be parsed', async () => {
    const { store, count } = storeWith({}, setting.makeStore());
    const handling = await startHandling(setting, (res) => res.end(), { store });
    for (const body of ['{', '{']) expect((await handling.deliver({ body })).status).toBe(400);
    expect([count('claim'), handling.handled()]).toEqual([0, 0]);
  });

  it('neither gives a handler up that is over its time nor renews its claim', async () => {
    const { store, count } = storeWith({}, setting.makeStore());
    const handling = await startHandling(
      setting,
      (res, attempt) => (attempt === 1 ? never() : res.end()),
      { store, leaseMs: 1000 },
      { handlerTimeoutMs: 500 },
    );
    const started = Date.now();
    const first = handling.deliver().catch(() => undefined);
    if (kind === 'router') {
      expect(await first).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    } else {
      await pause(600);
    }
    expect((await handling.deliver()).status).toBe(409);
    await eventually(async () => (await handling.deliver()).status === 200);
    expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
    expect([handling.handled(), count('release')]).toEqual([2, 0]);
    expect(count('renew')).toBeLessThanOrEqual(1);
  });
});

describe.each(SETTINGS.filter(([, { kind }]) => kind === 'router'))(
  'rejectDuplicates() in %s, when the handler is over its time',
  (_name, setting) => {
    it('lets a late success complete', async () => {
      const gate = makeGate();
      const { store, count } = storeWith({}, setting.makeStore());
      const handle = (): Promise<void> => gate.opened;
      const handling = await startHandling(setting, handle, { store }, { handlerTimeoutMs: 50 });
      expect((await handling.deliver()).status).toBe(503);
      expect((await handling.deliver()).status).toBe(409);
      gate.open();
      await eventually(() => count('complete') === 1);
      await pause(10);
      expect((await handling.deliver()).status).toBe(200);
      expect(handling.handled()).toBe(1);
      expect(handling.decisions[0]).toMatchObject({ outcome: 'failed', code: 'ERR_WEBHOOK_TIMEOUT' });
    });

    it('lets a late failure release', async () => {
      const gate = makeGate();
      const { store, count } = storeWith({}, setting.makeStore());
      const handle = async (_res: Response, attempt: number): Promise<void> => {
        await gate.opened;
        if (attempt === 1) throw new Error('late');
      };
      const handling = await startHandling(setting, handle, { store }, { handlerTimeoutMs: 50 });
      expect((await handling.deliver()).status).toBe(503);
      expect((await handling.deliver()).status).toBe(409);
      gate.open();
      await eventually(() => count('release') === 1);
      await pause(10);
      expect((await handling.deliver()).status).toBe(200);
      expect(handling.handled()).toBe(2);
    });
  },
);

describe.each(SETTINGS.filter(([, { kind }]) => kind === 'guard'))(
  'rejectDuplicates() in %s, when the handler is over its time',
  (_name, setting) => {
    it('does nothing, and lets it complete', async () => {
      const gate = makeGate();
      const handling = await startHandling(setting, () => gate.opened, {}, { handlerTimeoutMs: 50 });
      const first = handling.deliver();
      await pause(100);
      expect((await handling.deliver()).status).toBe(409);
      gate.open();
      expect((await first).status).toBe(200);
      await handling.drain();
      expect(handling.handled()).toBe(1);
      expect(handling.decisions.map(({ status }) => status)).toEqual([409, 200]);
    });
  },
);

describe('rejectDuplicates(), by its defaults', () => {
  it('holds a delivery for 30 s and renews that every 10 s, for the 25 s that a handler has', async () => {
    const { store, calls } = storeWith();
    const [[, setting]] = SETTINGS as [(typeof SETTINGS)[number]];
    const every = jest.spyOn(global, 'setInterval');
    const handling = await startHandling(setting, () => pause(5), { store });
    await handling.deliver();
    expect(calls[0]).toEqual(['claim', expect.any(String), expect.any(String), 30_000]);
    expect(every.mock.calls.map(([, milliseconds]) => milliseconds)).toContain(10_000);
  });

  it('gives every delivery an owner that nobody else has', async () => {
    const owners: string[] = [];
    const claim: DuplicateStore['claim'] = (_key, owner) => {
      owners.push(owner);
      return 'claimed';
    };
    const [[, setting]] = SETTINGS as [(typeof SETTINGS)[number]];
    const { store } = storeWith({ claim }, memoryStore());
    const handlings = [
      await startHandling(setting, () => undefined, { store }),
      await startHandling(setting, () => undefined, { store }),
    ];
    for (const handling of [...handlings, ...handlings]) await handling.deliver();
    expect(new Set(owners).size).toBe(4);
    expect(owners.every((owner) => /^[\w-]{12}-\d+$/.test(owner))).toBe(true);
  });
});

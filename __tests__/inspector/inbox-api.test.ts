import { channel } from 'node:diagnostics_channel';
import { github, type Inbox, type InboxFilter, type InboxView } from 'hooklatch';
import { makeStored, openInbox, query, type TestInbox } from '../helpers/inbox';
import { startInspected, readStream } from '../helpers/inspector';
import { eventually, SECRET, send, type Answer } from '../helpers/http';

const ROUTES = [{ provider: github }] as const;

/** An inbox with deliveries in a state, and what the page asks of it. */
async function startWith(states: readonly string[], inbox: TestInbox | Inbox = openInbox({ work: false })) {
  for (const [index] of states.entries()) await inbox.put(makeStored(index + 1, { receivedAt: index + 1 }));
  if ('file' in inbox) {
    states.forEach((state, index) => {
      query(
        String(inbox.file),
        `UPDATE hooklatch_delivery SET state = ${state}, due = 9e15 WHERE id = ${index + 1}`,
      );
    });
  }
  const { ask, inspectorPort, inspector } = await startInspected(ROUTES, { inbox });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the page gets
  const read = async (path: string): Promise<any> =>
    // Answers are read as Latin-1.
    JSON.parse(Buffer.from((await ask(`/api/inbox/${path}`)).text, 'latin1').toString());
  const post = (name: string, fields: object): Promise<Answer> =>
    ask(`/api/inbox/${name}`, { method: 'POST', body: JSON.stringify(fields) });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the page gets
  const act = async (name: string, fields: object): Promise<any> =>
    JSON.parse((await post(name, fields)).text);
  return { inbox, inspector, inspectorPort, ask, read, post, act };
}

const [WAITING, BEHIND, DONE, DEAD] = ['0', '2', '3', '4'] as const;

describe('what the page reads of an inbox', () => {
  it('is a list with counts, by every filter, and says where it has more', async () => {
    const { read } = await startWith([WAITING, DONE, DEAD, DEAD]);
    const all = await read('list');
    expect(all).toMatchObject({ counts: { waiting: 1, running: 0, done: 1, dead: 2 }, hasMore: false });
    expect(all.deliveries.map(({ id }: { id: string }) => id)).toEqual(['4', '3', '2', '1']);
    const count = async (params: string): Promise<number> => (await read(`list?${params}`)).deliveries.length;
    expect(await count('state=dead')).toBe(2);
    expect(await count('route=r&event=push')).toBe(4);
    expect(await count('route=other')).toBe(0);
    expect(await count('after=2&before=4')).toBe(2);
    expect(await count('after=&route=')).toBe(4);
    expect(await read('list?limit=3')).toMatchObject({ deliveries: { length: 3 }, hasMore: true });
    expect(await read('list?limit=5000')).toMatchObject({ deliveries: { length: 4 }, hasMore: false });
  });

  it.each([
    ['list?state=gone', 'There is no such state.'],
    ['list?after=yesterday', 'A time must be a number of milliseconds.'],
    ['list?limit=0', 'There is no such limit.'],
    ['list?limit=many', 'There is no such limit.'],
    ['show', 'Which delivery is meant?'],
    ['show?id=99', 'This delivery is no longer in the inbox.'],
  ])('answers 422 to %s', async (path, error) => {
    const { ask } = await startWith([WAITING]);
    const answer = await ask(`/api/inbox/${path}`);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([422, { error }]);
  });

  it('is one delivery with the attempts of this process and no others, and its body apart', async () => {
    const { read } = await startWith([WAITING, WAITING]);
    const attempt = { route: 'r', delivery: '1', attempt: 1, outcome: 'retry' };
    channel('hooklatch:attempt').publish({ attempt, cause: new Error(`with ${SECRET}`) });
    channel('hooklatch:attempt').publish({ attempt: { ...attempt, attempt: 2, outcome: 'done' } });
    channel('hooklatch:attempt').publish({ attempt: { ...attempt, route: 'other' } });
    const shown = await read('show?id=1');
    expect(shown.seen).toEqual([
      { ...attempt, thrown: 'with ••••••••' },
      { ...attempt, attempt: 2, outcome: 'done', thrown: null },
    ]);
    expect(shown.facts).toContainEqual(['Sender’s id', 'id 1']);
    expect(JSON.stringify(shown)).not.toContain('{\\"n\\":1}');
    expect(await read('body?id=1')).toEqual({ body: { size: 7, cut: false, text: '{"n":1}' } });
    expect((await read('show?id=2')).seen).toEqual([]);
  });

  it('has no more than is left of what was erased', async () => {
    const { read, act } = await startWith([DEAD]);
    expect(await act('purge', { state: 'dead' })).toEqual({ moved: 1 });
    expect(await read('show?id=1')).toMatchObject({ facts: null, headers: [], bytes: null });
    expect(await read('body?id=1')).toEqual({ body: null });
  });

  it('escapes what would turn or hide a text', async () => {
    const inbox = openInbox({ work: false });
    const { meta } = makeStored(1);
    const [event, orderKey] = ['\u202Egnp', 'a\u200Bb'];
    const given = {
      ...meta,
      event,
      orderKey,
      scope: 'tenant',
      timestamp: 0,
      target: '*',
      headers: { 'x-a': 'b\u0000' },
    };
    await inbox.put(makeStored(1, { meta: given }));
    const { read } = await startWith([], inbox);
    const shown = await read('show?id=1');
    expect(shown.event).toBe('\\u202egnp');
    expect(shown.facts).toEqual(
      expect.arrayContaining([
        ['Order key', 'a\\u200bb'],
        ['Tenant', 'tenant'],
        ['Signed time', '1970-01-01T00:00:00.000Z'],
        ['Found by', '*'],
      ]),
    );
    expect(shown.headers).toEqual([{ name: 'x-a', value: 'b\\u0000', masked: false }]);
  });
});

describe('what the page does with an inbox', () => {
  it.each([
    ['retry', {}, { moved: 2, of: 2, erased: 0 }, [WAITING, BEHIND, DONE, WAITING, WAITING]],
    ['retry', { state: 'waiting' }, { moved: 1, of: 1, erased: 0 }, [WAITING, BEHIND, DONE, DEAD, DEAD]],
    ['replay', {}, { moved: 3, of: 3, erased: 0 }, [WAITING, BEHIND, WAITING, WAITING, WAITING]],
    ['replay', { state: 'done' }, { moved: 1, of: 1, erased: 0 }, [WAITING, BEHIND, WAITING, DEAD, DEAD]],
    ['discard', {}, { moved: 2, of: 2, erased: 0 }, [DEAD, DEAD, DONE, DEAD, DEAD]],
    ['retry', { route: 'other' }, { moved: 0, of: 0, erased: 0 }, [WAITING, BEHIND, DONE, DEAD, DEAD]],
    ['retry', { id: '4' }, { moved: 1, of: 1 }, [WAITING, BEHIND, DONE, WAITING, DEAD]],
    ['retry', { id: '3' }, { moved: 0, of: 1 }, [WAITING, BEHIND, DONE, DEAD, DEAD]],
  ])('is %s of %j, and of no other', async (name, fields, answer, after) => {
    const { inbox, act } = await startWith([WAITING, BEHIND, DONE, DEAD, DEAD]);
    expect(await act(name, fields)).toEqual(answer);
    const found = query<{ state: number }>(
      (inbox as TestInbox & { file: string }).file,
      'SELECT state FROM hooklatch_delivery ORDER BY id',
    );
    expect(found.map(({ state }) => String(state))).toEqual(after);
  });

  it('says how many have no body any more', async () => {
    const { act } = await startWith([DEAD, DEAD]);
    await act('purge', { before: 2 });
    expect(await act('replay', {})).toEqual({ moved: 1, of: 2, erased: 1 });
  });

  it('counts those alone that could be moved, and masks the secrets of every endpoint', async () => {
    const entry = {
      route: 'r',
      provider: 'p',
      state: 'dead',
      attempts: 1,
      receivedAt: 1,
      dueAt: 2,
      bytes: 1,
    };
    const error = 'with the secret of this object';
    const entries = [
      { ...entry, id: 'a', event: null, error },
      { ...entry, id: 'b', event: 'e', error: null },
    ];
    const moved: string[] = [];
    const view = {
      counts: () => ({ waiting: 0, running: 0, behind: 0, done: 0, dead: 2, oldestMs: 0 }),
      list: ({ state }: InboxFilter) =>
        Promise.resolve(state === 'dead' || state === undefined ? entries : []),
      retry: (id: string) => Promise.resolve(moved.push(id) === 1),
    };
    const inbox = { put: jest.fn(), work: jest.fn(), drain: jest.fn(), close: jest.fn(), view };
    const url = 'http://127.0.0.1/github';
    const secret = { id: 'k', value: 'the secret of this object' };
    const endpoints = [
      { url, provider: github, secret },
      { url, provider: github },
    ];
    const { ask } = await startInspected([], { inbox: inbox as unknown as Inbox, endpoints });
    const { deliveries } = JSON.parse((await ask('/api/inbox/list')).text);
    expect(deliveries).toMatchObject([
      { event: null, error: expect.stringMatching(/^with (?!the)/) },
      { error: null },
    ]);
    const { text } = await ask('/api/inbox/retry', { method: 'POST', body: '{}' });
    expect([JSON.parse(text), moved]).toEqual([{ moved: 1, of: 2, erased: 0 }, ['b', 'a']]);
  });

  it('refuses a state that it is not for', async () => {
    const { post } = await startWith([DONE]);
    const { status, text } = await post('discard', { state: 'done' });
    expect([status, JSON.parse(text).error]).toEqual([
      422,
      'To discard is for what is waiting or behind, not done.',
    ]);
  });

  it('tells the page how far it is, and gives other work its turn', async () => {
    const { act, inspectorPort } = await startWith(Array.from({ length: 401 }, () => WAITING));
    const { events } = await readStream(inspectorPort);
    expect(events[0]!.data).toMatchObject({ hasInbox: true });
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    expect(await act('discard', {})).toMatchObject({ moved: 401 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
    await eventually(() => events.length >= 3);
    channel('hooklatch:attempt').publish({ attempt: { route: 'r', delivery: '1' } });
    await eventually(() => events.some(({ event }) => event === 'inbox'));
    expect(events.slice(1, 3).map(({ event, data }) => [event, data])).toEqual([
      ['inbox-progress', { name: 'discard', done: 200, of: 401 }],
      ['inbox-progress', { name: 'discard', done: 400, of: 401 }],
    ]);
  });

  it('is open to its own page alone', async () => {
    const { inspectorPort, inspector, read } = await startWith([DEAD]);
    const origin = new URL(inspector.url).origin;
    const tries = [
      { Origin: 'http://evil.example' },
      {},
      { Origin: origin, 'Sec-Fetch-Site': 'cross-site' },
      { Origin: origin, Host: `evil.example:${inspectorPort}` },
    ];
    for (const name of ['retry', 'replay', 'discard', 'purge']) {
      for (const headers of tries) {
        const sent = { path: `/api/inbox/${name}`, headers: headers as Record<string, string>, body: '{}' };
        expect((await send(inspectorPort, sent)).status).toBe(403);
      }
    }
    expect((await read('list')).counts.dead).toBe(1);
  });

  it.each([
    ['GET', 'retry', 405],
    ['POST', 'list', 405],
    ['GET', 'nothing', 404],
    ['GET', 'toString', 404],
  ])('answers %s of %s by %i', async (method, name, status) => {
    const { ask } = await startWith([]);
    expect((await ask(`/api/inbox/${name}`, { method, body: method === 'POST' ? '{}' : '' })).status).toBe(
      status,
    );
  });
});

describe('an inbox that cannot be read', () => {
  const noView = { put: jest.fn(), work: jest.fn(), drain: jest.fn(), close: jest.fn() };

  it('is refused at start-up where it has no view', async () => {
    for (const inbox of [{}, noView, null, { view: {} }]) {
      await expect(startInspected(ROUTES, { inbox: inbox as unknown as Inbox })).rejects.toThrow(
        'option "inbox" must be an inbox with a view, such as sqliteInbox()',
      );
    }
  });

  it('says why, in the words of its store', async () => {
    const list = (): never => {
      throw new Error('database is locked');
    };
    const inbox = { ...noView, view: { counts: () => ({}), list } as unknown as InboxView | undefined };
    const { ask } = await startWith([], inbox);
    expect(JSON.parse((await ask('/api/inbox/list')).text)).toEqual({
      error: 'The inbox cannot be read: database is locked.',
    });
    inbox.view = undefined;
    expect(JSON.parse((await ask('/api/inbox/list')).text).error).toBe('This inbox has no view any more.');
  });

  it('is not there where none was given', async () => {
    const { ask } = await startInspected(ROUTES);
    const { status, text } = await ask('/api/inbox/list');
    expect([status, text]).toEqual([422, '{"error":"startInspector() was given no inbox."}']);
  });
});

import { defineProvider, type ValueSource, type ProviderDefinition } from 'hooklatch';
import { readEventAndId, type EventAndId } from '../../src/core/event-and-id';
import { getCompiled } from '../../src/core/compiled-provider';

const factsOf = (more: Partial<ProviderDefinition>, payload: unknown, headers = {}): EventAndId => {
  const provider = defineProvider({
    name: 'p',
    algorithm: 'hmac-sha256',
    signature: { header: 'x-signature', encoding: 'hex' },
    signed: ['{body}'],
    secret: { encoding: 'utf8' },
    ...more,
  });
  return readEventAndId(getCompiled(provider), { headers }, { value: payload }, { body: true, id: '' });
};

/** The event and all events of a payload. */
const eventsOf = (event: ValueSource, payload: unknown): unknown[] => {
  const { event: only, events } = factsOf({ event }, payload);
  return [only, events];
};

describe('readEventAndId() of a list', () => {
  const TYPES = { body: 'events.[].type' };

  it.each([
    [[{ type: 'a' }], 'a', ['a']],
    [[{ type: 'a' }, { type: 'a' }], 'a', ['a']],
    [[{ type: 'a' }, { type: 'b' }, { type: 'a' }], undefined, ['a', 'b']],
    [[], undefined, []],
    [[{}, {}], undefined, []],
    [[{ type: 'a' }, {}], undefined, ['a']],
    [[{ type: 'a' }, { type: null }, 'text'], undefined, ['a']],
    [{ type: 'a' }, undefined, []],
    ['text', undefined, []],
  ])('finds in %j the event %p, and all: %j', (events, event, all) => {
    expect(eventsOf(TYPES, { events })).toEqual([event, all]);
  });

  it('reads lists in lists, and a list that is the whole body', () => {
    const changes = (...fields: string[]): object => ({ changes: fields.map((field) => ({ field })) });
    const path = { body: 'entry.[].changes.[].field' };
    expect(eventsOf(path, { entry: [changes('a'), changes('a', 'a')] })).toEqual(['a', ['a']]);
    expect(eventsOf(path, { entry: [changes('a'), changes('b')] })).toEqual([undefined, ['a', 'b']]);
    expect(eventsOf(path, { entry: [changes('a'), { messaging: [] }] })).toEqual([undefined, ['a']]);
    expect(eventsOf({ body: '[].data.type' }, [{ data: { type: 'a' } }])).toEqual(['a', ['a']]);
  });

  it('searches all of a long list', () => {
    const events = Array.from({ length: 5000 }, (_, index) => ({ type: index === 4999 ? 'b' : 'a' }));
    expect(eventsOf(TYPES, { events })).toEqual([undefined, ['a', 'b']]);
  });

  it('trusts the event of the whole list only', () => {
    const trusted = (...types: string[]): boolean =>
      factsOf({ event: TYPES }, { events: types.map((type) => ({ type })) }).trusted.event;
    expect([trusted('a', 'a'), trusted('a', 'b')]).toEqual([true, false]);
  });

  it('takes no header for the event of a mixed list', () => {
    const event = { ...TYPES, header: 'x-event' };
    const eventAndId = factsOf({ event }, { events: [{ type: 'a' }, { type: 'b' }] }, { 'x-event': 'a' });
    expect([eventAndId.event, eventAndId.disagree]).toEqual([undefined, false]);
  });

  it('takes for the id of a delivery only what all its entries share', () => {
    const idOf = (...ids: unknown[]): string | undefined => {
      const entries = ids.map((id) => ({ id }));
      return factsOf({ id: { body: '[].id' } }, entries).id;
    };
    expect([idOf('x'), idOf('x', 'x'), idOf('x', 'y'), idOf('x', undefined), idOf()]).toEqual([
      'x',
      'x',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('readEventAndId() of several fields', () => {
  const NAME = { body: ['type', 'action', 'kind'] };

  it.each([
    [{ type: 'Issue', action: 'create', kind: 'x' }, 'Issue.create.x'],
    [{ type: 'Issue', action: 'create' }, 'Issue.create'],
    [{ type: 'Issue', kind: 'x' }, 'Issue.x'],
    [{ type: 'Issue' }, 'Issue'],
    [{ action: 'create' }, undefined],
    [{}, undefined],
  ])('joins %j to %p', (payload, event) => {
    expect(eventsOf(NAME, payload)).toEqual([event, event === undefined ? [] : [event]]);
  });

  it('joins no lists of several', () => {
    const event = { body: ['[].type', '[].action'] };
    const entry = (type: string, action: string): object => ({ type, action });
    expect(eventsOf(event, [entry('a', 'x'), entry('a', 'x')])).toEqual(['a.x', ['a.x']]);
    expect(eventsOf(event, [entry('a', 'x'), entry('b', 'x')])).toEqual([undefined, ['a', 'b']]);
    expect(eventsOf(event, [entry('a', 'x'), entry('a', 'y')])).toEqual(['a', ['a']]);
    expect(eventsOf(event, [{ type: 'a' }, { type: 'b' }])).toEqual([undefined, ['a', 'b']]);
    expect(eventsOf(event, [{ action: 'x' }, { action: 'y' }])).toEqual([undefined, []]);
  });
});

describe('readEventAndId() of keys', () => {
  const KEYS = { keys: ['message', 'poll'] };

  it.each([
    [{ update_id: 1, message: {} }, 'message', ['message']],
    [{ message: null }, 'message', ['message']],
    [{ poll: 0, message: 0 }, undefined, ['message', 'poll']],
    [{ other: 1 }, undefined, []],
    [[], undefined, []],
    [null, undefined, []],
  ])('finds in %j the event %p, and all: %j', (payload, event, all) => {
    expect(eventsOf(KEYS, payload)).toEqual([event, all]);
  });
});

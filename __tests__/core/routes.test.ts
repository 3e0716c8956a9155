import { defineProvider, fastcomments, medplum, telehealth, type Provider } from 'hooklatch';
import { makeRoutes, type RouteTable, type Routes } from '../../src/core/routes';
import type { StandardSchema } from '../../src/core/schema';
import { typeErrorOf } from '../helpers/type-error';

type Handler = () => void;
const save: Handler = () => undefined;
const change: Handler = () => undefined;
const remove: Handler = () => undefined;
const other: Handler = () => undefined;

const schemaOf = (): StandardSchema => ({
  '~standard': { version: 1, validate: (value) => ({ value }) },
});

const make = (
  events: RouteTable<Handler>,
  provider: Provider = fastcomments,
  canResolve = false,
): Routes<Handler> => makeRoutes([provider], events, canResolve);

const messageOf = (events: object, provider?: Provider): string =>
  typeErrorOf(() => make(events as RouteTable<Handler>, provider));

describe('makeRoutes()', () => {
  it.each([
    [null, 'option "events" must be an object of handlers, got null'],
    [undefined, 'option "events" must be an object of handlers, got undefined'],
    [[], 'option "events" must be an object of handlers, got []'],
    [save, 'option "events" must be an object of handlers'],
    [{}, 'option "events" must have at least one event'],
    [
      { create: null },
      'option "events": option "create" must be a handler, or an object with "handle", got null',
    ],
    [{ create: undefined }, 'option "create" must be a handler'],
    [{ create: 0 }, 'option "create" must be a handler'],
    [{ create: '' }, 'option "create" must be a handler'],
    [{ create: {} }, 'event "create": option "handle" must be a function, got undefined'],
    [{ create: { handle: null } }, 'event "create": option "handle" must be a function, got null'],
    [{ create: { handle: save, methods: 'PUT' } }, 'event "create": unknown option "methods"'],
    [{ create: { handle: save, method: 'put' } }, 'event "create": option "method" must be a method'],
    [{ create: { handle: save, method: [] } }, 'event "create": option "method" must be a method'],
    [{ create: { handle: save, method: null } }, 'event "create": option "method" must be a method'],
    [
      { create: { handle: save, schema: {} } },
      'event "create": option "schema" must be a Standard Schema, which has the property "~standard": pass a schema ' +
        'of zod 3.24, valibot 1 or arktype 2, or a later one, itself and not its parse function, got',
    ],
    [
      { create: { handle: save, path: 'a' } },
      `event "create": option "path" must be a path that begins with '/'`,
    ],
    [{ create: { handle: save, path: '/a?b' } }, `event "create": option "path" must be a path`],
    [{ create: { handle: save, path: 'a/b' } }, `event "create": option "path" must be a path`],
    [{ create: { handle: save, path: ['/a'] } }, `event "create": option "path" must be a path`],
    [
      { create: { handle: save, method: ['PUT', 'put'] } },
      'option "method" must be a method or a list of them (GET, HEAD, POST, PUT, PATCH, DELETE), got',
    ],
    [{ create: { handle: save, path: '' } }, `event "create": option "path" must be a path`],
    [{ ' ': save }, 'the name of an event must not be blank'],
    [
      { create: { handle: save, method: 'DELETE' } },
      'option "method" must be one that fastcomments can send for it (PUT, POST), got \'DELETE\'',
    ],
    [
      { craete: save },
      'event "craete" is not one of fastcomments\'s (create, update, delete): correct the name, or give it a "method"',
    ],
    [
      { create: save, update: change, delete: remove },
      'option "events": "create" and "update" both arrive by PUT and nothing else tells them apart. Give them ' +
        'different methods ("method"), different paths ("path"), a function "resolveEvent" that names the event, ' +
        'or one and the same handler and schema',
    ],
    [
      { create: { handle: save, schema: schemaOf() }, update: { handle: save, schema: schemaOf() } },
      '"create" and "update" both arrive by PUT',
    ],
  ])('refuses %p', (events, message) => {
    expect(messageOf(events as never)).toContain(message);
  });

  it("refuses a path of '*', which takes what no other event takes", () => {
    const message = messageOf({ create: { handle: save, path: '/a' }, '*': { handle: save, path: '/b' } });
    expect(message).toMatch(/^event "\*": .* "path" has no meaning for it; leave it out, or give/);
  });

  it('refuses a path where the provider names the event', () => {
    expect(messageOf({ a: { handle: save, path: '/a' } }, telehealth)).toBe(
      'event "a": "path" is for senders that name no event, and telehealth names it',
    );
  });

  it('refuses two events that another of the providers does not name', () => {
    const events = { created: save, ended: remove };
    const message = typeErrorOf(() => makeRoutes([telehealth, medplum], events, false));
    expect(message).toContain('"created" and "ended" both arrive by POST');
    expect(makeRoutes([telehealth, telehealth], events, false).methods).toEqual(['POST']);
  });

  it('takes the one method of a sender, and all where the sender names the event', () => {
    expect(make({ saved: save }, medplum).methods).toEqual(['POST']);
    const provider = defineProvider({ ...telehealth, name: 'two', methods: ['POST', 'PUT'] });
    expect(make({ created: save }, provider).methods).toEqual(['POST', 'PUT']);
  });

  it('knows no default where a sender has several methods and no table', () => {
    const provider = defineProvider({ ...medplum, name: 'two', methods: ['POST', 'PUT'] });
    expect(messageOf({ saved: save }, provider)).toContain('give it a "method" (POST, PUT)');
    expect(make({ saved: { handle: save, method: 'PUT' } }, provider).methods).toEqual(['PUT']);
  });

  it('takes explicit undefined as absent', () => {
    const routes = make({ create: { handle: save, method: undefined, path: undefined } });
    expect(routes.findByRequest('PUT', '/')).toEqual({
      event: 'create',
      candidates: ['create'],
      handle: save,
    });
  });

  it('lists the methods of all events once', () => {
    const routes = make({ create: save, update: { handle: change, method: 'POST' }, delete: remove });
    expect(routes.methods).toEqual(['PUT', 'POST', 'DELETE']);
    expect(make({ '*': other }).methods).toEqual(['PUT', 'POST', 'DELETE']);
  });

  it('takes __proto__ for the name of an event and nothing else', () => {
    const events = JSON.parse('{"__proto__":0}') as object;
    expect(messageOf(events)).toContain('option "__proto__" must be a handler');
    expect(make({ create: save }).byName('toString', 'PUT')).toBe('unknown');
  });
});

describe('byName()', () => {
  const routes = make({ created: save, ended: { handle: remove, method: 'POST' } }, telehealth);

  it('finds the handler of a named event', () => {
    expect(routes.byName('created', 'POST')).toEqual({
      event: 'created',
      candidates: ['created'],
      handle: save,
    });
  });

  it('refuses a known event by another method than its own', () => {
    expect(routes.byName('created', 'PUT')).toBe('ERR_WEBHOOK_METHOD');
  });

  it('knows no other event, unless "*" takes the rest', () => {
    expect(routes.byName('other', 'POST')).toBe('unknown');
    const all = make({ created: save, '*': other }, telehealth);
    expect(all.byName('other', 'POST')).toEqual({ event: 'other', candidates: ['other'], handle: other });
    expect(all.byName('other', 'PUT')).toBe('ERR_WEBHOOK_METHOD');
    expect(all.byName('*', 'POST')).toMatchObject({ event: '*', handle: other });
  });

  it('gives a delivery that names no event to "*" alone', () => {
    expect(routes.byName(undefined, 'POST')).toBe('unknown');
    const all = make({ created: save, '*': other }, telehealth);
    expect(all.byName(undefined, 'POST')).toStrictEqual({
      event: undefined,
      candidates: [],
      schema: undefined,
      handle: other,
    });
    expect(all.byName(undefined, 'POST', ['created'])).toMatchObject({ handle: other });
  });

  it('refuses several events of which one has a handler, so that it is not lost', () => {
    expect(routes.byName(undefined, 'POST', ['created', 'other'])).toBe('ERR_WEBHOOK_EVENT');
    expect(routes.byName(undefined, 'POST', ['other', 'toString'])).toBe('unknown');
    expect(routes.byName('other', 'POST', ['created'])).toBe('unknown');
  });
});

describe('byRequest()', () => {
  it('tells events apart by the method', () => {
    const routes = make({ create: { handle: save, method: 'POST' }, delete: remove });
    expect(routes.findByRequest('POST', '/')).toMatchObject({ event: 'create' });
    expect(routes.findByRequest('DELETE', '/')).toMatchObject({ event: 'delete' });
    expect(routes.findByRequest('PUT', '/')).toBe('ERR_WEBHOOK_METHOD');
  });

  it('tells events apart by the path, with or without a slash at its end', () => {
    const routes = make({
      create: { handle: save, path: '/created' },
      update: { handle: change, path: '/updated/' },
      delete: remove,
    });
    expect(routes.findByRequest('PUT', '/created/')).toMatchObject({ event: 'create' });
    expect(routes.findByRequest('PUT', '/updated')).toMatchObject({ event: 'update' });
    expect(routes.findByRequest('DELETE', '/')).toMatchObject({ event: 'delete' });
    expect(routes.findByRequest('PUT', '/')).toBe('ERR_WEBHOOK_METHOD');
    expect(routes.findByRequest('PUT', '/other')).toBe('ERR_WEBHOOK_EVENT');
  });

  it('leaves a choice of the events that share method, path and handler', () => {
    const routes = make({ create: save, update: save, delete: remove });
    expect(routes.findByRequest('PUT', '/')).toEqual({ choose: ['create', 'update'] });
  });

  it('does not look at the path where no event has one', () => {
    const routes = make({ create: save, delete: remove });
    expect(routes.findByRequest('PUT', '/any')).toMatchObject({ event: 'create' });
    expect(routes.findByRequest('POST', '/any')).toBe('ERR_WEBHOOK_METHOD');
  });

  it('gives the rest to "*", by its methods', () => {
    const events = {
      delete: { handle: remove, path: '/gone' },
      '*': { handle: other, method: ['PUT', 'POST'] as const },
    };
    const routes = make(events);
    expect(routes.findByRequest('DELETE', '/gone')).toMatchObject({ event: 'delete' });
    expect(routes.findByRequest('POST', '/any')).toEqual({ event: undefined, candidates: [], handle: other });
    expect(routes.findByRequest('DELETE', '/any')).toBe('ERR_WEBHOOK_METHOD');
  });

  it('leaves no choice to resolveEvent where only one event can be meant', () => {
    const routes = make({ create: save, update: change, delete: remove }, fastcomments, true);
    expect(routes.findByRequest('DELETE', '/')).toMatchObject({ event: 'delete', handle: remove });
    expect(routes.findByRequest('PUT', '/')).toEqual({ choose: ['create', 'update'] });
  });

  it('leaves every choice to resolveEvent where "*" takes the rest', () => {
    const routes = make({ delete: remove, '*': other }, fastcomments, true);
    expect(routes.findByRequest('DELETE', '/')).toEqual({ choose: ['delete'] });
    expect(routes.findByRequest('PUT', '/')).toEqual({ choose: [] });
  });
});

describe('byChoice()', () => {
  const choose = ['create', 'update'];
  const different = make({ create: save, update: change, delete: remove }, fastcomments, true);

  it('takes the event that was named', () => {
    expect(different.byChoice('update', choose, 'PUT')).toMatchObject({ event: 'update', handle: change });
  });

  it('refuses an event that the request cannot be', () => {
    expect(different.byChoice('delete', choose, 'PUT')).toBe('ERR_WEBHOOK_METHOD');
  });

  it('knows no other event, unless "*" takes the rest', () => {
    expect(different.byChoice('other', choose, 'PUT')).toBe('unknown');
    const rest = make({ delete: remove, '*': other }, fastcomments, true);
    expect(rest.byChoice('other', [], 'PUT')).toMatchObject({ event: 'other', handle: other });
    expect(rest.byChoice(undefined, [], 'PUT')).toEqual({ event: undefined, candidates: [], handle: other });
  });

  it('takes the handler that all share where nobody named the event', () => {
    const same = make({ create: save, update: save });
    expect(same.byChoice(undefined, choose, 'PUT')).toEqual({
      event: undefined,
      candidates: choose,
      handle: save,
    });
  });

  it('refuses where nobody named the event and the handlers differ, or there is none', () => {
    expect(different.byChoice(undefined, choose, 'PUT')).toBe('ERR_WEBHOOK_EVENT');
    expect(different.byChoice(undefined, ['other'], 'PUT')).toBe('ERR_WEBHOOK_EVENT');
    const mixed = make(
      { create: save, update: save, delete: { handle: remove, method: 'PUT' } },
      fastcomments,
      true,
    );
    expect(mixed.byChoice(undefined, [...choose, 'delete'], 'PUT')).toBe('ERR_WEBHOOK_EVENT');
  });
});

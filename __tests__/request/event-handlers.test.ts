import { fastcomments, github } from 'hooklatch';
import { makeEventRoutes, makeTable } from '../../src/request/event-handlers';
import { typeErrorOf } from '../helpers/type-error';

const handle = (): void => undefined;

describe('makeEventRoutes()', () => {
  it('finds the handler of an event that the sender names', () => {
    const routes = makeEventRoutes({ provider: github, events: { push: handle } });
    expect(routes.byName('push', 'POST', [])).toMatchObject({ event: 'push', handle });
    expect(routes.byName('ping', 'POST', [])).toBe('unknown');
  });

  it('knows the methods of the events where the sender names none', () => {
    const events = { made: { method: 'PUT', handle }, gone: { method: 'DELETE', handle } } as const;
    expect([...makeEventRoutes({ provider: fastcomments, events }).methods].sort()).toEqual([
      'DELETE',
      'PUT',
    ]);
  });

  it('refuses a provider that is none', () => {
    const call = (): unknown => makeEventRoutes({ provider: {} as never, events: { push: handle } });
    expect(typeErrorOf(call)).toContain('option "provider" must be a provider');
  });
});

describe('makeTable()', () => {
  it('is the events as they were given', () => {
    const events = { push: handle };
    expect(makeTable(events)).toBe(events);
  });
});

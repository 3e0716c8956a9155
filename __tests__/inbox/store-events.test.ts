import { makeEventHandler } from '../../src/inbox/store-events';
import { typeErrorOf } from '../helpers/type-error';

const call = (events: object, event: string | undefined, target: string | undefined): unknown =>
  makeEventHandler(events as never)({ event, payload: 1 } as never, { target } as never);

describe('makeEventHandler()', () => {
  const events = { a: () => 'a', b: { handle: () => 'b' }, '*': () => 'rest' };

  it.each([
    ['a', 'b', 'a'],
    ['c', 'b', 'b'],
    [undefined, 'b', 'b'],
    ['c', 'd', 'rest'],
    ['c', undefined, 'rest'],
    [undefined, undefined, 'rest'],
  ])('has the event %p, which the entry of %p has stored, handled by %p', (event, target, expected) => {
    expect(call(events, event, target)).toBe(expected);
  });

  it.each([
    ['c', 'd', /event "c" any more/],
    [undefined, 'd', /event "d" any more/],
  ])('gives up the event %p of %p where no handler is left', (event, target, message) => {
    expect(() => call({ a: () => 1 }, event, target)).toThrow(message);
  });

  it('throws what a schema throws that answers nonsense', () => {
    const schema = { '~standard': { version: 1, validate: () => 7 } };
    expect(typeErrorOf(() => call({ a: { schema, handle: () => 1 } }, 'a', 'a'))).toMatch(
      /a schema must answer/,
    );
  });
});

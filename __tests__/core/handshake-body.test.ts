import { matchesBody, readPairs } from '../../src/core/handshake-body';

const pairs = (text: string, isList: boolean): unknown => readPairs(Buffer.from(text), isList);

describe('readPairs()', () => {
  it('reads the fields of an object, and of the only one in a list', () => {
    expect(pairs('{"a":1,"b":"Zoë"}', false)).toEqual([
      ['a', 1],
      ['b', 'Zoë'],
    ]);
    expect(pairs(' [ {"a":"Zoë"} ] ', true)).toEqual([['a', 'Zoë']]);
  });

  it.each([
    ['[]', true],
    ['[{"a":1},{"a":2}]', true],
    ['[1]', true],
    ['[[{"a":1}]]', true],
    ['{"a":1}', true],
    ['[{"a":1}]x', true],
    ['[{"a":1}', true],
    ['[{"a":1}]', false],
    ['"a"', false],
    ['', false],
  ])('refuses %j (%p)', (text, isList) => {
    expect(pairs(text, isList)).toBeUndefined();
  });
});

describe('matchesBody()', () => {
  it.each([
    [{ body: { '[].a': 'x' } }, [{ a: 'x' }], true],
    [{ body: { '[].a': 'x' } }, [{ a: 'y' }], false],
    [{ has: 'a' }, { a: 1 }, true],
    [{ has: 'a' }, {}, false],
    [{ lacks: 'a' }, { a: 1 }, false],
    [{ empty: 'a' }, { a: [] }, true],
    [{ empty: 'a' }, { a: [1] }, false],
    [{ empty: 'a' }, {}, false],
    [{}, undefined, true],
  ])('of %j and %j is %p', (when, payload, expected) => {
    expect(matchesBody(when, payload)).toBe(expected);
  });
});

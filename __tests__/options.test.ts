import {
  A_FUNCTION,
  A_SIZE,
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  describe as describeValue,
  describeThrown,
  describeType,
  integerBetween,
  numberBetween,
  oneOf,
  ownValue,
  parseSize,
  required,
} from '../src/options';
import { typeErrorOf } from './helpers/type-error';

const CHECKS = {
  size: required(numberBetween(1, 10, 'seconds')),
  mode: oneOf('a', 'b'),
  key: { accepts: (value: unknown) => value === 'right', expects: 'the right key', secret: true },
};

describe('checkOptions()', () => {
  it.each([[{ size: 1 }], [{ size: 10, mode: 'a', key: 'right' }], [{ size: 2, mode: undefined }]])(
    'accepts %p and returns a copy of it',
    (options) => {
      const copy = checkOptions('f()', options, CHECKS);
      expect({ ...copy }).toStrictEqual(options);
      expect(copy).not.toBe(options);
    },
  );

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['', 'an empty string'],
    ['text', 'a value of type string'],
    [0, 'a value of type number'],
    [[1, 2], 'an array of 2'],
    [() => undefined, 'a value of type function'],
  ])('refuses %p instead of options, and does not show it', (options, got) => {
    expect(typeErrorOf(() => checkOptions<unknown>('f()', options, CHECKS))).toBe(
      `f(): expects an options object, got ${got}`,
    );
  });

  it('names an unknown option and lists the known ones', () => {
    expect(typeErrorOf(() => checkOptions('f()', { size: 1, sise: 1 }, CHECKS))).toBe(
      'f(): unknown option "sise"; the options are size, mode, key',
    );
  });

  it.each([[{}], [{ size: undefined }]])('demands a required option of %p', (options) => {
    expect(typeErrorOf(() => checkOptions('f()', options, CHECKS))).toBe(
      'f(): option "size" must be a number of seconds from 1 to 10, got undefined',
    );
  });

  it.each([
    [{ size: null }, 'option "size" must be a number of seconds from 1 to 10, got null'],
    [{ size: NaN }, 'option "size" must be a number of seconds from 1 to 10, got NaN'],
    [{ size: '1' }, `option "size" must be a number of seconds from 1 to 10, got '1'`],
    [{ size: 1, mode: 'c' }, `option "mode" must be 'a' or 'b', got 'c'`],
    [{ size: 1, mode: '' }, `option "mode" must be 'a' or 'b', got ''`],
    [{ size: 1, mode: 0 }, `option "mode" must be 'a' or 'b', got 0`],
  ])('refuses %p, naming the option and the value', (options, message) => {
    expect(typeErrorOf(() => checkOptions<unknown>('f()', options, CHECKS))).toBe(`f(): ${message}`);
  });

  it('does not show the value of a secret option', () => {
    expect(typeErrorOf(() => checkOptions('f()', { size: 1, key: 'hunter2' }, CHECKS))).toBe(
      'f(): option "key" must be the right key, got a value of type string',
    );
  });

  it('takes nothing from a prototype', () => {
    const options = Object.create({ size: 1, mode: 'a' }) as { size?: number; mode?: string };
    expect(() => checkOptions('f()', options, CHECKS)).toThrow('option "size" must be');
    options.size = 1;
    expect(checkOptions('f()', options, CHECKS).mode).toBeUndefined();
    expect(() => checkOptions('f()', JSON.parse('{"__proto__":{"size":1}}') as object, CHECKS)).toThrow(
      'unknown option "__proto__"',
    );
  });
});

describe('ownValue()', () => {
  it('reads own properties only', () => {
    expect(ownValue({ a: 1 }, 'a')).toBe(1);
    expect(ownValue({}, 'toString')).toBeUndefined();
  });
});

describe('describe()', () => {
  it.each([
    ['short', "'short'"],
    ['fifteen letters', "'fifteen letters'"],
    ['sixteen letters.', 'a string of 16 characters'],
    ['x'.repeat(500), 'a string of 500 characters'],
    ['192.0.2.0/255.255.255.0', "'192.0.2.0/255.255.255.0'"],
    ['2001:db8:1234:5678:9abc:def0:1234:5678', "'2001:db8:1234:5678:9abc:def0:1234:5678'"],
    ['https://example.org/', "'https://example.org/'"],
    ['https://example.org/a', 'a string of 21 characters'],
    ['https://a:b@example.org', 'a string of 23 characters'],
    ['0123-4567-89ab-cdef0', 'a string of 20 characters'],
    ['0123456789abcdef', 'a string of 16 characters'],
    [7, '7'],
    [7n, '7n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [new Date(NaN), 'Invalid Date'],
    [() => 1, 'a value of type function'],
    [[], '[]'],
    [{}, '{}'],
    [['a', 'x'.repeat(16)], "[ 'a', a string of 16 characters ]"],
    [{ a: 'b', c: 'x'.repeat(16) }, "{ a: 'b', c: a string of 16 characters }"],
    [Object.create(null), '{}'],
    [{ a: { b: 'c' } }, "{ a: { b: 'c' } }"],
    [{ a: { b: { c: 1 } } }, '{ a: { b: a value of type object } }'],
    [[[['a']]], '[ [ an array of 1 ] ]'],
    [Buffer.from('abc'), 'a value of type object'],
    [new Map([['a', 'b']]), 'a value of type object'],
  ])('shows %p without what may be a secret', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it('runs no code of the value', () => {
    const read = jest.fn();
    expect(describeValue(Object.defineProperty({}, 'a', { get: read, enumerable: true }))).toBe(
      '{ a: undefined }',
    );
    expect(read).not.toHaveBeenCalled();
  });

  it('cuts a long value', () => {
    const text = describeValue(Array.from({ length: 30 }, () => 'short'));
    expect(text).toHaveLength(80);
    expect(text).toMatch(/^\[ 'short', .*\.\.\.$/);
  });
});

describe('describeThrown()', () => {
  it.each([
    [new Error('the store is down, and has been for long'), 'the store is down, and has been for long'],
    ['the store is down, and has been for long', "'the store is down, and has been for long'"],
    [undefined, 'undefined'],
    ['x'.repeat(500), `'${'x'.repeat(76)}...`],
  ])('says what %p says', (thrown, text) => {
    expect(describeThrown(thrown)).toBe(text);
  });
});

describe('describeType()', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['', 'an empty string'],
    [['s'], 'an array of 1'],
    ['s', 'a value of type string'],
    [{ s: 1 }, 'a value of type object'],
  ])('says what %p is', (value, text) => {
    expect(describeType(value)).toBe(text);
  });
});

describe('checks', () => {
  it.each([
    ['A_FUNCTION', A_FUNCTION, [() => 1, async () => 1], [null, NaN, 0, '', {}]],
    ['AN_OBJECT', AN_OBJECT, [{}, Object.create(null)], [null, NaN, 0, '', [], () => 1]],
    ['A_TEXT', A_TEXT, ['a', ' a '], [null, NaN, 0, '', ' ', '\n\t', ['a']]],
    ['A_SIZE', A_SIZE, [1, '1kb'], [null, NaN, 0, '', -1, '1tb']],
    ['oneOf', oneOf('a', 401), ['a', 401], [null, NaN, 0, '', '401', 'A']],
    [
      'numberBetween',
      numberBetween(0, 5, 'seconds'),
      [0, 0.5, 5],
      [null, NaN, '', '1', -0.1, 5.1, Infinity, 1n],
    ],
    [
      'integerBetween',
      integerBetween(1, 5, 'seconds'),
      [1, 5],
      [null, NaN, '', '1', 0, 6, 1.5, Infinity, 1n],
    ],
  ])('%s knows right from wrong', (_name, check, right, wrong) => {
    for (const value of right) expect([value, check.accepts(value)]).toEqual([value, true]);
    for (const value of wrong) expect([value, check.accepts(value)]).toEqual([value, false]);
  });

  it('says the range of an integer', () => {
    expect(integerBetween(1, 5, 'milliseconds').expects).toBe('milliseconds (an integer from 1 to 5)');
  });
});

describe('parseSize()', () => {
  it.each([
    [1, 1],
    [1048576, 1048576],
    ['512', 512],
    ['512b', 512],
    ['1kb', 1024],
    ['1MB', 1048576],
    ['1.5 mb', 1572864],
    ['0.25kb', 256],
    ['2gb', 2 * 1024 ** 3],
  ])('reads %p', (value, bytes) => {
    expect(parseSize(value)).toBe(bytes);
  });

  it.each([
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    '',
    ' ',
    '0',
    '0kb',
    '0.1b',
    '-1',
    '1mbb',
    '1 000',
    '1,5mb',
    '1.5',
    '1.5b',
    '1e3',
    null,
    true,
    undefined,
    {},
  ])('refuses %p, so that no typo lifts a limit', (value) => {
    expect(parseSize(value)).toBeUndefined();
  });
});

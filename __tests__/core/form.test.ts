import * as fc from 'fast-check';
import { nestFields, parseForm, unescapeForm } from '../../src/core/form';

const form = (text: string, charset = 'utf-8'): unknown => parseForm(Buffer.from(text), charset);

describe('parseForm()', () => {
  it('reads what URLSearchParams reads, where everything is UTF-8', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))),
        (pairs) => {
          const params = new URLSearchParams(pairs);
          const fields = parseForm(Buffer.from(params.toString()), 'utf-8')!;
          expect(Object.keys(fields).sort()).toEqual([...new Set(params.keys())].sort());
          for (const name of params.keys()) expect([fields[name]].flat()).toEqual(params.getAll(name));
        },
      ),
    );
  });

  it.each([
    ['a=1&&b&=2&c=3=4', { a: '1', b: '', '': '2', c: '3=4' }],
    ['%C3%A9=%c3%a9+é', { é: 'é é' }],
    ['a=100%&b=%zz&c=%2', { a: '100%', b: '%zz', c: '%2' }],
    ['a=%25E9', { a: '%E9' }],
    ['', {}],
  ])('reads %p', (text, fields) => {
    expect(form(text)).toEqual(fields);
  });

  // What a sender that escapes Latin-1 sends: U+FFFD in place of the letter would lose it for ever.
  it.each([
    ['first_name=Jos%E9+M&mc_gross=1.00', { first_name: 'Jos%E9+M', mc_gross: '1.00' }],
    ['Jos%E9=%C3%A9', { 'Jos%E9': 'é' }],
    ['a=%C3%A9%E9', { a: '%C3%A9%E9' }],
    ['a=%ED%A0%80&b=%C0%AF&c=%FF', { a: '%ED%A0%80', b: '%C0%AF', c: '%FF' }],
  ])('keeps as it was sent what is no UTF-8 in %p', (text, fields) => {
    expect(form(text)).toEqual(fields);
  });

  it.each([
    ['windows-1252', 'n=Jos%E9+%80', { n: 'José €' }],
    ['shift_jis', 'n=%83A%83%41', { n: 'アア' }],
    ['shift_jis', 'n=%83&m=a', { n: '%83', m: 'a' }],
  ])('reads the escapes as %s', (charset, text, fields) => {
    expect(form(text, charset)).toEqual(fields);
  });

  it('returns nothing for plain bytes that are not of the charset', () => {
    expect(parseForm(Buffer.from('a=\xe9', 'latin1'), 'utf-8')).toBeUndefined();
    expect(parseForm(Buffer.from('\xe9=1', 'latin1'), 'utf-8')).toBeUndefined();
    expect(parseForm(Buffer.from('a=\xe9%E9', 'latin1'), 'windows-1252')).toEqual({ a: 'éé' });
  });
});

describe('nestFields()', () => {
  it.each([
    [{ 'data[id]': '1', 'data[user][name]': 'x' }, { data: { id: '1', user: { name: 'x' } } }],
    [
      { 'items[]': ['a', 'b'], 'one[]': 'c' },
      { items: ['a', 'b'], one: ['c'] },
    ],
    [{ 'rows[1][a]': 'y', 'rows[0][a]': 'x' }, { rows: [{ a: 'x' }, { a: 'y' }] }],
    [{ 'fields[123456]': 'x' }, { fields: { 123456: 'x' } }],
    [
      { plain: '1', 'a.b': '2', 'x]': '3' },
      { plain: '1', 'a.b': '2', 'x]': '3' },
    ],
    [
      { toString: 'x', 'a[constructor]': 'y' },
      { toString: 'x', a: { constructor: 'y' } },
    ],
  ])('makes objects and lists of %j', (fields, value) => {
    expect(nestFields(fields)).toEqual(value);
  });

  it('keeps a number in brackets that can be an id', () => {
    const { fields } = nestFields({ 'fields[7]': 'x', 'fields[42]': 'y' }) as { fields: string[] };
    expect([fields[7], fields[42]]).toEqual(['x', 'y']);
  });

  it('lets nothing into the prototype of anything', () => {
    const polluting = JSON.parse(
      '{"__proto__[a]":"1","x[__proto__][b]":"2","constructor[prototype][c]":"3","__proto__":"4"}',
    ) as Record<string, string>;
    const nested = nestFields(polluting) as Record<string, unknown>;
    expect(Object.getPrototypeOf(nested)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(nested.x)).toBe(Object.prototype);
    const probe = {} as Record<string, unknown>;
    expect([probe.a, probe.b, probe.c, nested.a, (nested.x as Record<string, unknown>).b]).toEqual(
      Array(5).fill(undefined),
    );
  });

  it.each([
    ['deep names', { [`a${'[b]'.repeat(6)}`]: '1' }],
    ['very deep names', { [`a${'[b]'.repeat(100_000)}`]: '1' }],
    ['a long list', { 'a[]': Array<string>(1001).fill('x') }],
    ['many names', Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`a[${index}]`, 'x']))],
  ])('returns nothing for a bracket bomb of %s', (_what, fields) => {
    expect(nestFields(fields)).toBeUndefined();
  });

  it('takes what is at the limits', () => {
    expect(nestFields({ [`a${'[b]'.repeat(5)}`]: '1' })).toEqual({
      a: { b: { b: { b: { b: { b: '1' } } } } },
    });
    expect(nestFields({ 'a[]': Array<string>(1000).fill('x') })).toEqual({ a: Array(1000).fill('x') });
  });
});

describe('unescapeForm()', () => {
  it('gives the bytes that are escaped, and leaves alone what is no escape', () => {
    expect(unescapeForm('a+b%2B%e9%zz%')).toEqual(Buffer.from('a b+\xe9%zz%', 'latin1'));
  });
});

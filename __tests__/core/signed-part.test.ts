import { divideBody } from '../../src/core/signed-part';

describe('divideBody()', () => {
  it('takes the whole body for the payload where no part is named', () => {
    expect(divideBody({ a: 1 }, undefined)).toEqual({ payload: { a: 1 }, unsigned: undefined });
  });

  it.each([
    [{ a: 1 }, { a: 1 }, undefined],
    [{ a: 1, b: 2 }, { a: 1 }, { b: 2 }],
    [{ a: 1, b: {} }, { a: 1 }, { b: {} }],
    [{ a: { b: 1, c: 2 }, d: null }, { a: { b: 1 } }, { a: { c: 2 }, d: null }],
    [{ a: { b: 1 } }, { a: { b: 1 } }, undefined],
    [{ a: 'text' }, { a: { b: 1 } }, { a: 'text' }],
    [{ a: ['x'] }, { a: ['x'] }, undefined],
    [['a'], { a: 1 }, ['a']],
    ['text', {}, 'text'],
    [{}, {}, undefined],
  ])('keeps of %j, where %j is signed, apart: %j', (body, part, unsigned) => {
    expect(divideBody(body, part)).toEqual({ payload: part, unsigned });
  });

  it('shows the verified value, and not another one that the parser has found', () => {
    const part = { a: 'verified' };
    expect(divideBody({ a: 'parsed' }, part)).toEqual({ payload: part, unsigned: undefined });
  });

  it('leaves names of a prototype what they are: fields', () => {
    const body: unknown = JSON.parse('{"__proto__":{"admin":true},"constructor":1}');
    const { unsigned } = divideBody(body, { a: 1 });
    expect(JSON.stringify(unsigned)).toBe('{"__proto__":{"admin":true},"constructor":1}');
    expect(Object.getPrototypeOf(unsigned)).toBe(Object.prototype);
  });
});

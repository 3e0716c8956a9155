import { listMethods, isMethod, METHODS } from '../../src/core/provider';

describe('isMethod()', () => {
  it('knows the methods in capitals, and no other value', () => {
    expect(METHODS.every(isMethod)).toBe(true);
    expect(['post', 'OPTIONS', 'TRACE', '', null, undefined, 0].some(isMethod)).toBe(false);
  });
});

describe('listMethods()', () => {
  it('has each method once, the usual one first', () => {
    expect(listMethods({ methods: ['PUT', 'POST', 'PUT'], events: { a: ['GET'] } })).toEqual(['PUT', 'POST']);
    expect(listMethods({ events: { a: ['PUT'], b: ['DELETE', 'PUT'] } })).toEqual(['PUT', 'DELETE']);
    expect(listMethods({})).toEqual(['POST']);
  });
});

import { ownObject, ownText, readUntrustedJson } from '../../src/core/untrusted-json';

const read = (text: string, maxBytes = 100): unknown => readUntrustedJson(Buffer.from(text), maxBytes);

describe('readUntrustedJson()', () => {
  it('reads a JSON object of at most so many bytes', () => {
    expect(read('{"a":"é"}')).toEqual({ a: 'é' });
    expect(read('{"a":"é"}', 10)).toEqual({ a: 'é' });
    expect(read('{"a":"é"}', 9)).toBeUndefined();
  });

  it.each(['[]', 'null', '1', '"text"', 'true', '', '{', '{}{}'])(
    'refuses %p, which is no object',
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );

  it('refuses bytes that are not UTF-8', () => {
    const body = Buffer.from([...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}')]);
    expect(readUntrustedJson(body, 100)).toBeUndefined();
  });
});

describe('ownObject()', () => {
  it.each([
    [{ a: { b: 1 } }, { b: 1 }],
    [{ a: [] }, undefined],
    [{ a: null }, undefined],
    [{ a: 'text' }, undefined],
    [{}, undefined],
  ])('finds in %j: %j', (object, expected) => {
    expect(ownObject(object, 'a')).toEqual(expected);
  });

  it('rule 18: finds nothing of a prototype', () => {
    expect(ownObject({}, '__proto__')).toBeUndefined();
    expect(ownObject(Object.create({ a: { b: 1 } }) as Record<string, unknown>, 'a')).toBeUndefined();
  });
});

describe('ownText()', () => {
  it.each([
    [{ a: 'text' }, 'text'],
    [{ a: '' }, ''],
    [{ a: 1 }, undefined],
    [{ a: null }, undefined],
    [{ a: ['text'] }, undefined],
    [{}, undefined],
  ])('finds in %j: %p', (object, expected) => {
    expect(ownText(object, 'a')).toBe(expected);
  });

  it('rule 18: finds nothing of a prototype', () => {
    expect(ownText(Object.create({ a: 'text' }) as Record<string, unknown>, 'a')).toBeUndefined();
  });
});

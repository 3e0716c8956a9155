import { compareBodies, type DiffPart } from '../../src/inspector/diff';

/** `[-only signed-]`, `[+only received+]`. */
function show(parts: readonly DiffPart[] | undefined): string | undefined {
  const marks = { both: ['', ''], signed: ['[-', '-]'], received: ['[+', '+]'] } as const;
  return parts
    ?.map(({ in: where, text }) => marks[where].join(text === '' ? '' : `\0`).replace('\0', text))
    .join('');
}

const compare = (signed: string, received: string): string | undefined =>
  show(compareBodies(Buffer.from(signed), Buffer.from(received)))?.replaceAll('\0', '');

describe('compareBodies()', () => {
  it.each([
    ['{"a":1}', '{"a":1}'],
    ['', ''],
  ])('finds nothing in %j and %j', (signed, received) => {
    expect(
      compareBodies(Buffer.from(signed), Buffer.from(received))?.every((part) => part.in === 'both'),
    ).toBe(true);
  });

  it.each([
    ['{"a":1,"b":[2]}', '{"a": 1, "b": [2]}', '{"a":[+ +]1,[+ +]"b":[+ +][2]}'],
    ['{"a": 1}', '{"a":1}', '{"a":[- -]1}'],
    ['{"a":1}\n', '{"a":1}', '{"a":1}[-\n-]'],
    ['{"a":1}', '\uFEFF{"a":1}', '[+\uFEFF+]{"a":1}'],
    ['{"a":1.0,"b":2}', '{"a":1,"b":2}', '{"a":1[-.0-],"b":2}'],
    ['a\r\nb', 'a\nb', 'a[-\r-]\nb'],
    ['one two', 'three', '[-one-][+three+][- two-]'],
    ['x', 'y', '[-x-][+y+]'],
  ])('marks how %j became %j', (signed, received, marked) => {
    expect(compare(signed, received)).toBe(marked);
  });

  it('gives both texts back, whatever they are', () => {
    const texts = ['{"a":"Olá ☕ \\u00e9"}', '{"b" : [1,2,3],\n "a":"é"}', 'a=1&b=%20', ''];
    for (const signed of texts) {
      for (const received of texts) {
        const parts = compareBodies(Buffer.from(signed), Buffer.from(received)) ?? [];
        const join = (where: DiffPart['in']): string =>
          parts
            .filter((part) => part.in === 'both' || part.in === where)
            .map(({ text }) => text)
            .join('');
        expect([join('signed'), join('received')]).toEqual([signed, received]);
      }
    }
  });

  it('says nothing of what is too long or no text', () => {
    const body = Buffer.from('{}');
    expect(compareBodies(Buffer.alloc(64 * 1024 + 1, 'x'), body)).toBeUndefined();
    expect(compareBodies(body, Buffer.from([0xff]))).toBeUndefined();
  });

  it('ends soon with texts that have nothing in common', () => {
    const signed = Array.from({ length: 16_000 }, (_, n) => `a${n % 7},`)
      .join('')
      .slice(0, 64_000);
    const received = Array.from({ length: 16_000 }, (_, n) => `b${n % 5};`)
      .join('')
      .slice(0, 64_000);
    expect(compareBodies(Buffer.from(signed), Buffer.from(received))!.length).toBeGreaterThan(0);
  });
});

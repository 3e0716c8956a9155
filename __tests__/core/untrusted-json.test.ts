import { makeTextScanner, parseJsonObject } from '../../src/core/untrusted-json';

const PATHS = ['a', 'b', 'in.c', 'in.d'];
const scan = (text: string, maxBytes = 1000): unknown => {
  const texts = makeTextScanner(PATHS, maxBytes)(Buffer.from(text));
  return texts && Object.fromEntries(texts);
};

describe('makeTextScanner()', () => {
  it('reads an object of at most so many bytes', () => {
    expect(scan('{"a":"é"}', 10)).toEqual({ a: 'é' });
    expect(scan('{"a":"é"}', 9)).toBeUndefined();
  });

  it.each([
    ['{}', {}],
    [' \t\r\n{ } \n', {}],
    ['{"x":1}', {}],
    ['{ "a" : "one" , "b" : "two" }', { a: 'one', b: 'two' }],
    ['{"x":{"a":"inside","y":["}",{"b":"]\\""}]},"a":"top"}', { a: 'top' }],
    ['{"in":{"c":"one","x":2,"a":"other"},"c":"top"}', { in: null, 'in.c': 'one' }],
    ['{"in":{}}', { in: null }],
    ['{"in":"text"}', { in: null }],
    ['{"in":[{"c":"listed"}]}', { in: null }],
    ['{"a":1,"b":null}', { a: null, b: null }],
    ['{"a":["text"],"b":{"a":"text"}}', { a: null, b: null }],
    ['{"a":"\\u0041\\n\\"\\\\","b":"\\ud83d\\ude00"}', { a: 'A\n"\\', b: '😀' }],
    ['{"a":"\\ud800"}', { a: '\ud800' }],
    ['{"x":-1.5e3,"y":true,"z":"\\"","a":"end"}', { a: 'end' }],
    ['{"ab":"x","":"y","__proto__":{"a":"z"}}', {}],
  ])('finds in %s what JSON.parse finds', (text, expected) => {
    expect(() => void JSON.parse(text)).not.toThrow();
    expect(scan(text)).toEqual(expected);
  });

  it.each([
    ['a field that is there twice', '{"a":"one","a":"two"}'],
    ['a field that is there twice, once as no text', '{"a":1,"a":"two"}'],
    ['fields around others that are there twice', '{"in":{"c":"one"},"in":{"c":"two"}}'],
    ['a field inside that is there twice', '{"in":{"c":"one","c":"two"}}'],
    ['a name that is written with an escape', '{"\\u0061":"one"}'],
    ['a name inside that is written with an escape', '{"in":{"\\u0063":"one"}}'],
    ['an escape that is none', '{"a":"\\x"}'],
    ['a line break in a text', '{"a":"\n"}'],
    ['a line break in a text that is not looked for', '{"x":"\n"}'],
    ['a line break in a text inside', '{"x":["\n"]}'],
  ])('refuses %s', (_what, text) => {
    expect(scan(text)).toBeUndefined();
  });

  const whole = '{"a":"on\\u0065","x":[1,{"y":"z"}],"in":{"c":"two"}}';
  it.each(Array.from(whole, (_letter, index) => index))('refuses an object that is cut at %i', (index) => {
    expect(scan(whole.slice(0, index))).toBeUndefined();
  });

  it.each([
    '[]',
    'null',
    '1',
    '"text"',
    '{}{}',
    '{}x',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    '{"a":"b" "c":"d"}',
    '{"a":"b",}',
  ])('refuses %s, which is no object', (text) => {
    expect(scan(text)).toBeUndefined();
  });

  it('refuses bytes that are not UTF-8, wherever they are', () => {
    const body = Buffer.from([...Buffer.from('{"x":"'), 0xff, ...Buffer.from('","a":"b"}')]);
    expect(makeTextScanner(PATHS, 100)(body)).toBeUndefined();
  });

  it('takes 64 fields and no more, before or behind those that are looked for', () => {
    const fields = (count: number): string =>
      Array.from({ length: count }, (_none, at) => `"x${at}":1`).join();
    expect(scan(`{${fields(63)},"a":"b"}`)).toEqual({ a: 'b' });
    expect(scan(`{${fields(64)},"a":"b"}`)).toBeUndefined();
    expect(scan(`{"a":"b",${fields(64)}}`)).toBeUndefined();
    expect(scan(`{"in":{"c":"b",${fields(64)}}}`)).toBeUndefined();
    expect(scan(`{"y":{${fields(100)}},"a":"b"}`, 2000)).toEqual({ a: 'b' });
  });

  it('is not kept busy by depth, and builds nothing of what it skips', () => {
    const parse = jest.spyOn(JSON, 'parse');
    const deep = '['.repeat(100_000);
    expect(scan(`{"x":${deep}`, 1e6)).toBeUndefined();
    expect(scan(`{"x":${deep}${']'.repeat(100_000)},"a":"b"}`, 1e6)).toEqual({ a: 'b' });
    expect(parse).not.toHaveBeenCalled();
  });
});

describe('parseJsonObject()', () => {
  it('reads an object', () => {
    expect(parseJsonObject(Buffer.from('{"a":"é"}'))).toEqual({ a: 'é' });
  });

  it.each(['[]', 'null', '1', '"text"', '', '{'])('finds none in %p', (text) => {
    expect(parseJsonObject(Buffer.from(text))).toBeUndefined();
  });
});

describe('a body with a byte order mark', () => {
  const body = (text: string): Buffer => Buffer.from(text);

  it('is read as without it, once and in front', () => {
    const scan = makeTextScanner(['a'], 100);
    expect(scan(body('\ufeff{"a":"x"}'))).toEqual(new Map([['a', 'x']]));
    expect(parseJsonObject(body('\ufeff{"a":"x"}'))).toEqual({ a: 'x' });
    for (const text of ['\ufeff\ufeff{"a":"x"}', '{"a":"x"}\ufeff', '{\ufeff"a":"x"}']) {
      expect([scan(body(text)), parseJsonObject(body(text))]).toEqual([undefined, undefined]);
    }
  });
});

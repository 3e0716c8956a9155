import {
  isComponent,
  readSignatureInput,
  signatureBase,
} from '../../../src/providers/http-message-signatures/signature-base';
import { readDictionary } from '../../../src/providers/http-message-signatures/structured-fields';

const componentsOf = (list: string): readonly string[] | undefined =>
  readSignatureInput(readDictionary(`sig=${list}`)!, 'sig')?.components;

const baseOf = (components: readonly string[], url: string, headers = {}): string | undefined =>
  signatureBase(
    { components, parameters: new Map() },
    { method: 'POST', url, headers, body: Buffer.alloc(0) },
  );

describe('isComponent()', () => {
  it.each([
    ['@method', true],
    ['content-digest', true],
    ['x_1', true],
    ['@status', false],
    ['X-A', false],
    ['x a', false],
    ['x"', false],
    ['-x', false],
    ['', false],
  ])('says of %p: %p', (name, expected) => {
    expect(isComponent(name)).toBe(expected);
  });
});

describe('readSignatureInput()', () => {
  it('reads what is covered, and how', () => {
    const dictionary = readDictionary('a=("date");created=1, b=("@method" "x-a");keyid="k"')!;
    expect(readSignatureInput(dictionary, 'b')).toEqual({
      components: ['@method', 'x-a'],
      parameters: new Map([['keyid', 'k']]),
    });
    expect(readSignatureInput(dictionary, 'c')).toBeUndefined();
  });

  it('takes 32 components and no more', () => {
    const named = (count: number): string =>
      `(${Array.from({ length: count }, (_, index) => `"x-${index}"`).join(' ')})`;
    expect(componentsOf(named(32))).toHaveLength(32);
    expect(componentsOf(named(33))).toBeUndefined();
  });

  it.each([
    ['a component twice', '("date" "date")'],
    ['a component with a parameter', '("date";sf)'],
    ['a component with a parameter beside a right one', '("@method" "date";bs)'],
    ['one that a request does not have', '("date" "@status")'],
    ['a token', '(date)'],
    ['a parameter that is neither number nor text', '("date");created'],
    ['no list', '"date"'],
  ])('refuses %s', (_what, list) => {
    expect(componentsOf(list)).toBeUndefined();
  });
});

describe('signatureBase()', () => {
  it('writes one line for each component, without white space around the value', () => {
    const url = 'HTTPS://Example.ORG:443/a%20b?c=1';
    const names = [
      '@method',
      '@scheme',
      '@authority',
      '@path',
      '@query',
      '@request-target',
      '@target-uri',
      'x-a',
    ];
    expect(baseOf(names, url, { 'x-a': ' a  b ' })).toBe(
      [
        '"@method": POST',
        '"@scheme": https',
        '"@authority": example.org',
        '"@path": /a%20b',
        '"@query": ?c=1',
        '"@request-target": /a%20b?c=1',
        '"@target-uri": https://example.org/a%20b?c=1',
        '"x-a": a  b',
        `"@signature-params": (${names.map((name) => `"${name}"`).join(' ')})`,
      ].join('\n'),
    );
  });

  it('knows an empty path and an empty query', () => {
    expect(baseOf(['@path', '@query'], 'http://a.example')).toContain('"@path": /\n"@query": ?\n');
  });

  it.each([
    '/hook',
    'ftp://a.example/',
    'xhttps://a.example/',
    ' https://a.example/',
    'https://a.example/#b',
  ])('makes none for the address %p', (url) => {
    expect(baseOf(['@method'], url)).toBeUndefined();
  });

  it.each([
    ['missing', {}],
    ['not ASCII', { 'x-a': 'é' }],
    ['of two lines', { 'x-a': 'a\nb' }],
  ])('makes none where a header is %s', (_what, headers) => {
    expect(baseOf(['x-a'], 'https://a.example/', headers)).toBeUndefined();
  });
});

import { decodeBase64, decodeBase64Url, decodeHex, decodeText } from '../../src/core/encoding';

describe('decodeHex()', () => {
  it.each([
    ['00ff10', [0, 255, 16]],
    ['00FF10', [0, 255, 16]],
    ['aAbB', [170, 187]],
  ])('reads %p in either case', (text, bytes) => {
    expect(decodeHex(text)).toEqual(Buffer.from(bytes));
  });

  it('refuses hexadecimal text of odd length', () => {
    expect(decodeHex('abc')).toBeUndefined();
  });

  it.each(['', 'zz', '0g', ' ab', 'ab ', 'ab\n', '0xab', 'ab cd', 'ab-cd', 'Ġ0', '\u0130a', '٠١'])(
    'refuses %p, which is not wholly hexadecimal',
    (text) => {
      expect(decodeHex(text)).toBeUndefined();
    },
  );
});

describe('decodeBase64()', () => {
  it.each([
    ['AA==', [0]],
    ['+/8=', [251, 255]],
    ['AAAA', [0, 0, 0]],
  ])('reads %p', (text, bytes) => {
    expect(decodeBase64(text)).toEqual(Buffer.from(bytes));
  });

  it.each([
    ['empty', ''],
    ['without its padding', 'AA'],
    ['of one letter', 'A'],
    ['with too much padding', 'AAAA===='],
    ['with padding in the middle', 'AA==AA=='],
    ['with stray bits at the end', 'AB=='],
    ['of the URL alphabet', '-_8='],
    ['with a space', 'AA A'],
    ['with a line break', 'AAAA\n'],
    ['with a foreign letter', 'AA*A'],
  ])('refuses base64 %s', (_what, text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});

describe('decodeBase64Url()', () => {
  it('reads what has no padding', () => {
    expect(decodeBase64Url('-_8')).toEqual(Buffer.from([251, 255]));
  });

  it.each(['', '-_8=', '+/8', 'AB', 'A', 'AA A', '-_8\n'])('refuses %p', (text) => {
    expect(decodeBase64Url(text)).toBeUndefined();
  });
});

describe('decodeText()', () => {
  it.each([
    ['ff', 'hex', [255]],
    ['/w==', 'base64', [255]],
    ['_w', 'base64url', [255]],
    ['é', 'utf8', [195, 169]],
  ] as const)('reads %p as %s', (text, encoding, bytes) => {
    expect(decodeText(text, encoding)).toEqual(Buffer.from(bytes));
  });

  it.each(['hex', 'base64', 'base64url', 'utf8'] as const)('refuses empty text as %s', (encoding) => {
    expect(decodeText('', encoding)).toBeUndefined();
  });
});

import { hasContentCoding } from '../../src/core/content-coding';

describe('hasContentCoding()', () => {
  it.each(['', 'identity', 'Identity', 'UTF-8', 'utf8', 'iso-8859-1', 'none', 'binary', '8bit'])(
    'is false for %p, which names no coding',
    (header) => {
      expect(hasContentCoding(header)).toBe(false);
    },
  );

  // Of https://www.iana.org/assignments/http-parameters, and names that may be one.
  it.each([
    'gzip',
    'x-gzip',
    'BR',
    'zstd',
    'deflate',
    'compress',
    'aes128gcm',
    'dcb',
    'exi',
    'base64',
    'x',
    'utf',
  ])('is true for %p', (header) => {
    expect(hasContentCoding(header)).toBe(true);
  });

  it.each([
    'utf-8, gzip',
    'gzip,utf-8',
    'identity, br',
    'utf-8, identity',
    'identity, identity',
    ',',
    'utf-8;gzip',
    'utf-8 gzip',
  ])('is true for %p, whose name of a charset hides a coding', (header) => {
    expect(hasContentCoding(header)).toBe(true);
  });
});

import { decodeBytes, findCharset, readCharsetLabel, stripMark } from '../../src/core/charset';

describe('findCharset()', () => {
  it.each([
    ['utf-8', 'utf-8'],
    ['UTF8', 'utf-8'],
    ['latin1', 'windows-1252'],
    ['ISO-8859-1', 'windows-1252'],
    ['us-ascii', 'windows-1252'],
    ['Shift_JIS', 'shift_jis'],
    ['utf-16', 'utf-16le'],
  ])('knows %s as %s', (label, charset) => {
    expect(findCharset(label)).toBe(charset);
  });

  it.each(['', 'x', 'utf-32', 'utf-7', '__proto__', 'gzip'])('knows no %p', (label) => {
    expect(findCharset(label)).toBeUndefined();
  });
});

describe('readCharsetLabel()', () => {
  it.each([
    ['text/plain; charset=a', 'a'],
    ['text/plain;\tCharSet = "a b"', 'a'],
    ['text/plain; x=y;charset=a; charset=b', 'a'],
    ['text/plain', undefined],
    ['text/plain; charset=', undefined],
    ['text/plain; charset=";"', undefined],
    [['text/plain; charset=a'], undefined],
    [undefined, undefined],
  ])('reads %p as %p', (type, label) => {
    expect(readCharsetLabel(type)).toBe(label);
  });
});

describe('decodeBytes()', () => {
  it('reads every byte of Windows-1252 as the Encoding Standard has it, on every Node', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const text = decodeBytes(bytes, 'windows-1252')!;
    expect(text).toHaveLength(256);
    expect([text.slice(0, 128), text.slice(160)]).toEqual([
      bytes.toString('latin1', 0, 128),
      bytes.toString('latin1', 160),
    ]);
    expect(text.slice(128, 160)).toBe('€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ');
  });

  it('returns nothing for what is not of the charset, and never a replacement', () => {
    expect(decodeBytes(Buffer.from([0x41, 0xff]), 'utf-8')).toBeUndefined();
    expect(decodeBytes(Buffer.from([0x83]), 'shift_jis')).toBeUndefined();
    expect(decodeBytes(Buffer.from([0x83, 0x41]), 'shift_jis')).toBe('ア');
  });
});

describe('withoutMark()', () => {
  it('takes off one mark in front', () => {
    const texts = ['\ufeffa', '\ufeff\ufeffa', 'a\ufeff', '\ufeff', '', 'ab'];
    expect(texts.map((text) => stripMark(Buffer.from(text)).toString())).toEqual([
      'a',
      '\ufeffa',
      'a\ufeff',
      '',
      '',
      'ab',
    ]);
  });
});

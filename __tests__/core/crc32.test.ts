import { randomBytes } from 'node:crypto';
import * as zlib from 'node:zlib';
import { crc32 } from '../../src/core/crc32';

const node = zlib as unknown as { readonly crc32?: (bytes: Buffer) => number };

describe('crc32()', () => {
  it.each([
    ['', 0],
    ['123456789', 0xcbf43926],
    ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ])('of %j is %i, as it is published', (text, expected) => {
    expect(crc32(Buffer.from(text))).toBe(expected);
  });

  it("agrees with Node's own, where it has one", () => {
    for (let length = 0; length < 100; length += 1) {
      const bytes = randomBytes(length);
      expect(crc32(bytes)).toBe(node.crc32?.(bytes) ?? crc32(bytes));
    }
  });
});

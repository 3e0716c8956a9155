import { deflateSync, gzipSync } from 'node:zlib';
import { inflate, inflateSync, isCompressed } from '../../src/core/inflate';

const BODY = Buffer.from('{"type":"message.new","text":"Zoë – café ☕"}');
const GZIP = gzipSync(BODY);
const LIMIT = 1024;

const flipLast = (bytes: Buffer, fromEnd: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[changed.length - fromEnd]! ^= 1;
  return changed;
};

const BROKEN: readonly (readonly [string, Buffer, string])[] = [
  ['a bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')), 'ERR_WEBHOOK_BODY_SIZE'],
  ['one byte more than the limit', gzipSync(Buffer.alloc(LIMIT + 1)), 'ERR_WEBHOOK_BODY_SIZE'],
  ['a bomb in two members', Buffer.concat([GZIP, gzipSync(Buffer.alloc(1e6))]), 'ERR_WEBHOOK_BODY_SIZE'],
  ['the first two bytes alone', GZIP.subarray(0, 2), 'ERR_WEBHOOK_BODY_INCOMPLETE'],
  ['no checksum at the end', GZIP.subarray(0, -8), 'ERR_WEBHOOK_BODY_INCOMPLETE'],
  ['one byte less', GZIP.subarray(0, -1), 'ERR_WEBHOOK_BODY_INCOMPLETE'],
  ['another checksum', flipLast(GZIP, 8), 'ERR_WEBHOOK_ENCODING'],
  ['another length', flipLast(GZIP, 1), 'ERR_WEBHOOK_ENCODING'],
  ['a byte behind the end', Buffer.concat([GZIP, Buffer.from('x')]), 'ERR_WEBHOOK_BODY_INCOMPLETE'],
  ['zeros behind the end', Buffer.concat([GZIP, Buffer.alloc(4)]), 'ERR_WEBHOOK_ENCODING'],
  ['JSON behind the end', Buffer.concat([GZIP, BODY]), 'ERR_WEBHOOK_ENCODING'],
  ['an unknown method of compression', Buffer.from('1f8b0700000000000003', 'hex'), 'ERR_WEBHOOK_ENCODING'],
  ['a header and noise', Buffer.concat([GZIP.subarray(0, 10), BODY]), 'ERR_WEBHOOK_ENCODING'],
];

describe('isCompressed()', () => {
  it('goes by the first bytes, where the sender compresses', () => {
    expect(isCompressed({ compression: 'gzip' }, GZIP)).toBe(true);
    expect(isCompressed({ compression: undefined }, GZIP)).toBe(false);
  });

  it.each([BODY, Buffer.alloc(0), Buffer.from([0x1f]), Buffer.from([0x1f, 0x8a]), deflateSync(BODY)])(
    'is false for bytes that gzip does not begin with (%#)',
    (bytes) => {
      expect(isCompressed({ compression: 'gzip' }, bytes)).toBe(false);
    },
  );
});

describe('inflate() and inflateSync()', () => {
  it('give the bytes back, up to the limit', async () => {
    const full = gzipSync(Buffer.alloc(LIMIT, 'a'));
    expect(inflateSync(GZIP, LIMIT)).toEqual(BODY);
    await expect(inflate(GZIP, LIMIT)).resolves.toEqual(BODY);
    await expect(inflate(full, LIMIT)).resolves.toHaveLength(LIMIT);
  });

  it('inflate once: what was compressed twice stays compressed', () => {
    expect(inflateSync(gzipSync(GZIP), LIMIT)).toEqual(GZIP);
  });

  it.each(BROKEN)('refuse %s', async (_what, bytes, code) => {
    expect(inflateSync(bytes, LIMIT)).toBe(code);
    await expect(inflate(bytes, LIMIT)).resolves.toBe(code);
  });

  it('stop a bomb before it has grown', () => {
    const [, bomb] = BROKEN[0]!;
    const before = process.memoryUsage().arrayBuffers;
    inflateSync(bomb, LIMIT);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });
});

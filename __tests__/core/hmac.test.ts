import * as crypto from 'node:crypto';
import { makeFastHmac, makeHmac, makePlainHmac, usableHash, plainSha256, sha256 } from '../../src/core/hmac';

const hash = (crypto as unknown as { hash: Parameters<typeof makeFastHmac>[2] }).hash;

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const repeated = (byte: number, count: number): Buffer => Buffer.alloc(count, byte);

// RFC 4231, test cases 1 to 4, 6 and 7; case 5 is about truncation.
const RFC_4231: readonly (readonly [Buffer, Buffer, string])[] = [
  [repeated(0x0b, 20), bytes('Hi There'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    bytes('Jefe'),
    bytes('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    repeated(0xaa, 20),
    repeated(0xdd, 50),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  ],
  [
    Buffer.from(Array.from({ length: 25 }, (_, index) => index + 1)),
    repeated(0xcd, 50),
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  ],
  [
    repeated(0xaa, 131),
    bytes('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    repeated(0xaa, 131),
    bytes(
      'This is a test using a larger than block-size key and a larger than block-size data. ' +
        'The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
];

/** The oracle: Node's own HMAC over one buffer. */
function expected(name: 'sha256' | 'sha1', key: Buffer, before: string, body: Buffer, after: string): string {
  const content = Buffer.concat([Buffer.from(before), body, Buffer.from(after)]);
  return crypto.createHmac(name, key).update(content).digest('hex');
}

describe('makeHmac()', () => {
  // RFC 4231, test case 2.
  it.each([
    [
      'sha384',
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e' + '8e2240ca5e69e2c78b3239ecfab21649',
    ],
    [
      'sha512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554' +
        '9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ] as const)('agrees with RFC 4231 by %s', (name, mac) => {
    const hmac = makeHmac(name, bytes('Jefe'));
    expect(hmac('what do ', bytes('ya want '), 'for nothing?').toString('hex')).toBe(mac);
  });

  it.each(RFC_4231)('agrees with RFC 4231: key %p', (key, data, mac) => {
    expect(makeHmac('sha256', key)('', data, '').toString('hex')).toBe(mac);
    expect(makePlainHmac('sha256', key)('', data, '').toString('hex')).toBe(mac);
    expect(
      makeFastHmac('sha256', key, hash, makePlainHmac('sha256', key))('', data, '').toString('hex'),
    ).toBe(mac);
  });

  it.each(['sha256', 'sha1'] as const)('equals createHmac for keys of 1 to 200 bytes: %s', (name) => {
    for (let length = 1; length <= 200; length += 1) {
      const key = crypto.randomBytes(length);
      const body = crypto.randomBytes(length * 3);
      expect(makeHmac(name, key)('1700000000.', body, '').toString('hex')).toBe(
        expected(name, key, '1700000000.', body, ''),
      );
    }
  });

  it.each(['sha256', 'sha1'] as const)(
    'equals createHmac for bodies around every block and threshold: %s',
    (name) => {
      const key = crypto.randomBytes(32);
      const hmac = makeHmac(name, key);
      const around = [512, 1024, 4096, 32 * 1024 - 64, 32 * 1024 - 33, 32 * 1024, 64 * 1024, 1024 ** 2];
      const lengths = [
        ...Array.from({ length: 301 }, (_, length) => length),
        ...around.flatMap((size) => [size - 2, size - 1, size, size + 1, size + 2]),
      ];
      for (const length of lengths) {
        const body = crypto.randomBytes(length);
        expect([length, hmac('a.', body, '').toString('hex')]).toEqual([
          length,
          expected(name, key, 'a.', body, ''),
        ]);
      }
    },
  );

  it('equals createHmac for text before and after, in UTF-8, and without a body', () => {
    const key = crypto.randomBytes(64);
    const hmac = makeHmac('sha256', key);
    const body = Buffer.from('Olá');
    for (const [before, after] of [
      ['', ''],
      ['é☕', ''],
      ['', '日本'],
      ['POSThttps://ü.example/', '1700000000000'],
    ] as const) {
      expect(hmac(before, body, after).toString('hex')).toBe(expected('sha256', key, before, body, after));
      expect(hmac(before, undefined, after).toString('hex')).toBe(
        expected('sha256', key, before, Buffer.alloc(0), after),
      );
    }
    expect(makePlainHmac('sha256', key)('', undefined, '1').toString('hex')).toBe(
      expected('sha256', key, '', Buffer.alloc(0), '1'),
    );
    const long = '☕'.repeat(20_000);
    expect(hmac(long, body, long).toString('hex')).toBe(expected('sha256', key, long, body, long));
  });

  it('keeps two HMACs apart that are used in turn', () => {
    const keys = [crypto.randomBytes(20), crypto.randomBytes(100)];
    const hmacs = keys.map((key) => makeHmac('sha256', key));
    for (let round = 0; round < 5; round += 1) {
      for (const [index, hmac] of hmacs.entries()) {
        const body = crypto.randomBytes(100 * (round + 1));
        expect(hmac('t.', body, '').toString('hex')).toBe(expected('sha256', keys[index]!, 't.', body, ''));
      }
    }
  });
});

describe('usableHash()', () => {
  it('accepts the hash of Node and no other', () => {
    expect(usableHash(hash)).toBe(hash);
    expect(usableHash(undefined)).toBeNull();
    expect(usableHash((name) => hash(name, Buffer.from('something else'), 'latin1'))).toBeNull();
    const failing = (): never => {
      throw new Error('not supported');
    };
    expect(usableHash(failing)).toBeNull();
  });

  it.each(['sha256', 'sha1'] as const)('accepts none that is right but for %s', (wrong) => {
    expect(
      usableHash((name, data, as) => hash(name, name === wrong ? Buffer.from(data).fill(0) : data, as)),
    ).toBeNull();
  });

  it('leaves the plain way where there is no one-shot hash that agrees', () => {
    const [key, data, mac] = RFC_4231[1]!;
    expect(makeHmac('sha256', key, null)('', data, '').toString('hex')).toBe(mac);
  });
});

describe('sha256()', () => {
  const sizes = [0, 1, 55, 56, 63, 64, 65, 1000, 32 * 1024 - 12, 32 * 1024 - 11, 32 * 1024, 100_000];

  it.each(sizes)('gives for %i bytes what createHash gives', (size) => {
    const body = Buffer.alloc(size, 'é☕x');
    expect(sha256('1:é2', body)).toBe(plainSha256('1:é2', body));
    expect(sha256('1:é2', body, null)).toBe(plainSha256('1:é2', body));
  });

  it('takes a long text before a long body, in any alphabet', () => {
    const body = Buffer.alloc(30_000, 7);
    for (const text of ['x'.repeat(30_000), '☕'.repeat(10_000)]) {
      expect(sha256(text, body)).toBe(plainSha256(text, body));
    }
  });

  it('hashes the text alone where there is no body', () => {
    expect(sha256('abc', undefined)).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
    expect(plainSha256('abc', undefined)).toBe(sha256('abc', undefined));
  });
});

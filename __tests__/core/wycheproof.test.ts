import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineProvider, verifySync, WebhookError, type Algorithm, type Provider } from 'hooklatch';
import { makeMessageCheck } from '../../src/providers/http-message-signatures/message-keys';

interface Vector {
  readonly id: number;
  readonly key: string;
  readonly message: string;
  readonly signature: string;
  /** `acceptable`: a matter of taste, either way. */
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

const read = (name: string): readonly Vector[] =>
  JSON.parse(readFileSync(join(__dirname, '../vectors/wycheproof', `${name}.json`), 'utf8')) as Vector[];

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** A provider that signs the body and nothing else. */
const dataProvider = (algorithm: Algorithm): Provider =>
  defineProvider({
    name: 'wycheproof',
    algorithm,
    signature: { header: 'X-Signature', encoding: 'hex' },
    signed: ['{body}'],
    secret: { encoding: algorithm.startsWith('hmac') ? 'hex' : 'base64' },
    content: 'raw',
  });

const HMAC_SHA512 = defineProvider({
  name: 'wycheproof-sha512',
  headers: ['X-Signature'],
  content: 'raw',
  readSecret: bytesOf,
  verify: ({ headers, body }, { key }) => {
    const given = bytesOf(String(headers['x-signature']));
    const expected = createHmac('sha512', key).update(body).digest();
    return given.length === expected.length && timingSafeEqual(given, expected) ? {} : undefined;
  },
});

type Verify = (vector: Vector) => boolean;

/** Through the public function, as a delivery would be. */
function byProvider(provider: Provider): Verify {
  const isShared = provider.algorithm.startsWith('hmac') || provider.algorithm === 'custom';
  return ({ key, message, signature }) => {
    const delivery = {
      method: 'POST',
      url: '/',
      headers: { 'x-signature': signature },
      body: bytesOf(message),
    };
    const secret = isShared ? key : bytesOf(key).toString('base64');
    try {
      return verifySync(delivery, { provider, secret, now: 0 }).verified;
    } catch (error) {
      if (error instanceof WebhookError && error.status === 401) return false;
      throw error;
    }
  };
}

const byMessageCheck: Verify = ({ key, message, signature }) =>
  makeMessageCheck(
    'ecdsa-p256-sha256',
    'base64',
    bytesOf(key).toString('base64'),
  )(bytesOf(message), bytesOf(signature));

interface File {
  readonly name: string;
  readonly cases: number;
  readonly verify: Verify;
  /** Bytes of a tag that is not cut short, where there are such. */
  readonly fullLength?: number;
}

const FILES: readonly File[] = [
  { name: 'hmac-sha1', cases: 170, verify: byProvider(dataProvider('hmac-sha1')), fullLength: 20 },
  { name: 'hmac-sha256', cases: 174, verify: byProvider(dataProvider('hmac-sha256')), fullLength: 32 },
  { name: 'hmac-sha512', cases: 174, verify: byProvider(HMAC_SHA512), fullLength: 64 },
  { name: 'ed25519', cases: 145, verify: byProvider(dataProvider('ed25519')) },
  { name: 'ecdsa-p256-sha256', cases: 387, verify: byProvider(dataProvider('ecdsa-p256-sha256')) },
  { name: 'ecdsa-p256-sha256-p1363', cases: 219, verify: byMessageCheck },
];

describe.each(FILES)('$name of Wycheproof', ({ name, cases, verify, fullLength = 0 }) => {
  const vectors = read(name);
  // A tag that was cut short is right as far as it goes, and is nobody's signature here.
  const isCut = ({ signature }: Vector): boolean => signature.length < 2 * fullLength;
  const accepted = vectors.filter(verify);

  it('is whole', () => {
    expect(vectors.map(({ id }) => id)).toEqual(Array.from({ length: cases }, (_, index) => index + 1));
  });

  it('is accepted where it is valid', () => {
    const valid = vectors.filter((vector) => vector.result === 'valid' && !isCut(vector));
    expect(accepted.filter(({ result }) => result === 'valid')).toEqual(valid);
    expect(valid.length).toBeGreaterThan(20);
  });

  it('is refused where it is invalid, and where its tag is cut short', () => {
    expect(accepted.filter((vector) => vector.result === 'invalid' || isCut(vector))).toEqual([]);
    expect(vectors.filter((vector) => vector.result === 'invalid').length).toBeGreaterThan(50);
  });
});

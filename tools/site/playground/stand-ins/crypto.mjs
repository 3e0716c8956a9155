// `node:crypto` for a page: hashes and HMACs of @noble/hashes, Ed25519 and P-256 of @noble/curves. All of it is
// synchronous, as Node's is; Web Crypto is not.
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { Buffer } from './buffer.mjs';
import { failMissing } from './missing.mjs';

const HASHES = { md5, sha1, sha256, sha384, sha512 };
const RSA = 'RSA signatures';

export const constants = {};

// Node's one-shot hash is only a faster way.
export const hash = undefined;

export const createHash = (name) => makeHasher(HASHES[name].create());
export const createHmac = (name, key) => makeHasher(hmac.create(HASHES[name], bytesOf(key)));

function makeHasher(state) {
  const hasher = {
    update(data, encoding) {
      state.update(typeof data === 'string' ? Buffer.from(data, encoding) : data);
      return hasher;
    },
    digest(encoding) {
      const bytes = Buffer.from(state.digest());
      return encoding === undefined ? bytes : bytes.toString(encoding);
    },
  };
  return hasher;
}

export function timingSafeEqual(one, other) {
  if (one.length !== other.length) throw new RangeError('the lengths differ');
  let difference = 0;
  for (let index = 0; index < one.length; index++) difference |= one[index] ^ other[index];
  return difference === 0;
}

export const randomBytes = (size) => Buffer.from(crypto.getRandomValues(new Uint8Array(size)));
export const randomUUID = () => {
  const text = randomBytes(16).toString('hex');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-8${text.slice(17, 20)}-${text.slice(20)}`;
};
export const randomInt = (least, end) =>
  end === undefined ? randomInt(0, least) : least + (randomBytes(4).readUInt32BE() % (end - least));

/** A key as Node has it, of which only its bytes and its kind are kept. */
export class KeyObject {
  constructor(fields) {
    Object.assign(this, fields);
  }

  export() {
    return this.bytes;
  }
}

const bytesOf = (key) =>
  key instanceof KeyObject ? key.bytes : typeof key === 'string' ? Buffer.from(key) : key;

export const createSecretKey = (bytes) => new KeyObject({ type: 'secret', bytes: Buffer.from(bytes) });

// Object identifiers as DER has them: RFC 8410, RFC 5480 and RFC 8017.
const KINDS = [
  ['2b6570', { asymmetricKeyType: 'ed25519', asymmetricKeyDetails: {} }],
  ['2a8648ce3d030107', { asymmetricKeyType: 'ec', asymmetricKeyDetails: { namedCurve: 'prime256v1' } }],
  // Its length is for Node to say: nothing is verified with it here.
  ['2a864886f70d010101', { asymmetricKeyType: 'rsa', asymmetricKeyDetails: { modulusLength: 2048 } }],
];
const SPKI = {
  ed25519: '302a300506032b6570032100',
  ec: '3059301306072a8648ce3d020106082a8648ce3d030107034200',
};

export function createPublicKey(input) {
  const { key = input, format = 'pem', type = 'spki' } = typeof input === 'string' ? {} : input;
  if (format === 'jwk') return makePublicKey(Buffer.from(`3000${KINDS[2][0]}`, 'hex'));
  if (format === 'pem') return makePublicKey(decodePem(String(key), 'PUBLIC KEY'));
  if (type !== 'spki' || !/^30(?:8[12])?(?:..){1,2}30/.test(key.toString('hex', 0, 6)))
    throw new TypeError('no key');
  return makePublicKey(key);
}

function makePublicKey(bytes) {
  const head = bytes.toString('hex', 0, 40);
  const [, kind] = KINDS.find(([oid]) => head.includes(oid)) ?? [];
  if (kind === undefined) throw new TypeError('no key that is known');
  const point = bytes.subarray(kind.asymmetricKeyType === 'ed25519' ? -32 : -65);
  if (kind.asymmetricKeyType === 'ed25519' && bytes.length !== 44) throw new TypeError('no key of Ed25519');
  return new KeyObject({ type: 'public', bytes, point, ...kind });
}

export function createPrivateKey(input) {
  const { key = input, format = 'pem', type = 'pkcs8' } = typeof input === 'string' ? {} : input;
  if (format === 'pem') decodePem(String(key), '(?:[A-Z]+ )?PRIVATE KEY');
  // A version and an algorithm stand at its beginning: RFC 5958.
  else if (type !== 'pkcs8' || !/^30(?:8[12])?(?:..){1,2}02010030/.test(key.toString('hex', 0, 10)))
    throw new TypeError('no key');
  return failMissing('signing with a private key');
}

function decodePem(text, label) {
  const [, base64] =
    new RegExp(`^-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END`).exec(text.trim()) ?? [];
  if (base64 === undefined) return failMissing('keys in certificates, or in PEM of another kind');
  return Buffer.from(base64, 'base64');
}

export class X509Certificate {
  constructor(bytes) {
    const isText = typeof bytes === 'string';
    // Two sequences, one in the other: RFC 5280.
    if (!isText && !/^30..(?:....)?30/.test(Buffer.from(bytes).toString('hex', 0, 5)))
      throw new TypeError('no certificate');
    failMissing('certificates');
  }
}

export function generateKeyPairSync(type) {
  if (type === 'rsa') return failMissing(RSA);
  const { publicKey } = (type === 'ed25519' ? ed25519 : p256).keygen();
  const point = type === 'ed25519' ? publicKey : p256.Point.fromBytes(publicKey).toBytes(false);
  return { publicKey: makePublicKey(Buffer.concat([Buffer.from(SPKI[type], 'hex'), point])) };
}

export function verify(digest, data, { asymmetricKeyType, point } = {}, signature) {
  if (asymmetricKeyType === 'ed25519')
    return isRight(() => ed25519.verify(signature, data, point, { zip215: false }));
  if (asymmetricKeyType === 'ec' && digest === 'sha256')
    return isRight(() => p256.verify(signature, data, point, { lowS: false, format: 'der' }));
  return failMissing(RSA);
}

// A signature of another form is a wrong one.
function isRight(check) {
  try {
    return check();
  } catch {
    return false;
  }
}

export const sign = () => failMissing('signing with a private key');

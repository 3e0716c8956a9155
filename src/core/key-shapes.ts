import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';

/** A key of a pair, which is never a shared secret: half of it is public. */
interface KeyShape {
  readonly pattern: RegExp;
  readonly looks: string;
}

const PRIVATE_KEY = 'a private key, which only the sender has';
const PUBLIC_KEY = 'a public key';
const CERTIFICATE = 'a certificate';

// Marks that are written in front of a key: PEM (RFC 7468), OpenSSH (RFC 4253, RFC 4716), OpenPGP (RFC 9580), Standard
// Webhooks, and Stripe's publishable keys, which stand in web pages.
const SHAPES: readonly KeyShape[] = [
  { pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/, looks: PRIVATE_KEY },
  { pattern: /-----BEGIN (?:[A-Z0-9 ]{0,40}CERTIFICATE(?: REQUEST)?|PKCS7|CMS)-----/, looks: CERTIFICATE },
  { pattern: /---- ?BEGIN [A-Z0-9 ]{0,40}PUBLIC KEY(?: BLOCK)? ?----/, looks: PUBLIC_KEY },
  {
    // Behind options too, as in the file of the keys that may log in.
    pattern: /(?:^|\s)(?:ssh-[a-z0-9]+|ecdsa-sha2-nistp[0-9]+|sk-[a-z0-9-]+@openssh\.com)\s+AAAA/,
    looks: PUBLIC_KEY,
  },
  // Alone it begins with its own name too, in base64: ssh-, ecdsa-sha2-, sk-.
  { pattern: /^AAAA(?:[BC]3NzaC1|E2VjZHNhLXNoYTIt|[GI]nNrLX)/, looks: PUBLIC_KEY },
  { pattern: /^whsk_/, looks: 'a private key of Standard Webhooks, which only the sender has' },
  { pattern: /^whpk_/, looks: 'a public key of Standard Webhooks' },
  { pattern: /^pk_(?:live|test)_/, looks: 'a publishable key' },
];

const BASE64_PEM = /^LS0tLS1CRUdJTi[A-Za-z0-9+/=\s]+$/;
// Base64 and hexadecimal text of a DER sequence, which begins with the byte 30.
const BASE64_DER = /^M[A-P][A-Za-z0-9+/_\s-]{30,}={0,2}$/;
const HEX_DER = /^(?:0x)?30(?::?[0-9a-f]{2}){25,}$/i;
// Base64 text that begins with a brace or a bracket.
const BASE64_JSON = /^[eW][w-z0-9+/_-][A-Za-z0-9+/_\s-]{20,}={0,2}$/;

/** Names the kind of a text that is a key of a pair or a certificate; `undefined` for a possible shared secret. */
export function describeKeyPair(text: string): string | undefined {
  const bare = text.trim().replace(/^["'](.*)["']$/s, '$1');
  const shape = SHAPES.find(({ pattern }) => pattern.test(bare));
  if (shape !== undefined) return shape.looks;
  if (/^[{[]/.test(bare)) return describeJson(bare);
  if (BASE64_JSON.test(bare)) return describeJson(Buffer.from(bare, 'base64').toString('utf8'));
  if (BASE64_PEM.test(bare)) return describeKeyPair(Buffer.from(bare, 'base64').toString('latin1'));
  if (BASE64_DER.test(bare)) return describeDer(Buffer.from(bare, 'base64'));
  return HEX_DER.test(bare) ? describeDer(Buffer.from(bare.replace(/^0x|:/gi, ''), 'hex')) : undefined;
}

/** The `readSecret` of a scheme that is code and has a shared secret. Throws where the text is a key of a pair. */
export function readSharedSecret(text: string): string {
  const looks = describeKeyPair(text);
  if (looks !== undefined) throw new TypeError(`this looks like ${looks}`);
  return text;
}

/** The shared secret as a key, made ready once. Throws as `readSharedSecret` does. */
export function readSharedKey(text: string): KeyObject {
  return createSecretKey(Buffer.from(readSharedSecret(text)));
}

/** A JSON Web Key or a set of them (RFC 7517); a key of the type `oct` is a shared secret. */
function describeJson(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { keys = value } = Array.isArray(value) ? {} : (value as { readonly keys?: unknown });
  const list = [keys].flat() as readonly (Readonly<Record<string, unknown>> | null)[];
  const pairs = list.filter((key) => typeof key?.kty === 'string' && key.kty !== 'oct');
  if (pairs.length === 0) return undefined;
  return pairs.some((key) => key?.d !== undefined) ? PRIVATE_KEY : PUBLIC_KEY;
}

function describeDer(der: Buffer): string | undefined {
  // First, because a public key can be made of a private one.
  const readers: readonly (readonly [string, () => unknown])[] = [
    [PRIVATE_KEY, () => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })],
    [PRIVATE_KEY, () => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' })],
    [PUBLIC_KEY, () => createPublicKey({ key: der, format: 'der', type: 'spki' })],
    [PUBLIC_KEY, () => createPublicKey({ key: der, format: 'der', type: 'pkcs1' })],
    [CERTIFICATE, () => new X509Certificate(der)],
  ];
  return readers.find(([, read]) => canRead(read))?.[0];
}

function canRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

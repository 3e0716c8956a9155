import { createHash } from 'node:crypto';
import { decodeText } from './encoding';
import { describeKeyPair } from './key-shapes';
import type { Provider } from './provider';
import { isAsymmetric } from './signature';

/** The first line of a private key. */
export const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

// Texts that are often pasted in the place of a secret. The text itself is never shown.
const MISTAKES: readonly {
  readonly pattern: RegExp;
  readonly looks: string;
  /** For whom it would be no mistake. */
  readonly isRight?: (provider: Provider) => boolean;
}[] = [
  { pattern: PRIVATE_KEY, looks: 'a private key, which only the sender has' },
  { pattern: /-----BEGIN CERTIFICATE-----/, looks: 'a certificate' },
  {
    pattern: /-----BEGIN [A-Z ]*PUBLIC KEY-----/,
    looks: 'a public key',
    isRight: ({ algorithm }) => isAsymmetric(algorithm),
  },
  { pattern: /^https?:\/\//, looks: 'an address' },
  { pattern: /^whsk_/, looks: 'a private key of Standard Webhooks, which only the sender has' },
  { pattern: /^whpk_/, looks: 'a public key of Standard Webhooks' },
  { pattern: /^whsec_/, looks: 'a secret of Standard Webhooks or Stripe' },
  { pattern: /^(sk|rk|pk)_(live|test)_/, looks: 'an API key' },
  { pattern: /^\$/, looks: 'the name of a variable that was not filled in' },
  { pattern: /^["']|["']$/, looks: 'text in quotes' },
  { pattern: /^\s|\s$/, looks: 'text with white space at an end' },
  {
    pattern: /^[0-9a-fA-F]{32,}$/,
    looks: 'hexadecimal text',
    isRight: ({ secret }) => secret.encoding === 'hex',
  },
];

/** The bytes that a secret's text stands for. Throws a `TypeError` that does not show the text. */
export function decodeSecret(provider: Provider, value: string, privateKey = false): Buffer {
  const { encoding, prefix, privatePrefix, digest } = provider.secret;
  if (isAsymmetric(provider.algorithm) && value.trimStart().startsWith('-----BEGIN ')) {
    return Buffer.from(value.trim());
  }
  const removed = privateKey ? (privatePrefix ?? prefix) : prefix;
  const text = removed !== undefined && value.startsWith(removed) ? value.slice(removed.length) : value;
  const plain = provider.secret.otherwise !== undefined && text === value;
  const bytes = decodeText(text, plain ? 'utf8' : encoding);
  if (bytes === undefined) {
    const form = prefix === undefined ? encoding : `${encoding}, with or without "${prefix}" in front`;
    throw new TypeError(
      `option "secret" is not what ${provider.name} uses: expected ${form}${guessMistake(provider, text)}. ` +
        'Copy it again from the settings of the sender, without quotes, spaces or line breaks',
    );
  }
  refuseKeyPair(provider, value);
  if (isBasic(provider) && !value.includes(':')) {
    throw new TypeError(
      `option "secret" is not what ${provider.name} uses: expected user and password with a colon between them, as in ` +
        'user:password. Basic authentication always sends both (RFC 7617), so without a colon nothing would match',
    );
  }
  return digest === undefined ? bytes : createHash(digest).update(bytes).digest();
}

/** Whether the secret is a user and a password. */
export function isBasic({ signature }: Pick<Provider, 'signature'>): boolean {
  return signature.scheme?.toLowerCase() === 'basic';
}

/** With a public key or a certificate for a shared secret, everybody could sign; a private one is not ours to have. */
function refuseKeyPair(provider: Provider, value: string): void {
  const looks = isAsymmetric(provider.algorithm) ? undefined : describeKeyPair(value);
  if (looks === undefined) return;
  const wanted = provider.algorithm === 'token' ? 'the token' : 'the secret';
  throw new TypeError(
    `option "secret" is not what ${provider.name} uses: expected ${wanted} that you share with the sender, and this ` +
      `looks like ${looks}. Copy the secret from the settings of the sender`,
  );
}

/** The key that the `readSecret` of a scheme makes of a text. Its own message could show the text. */
export function readCustomSecret(
  provider: Provider,
  read: (text: string) => unknown,
  value: string,
): unknown {
  try {
    return read(value);
  } catch {
    throw new TypeError(
      `option "secret" is not what ${provider.name} uses: its "readSecret" refused it${guessMistake(provider, value)}`,
    );
  }
}

/** Says what seems to have been pasted, in a sentence of its own; empty where nothing is known. */
export function guessMistake(provider: Provider, value: string): string {
  const mistake = MISTAKES.find(
    ({ pattern, isRight }) => pattern.test(value) && isRight?.(provider) !== true,
  );
  const looks = mistake?.looks ?? (isAsymmetric(provider.algorithm) ? undefined : describeKeyPair(value));
  return looks === undefined ? '' : `. It looks like ${looks}`;
}

import { createPrivateKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { readSharedKey } from '../../core/key-shapes';
import { makeDummyKey, type AsymmetricAlgorithm } from '../../core/signature';
import { readPublicKey } from '../../keys/read-keys';
import type { JwtAlgorithm } from './token';

/** The key of a secret, where the secret is one, and whose tokens are taken. */
export interface TokenKey {
  readonly key: KeyObject | undefined;
  readonly owner: () => string;
}

/** The key to sign with, and whose tokens it makes. */
export interface SigningTokenKey extends TokenKey {
  readonly key: KeyObject;
}

/** The functions by which a provider makes keys of its secrets. */
export interface KeyReaders {
  readonly readSecret: (text: string) => TokenKey;
  readonly makeDummySecret: () => string;
  readonly readSigningSecret: (text: string) => SigningTokenKey;
}

/** How the owner is written. */
export interface OwnerDefinition {
  readonly pattern: RegExp;
  readonly example: string;
}

const DUMMY = 'dummy';
const DUMMY_OWNER = `${DUMMY}:`;
const PRIVATE_KEY = '-----BEGIN ';

const DUMMY_ALGORITHMS: Readonly<Record<string, AsymmetricAlgorithm>> = {
  ES: 'ecdsa-p256-sha256',
  Ed: 'ed25519',
};

/** Makes the readers for shared secrets, for public keys, or for owners whose keys are found by their tokens. */
export function makeKeyReaders(
  alg: JwtAlgorithm,
  areFound: boolean,
  owner: OwnerDefinition | undefined,
): KeyReaders {
  if (alg.startsWith('HS')) return owner === undefined ? SHARED : makeOwnedReaders(owner);
  return areFound ? makeOwnerReaders(owner) : makePublicReaders(alg);
}

const SHARED: KeyReaders = {
  readSecret: readShared,
  makeDummySecret: makeRandomText,
  readSigningSecret: readShared,
};

function readShared(text: string): SigningTokenKey {
  return holdKey(readSharedKey(text), '');
}

/** Owner and shared secret, with a colon between them. */
function makeOwnedReaders({ pattern }: OwnerDefinition): KeyReaders {
  const readSecret = (text: string): SigningTokenKey => {
    // The last one: the names of some owners have one in them, and the secrets have none.
    const mark = text.lastIndexOf(':');
    const [name, secret] = [text.slice(0, Math.max(mark, 0)), text.slice(mark + 1)];
    if (secret === '' || !(pattern.test(name) || name === DUMMY)) {
      throw new TypeError('owner and secret are joined by a colon');
    }
    return holdKey(readSharedKey(secret), name);
  };
  return {
    readSecret,
    makeDummySecret: () => `${DUMMY}:${makeRandomText()}`,
    readSigningSecret: readSecret,
  };
}

function makePublicReaders(alg: JwtAlgorithm): KeyReaders {
  return {
    readSecret: (text) => holdKey(readPublicKey(text), ''),
    makeDummySecret: () => makeDummyKey(DUMMY_ALGORITHMS[alg.slice(0, 2)] ?? 'rsa-sha256').toString('base64'),
    readSigningSecret: (text) => holdKey(createPrivateKey(text), ''),
  };
}

/**
 * The owner alone. A dummy stands for the last owner that was read, whose keys are known or not as those of any other:
 * it would else be told by a fetch of its own. To sign takes the owner, and behind a space the private key as PEM.
 */
function makeOwnerReaders(owner: OwnerDefinition | undefined): KeyReaders {
  let last = '';
  return {
    readSecret(text) {
      if (text.startsWith(DUMMY_OWNER)) return { key: undefined, owner: () => last };
      if (owner?.pattern.test(text) === false) throw new TypeError(`expected one like ${owner.example}`);
      last = text;
      return { key: undefined, owner: () => text };
    },
    makeDummySecret: () => DUMMY_OWNER + randomUUID(),
    readSigningSecret(text) {
      const start = text.indexOf(PRIVATE_KEY);
      if (start === -1) throw new TypeError('the private key is missing behind the owner');
      return holdKey(createPrivateKey(text.slice(start)), text.slice(0, start).trim());
    },
  };
}

function holdKey(key: KeyObject, name: string): SigningTokenKey {
  return { key, owner: () => name };
}

function makeRandomText(): string {
  return randomBytes(32).toString('hex');
}

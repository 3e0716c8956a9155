import {
  createPrivateKey,
  randomUUID,
  sign as signBytes,
  verify as verifyBytes,
  type KeyObject,
} from 'node:crypto';
import type { Awaitable } from '../../awaitable';
import type { CustomVerdict } from '../../core/custom-scheme';
import { defineProvider } from '../../core/define-provider';
import type { Delivery } from '../../core/delivery';
import type { Provider } from '../../core/provider';
import type { CustomProviderDefinition } from '../../core/custom-scheme';

/** Lists the public keys that may be right; none where there certainly is none. What it throws is answered 503. */
export type ListKeys = (name: string, owner: string) => Awaitable<readonly (KeyObject | undefined)[]>;

/** A signature as a delivery has it. */
export interface NamedSignature {
  /** The name of the key: an id, or an address that was pinned. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The facts that the signature covers beside the body. */
  readonly facts?: CustomVerdict | undefined;
}

/** The content that is signed, for the owner that a secret names; `undefined` where nothing can have been signed. */
export type WriteSigned = (delivery: Delivery, owner: string) => Buffer | undefined;

type Shared =
  | 'guessable'
  | 'makeDummySecret'
  | 'read'
  | 'readSecret'
  | 'readSigningSecret'
  | 'sign'
  | 'signBody'
  | 'verify';

/** The description of a sender that signs data with a key that its deliveries name, beside what every provider has. */
export interface FetchedKeysOptions extends Omit<CustomProviderDefinition, Shared> {
  /** The kind of the keys; a key of another kind verifies nothing. */
  readonly keyType: 'rsa' | 'ec' | 'ed25519';
  /** The digest that is signed; none for Ed25519, which has its own. */
  readonly digest?: 'sha1' | 'sha256' | undefined;
  readonly listKeys: ListKeys;
  /** How the secret is written, which says whose deliveries are taken. */
  readonly owner: RegExp;
  readonly readSignature: (delivery: Delivery) => NamedSignature | undefined;
  readonly writeSigned: WriteSigned;
  /** The headers of a signature, for `sign()`; first those that it covers, without any bytes. */
  readonly writeHeaders: (
    bytes: Buffer,
    context: { readonly now: number; readonly keyName: string; readonly owner: string },
  ) => Readonly<Record<string, string>>;
}

/** A secret: the owner that it names, and the private key behind it where it is one to sign with. */
interface OwnerKey {
  readonly owner: () => string;
  readonly privateKey: KeyObject | undefined;
}

const DUMMY = 'dummy:';
const PRIVATE_KEY = '-----BEGIN ';
const NO_BYTES = Buffer.alloc(0);

/** Makes a provider for a sender whose public keys are fetched by the names that its deliveries give. */
export function makeFetchedKeysProvider(options: FetchedKeysOptions): Provider {
  const { keyType, digest, listKeys, owner, readSignature, writeSigned, writeHeaders, ...common } = options;
  // A dummy stands for the last owner that was read: a fetch of its own would tell it from one.
  let last = '';

  return defineProvider<OwnerKey, OwnerKey, NamedSignature>({
    refusal: { status: 401 },
    methods: ['POST'],
    ...common,
    guessable: false,
    readSecret(text) {
      if (text.startsWith(DUMMY)) return { owner: () => last, privateKey: undefined };
      if (!owner.test(text)) throw new TypeError('this names no owner');
      last = text;
      return { owner: () => text, privateKey: undefined };
    },
    makeDummySecret: () => DUMMY + randomUUID(),
    readSigningSecret(text) {
      const start = text.indexOf(PRIVATE_KEY);
      if (start === -1) throw new TypeError('the private key is missing behind the owner');
      const own = text.slice(0, start).trim();
      return { owner: () => own, privateKey: createPrivateKey(text.slice(start)) };
    },
    read: readSignature,
    async verify(delivery, { key, message: { name, bytes, facts } }) {
      const content = writeSigned(delivery, key.owner());
      if (content === undefined) return undefined;
      const keys = await listKeys(name, key.owner());
      const isRight = keys.some(
        (publicKey) =>
          publicKey?.asymmetricKeyType === keyType && verifyBytes(digest, content, publicKey, bytes),
      );
      return isRight ? (facts ?? {}) : undefined;
    },
    sign(delivery, { key: { owner: own, privateKey }, now, secretId }) {
      const context = { now, keyName: secretId, owner: own() };
      const covered = writeHeaders(NO_BYTES, context);
      const lowerCase = Object.entries(covered).map(([name, value]) => [name.toLowerCase(), value]);
      const headers = { ...delivery.headers, ...(Object.fromEntries(lowerCase) as Record<string, string>) };
      const content = writeSigned({ ...delivery, headers }, context.owner);
      if (content === undefined || privateKey === undefined) {
        throw new TypeError(`sign(): ${common.name} cannot sign this delivery`);
      }
      return { ...covered, ...writeHeaders(signBytes(digest, content, privateKey), context) };
    },
  });
}

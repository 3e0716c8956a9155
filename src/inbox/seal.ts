import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { joinParts } from '../core/delivery-key';
import { AN_OBJECT, checkOptions, describeType, type OptionCheck } from '../options';

/** One key of the option `seal`. */
export interface SealKey {
  /** Names the key in what it seals. */
  readonly id: string;
  /** 32 bytes, or base64 of them. */
  readonly key: Uint8Array | string;
}

/** The option `seal`. */
export interface SealOptions {
  /** The first seals, all open: a new key goes in front, and an old one out when nothing that it sealed is left. */
  readonly keys: readonly [SealKey, ...SealKey[]];
}

/** Says where sealed bytes belong, so that they open nowhere else. */
export interface SealPlace {
  readonly part: 'body' | 'meta' | 'error';
  readonly route: string;
  readonly key: string | undefined;
  readonly receivedAt: number;
}

/** Encrypts what an inbox stores. */
export interface Sealer {
  seal(plain: Uint8Array, place: SealPlace): Buffer;
  /** Throws where the bytes do not belong there, or no key is theirs. */
  open(sealed: Uint8Array, place: SealPlace): Buffer;
}

// A stored body that begins so is sealed: version 1. JSON, forms and XML begin with other bytes.
const MARK = Buffer.from('\0hooklatch1', 'latin1');
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const TEXT_MARK = 'sealed:';

export const SEAL: OptionCheck = {
  accepts: (value) => AN_OBJECT.accepts(value),
  expects: 'an object with "keys"',
  secret: true,
};

/** Checks the option `seal`: AES-256-GCM (NIST SP 800-38D), a random nonce of 96 bits for each sealing. */
export function makeSealer(where: string, options: SealOptions): Sealer {
  const { keys } = checkOptions(`${where}: option "seal"`, options, {
    keys: {
      accepts: (value) => Array.isArray(value) && value.length > 0,
      expects: 'a list of { id, key } with at least one',
      secret: true,
      required: true,
    },
  });
  const known = new Map<string, KeyObject>();
  for (const { id, key } of keys) {
    if (typeof id !== 'string' || !/^[\w.-]{1,64}$/.test(id) || known.has(id)) {
      throw new TypeError(
        `${where}: option "seal": each key needs an "id" of its own: 1 to 64 of A-Z a-z 0-9 _ . -`,
      );
    }
    known.set(id, makeKey(where, id, key));
  }
  const [{ id: newestId, key }] = keys;
  const newestKey = makeKey(where, newestId, key);

  return {
    seal(plain, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newestKey, iv);
      cipher.setAAD(describePlace(place));
      const text = [cipher.update(plain), cipher.final()];
      const head = Buffer.from([newestId.length]);
      return Buffer.concat([MARK, head, Buffer.from(newestId, 'latin1'), iv, cipher.getAuthTag(), ...text]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      const idAt = MARK.length + 1;
      const ivAt = idAt + bytes.readUInt8(MARK.length);
      const key = known.get(bytes.toString('latin1', idAt, ivAt));
      if (key === undefined) throw new Error('no key of the option "seal" is that of this delivery');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(ivAt, ivAt + IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      const textAt = ivAt + IV_BYTES + TAG_BYTES;
      decipher.setAAD(describePlace(place));
      decipher.setAuthTag(bytes.subarray(ivAt + IV_BYTES, textAt));
      return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]);
    },
  };
}

/** Seals bytes, or leaves them as they are where there is no sealer. */
export function sealBytes(sealer: Sealer | undefined, plain: Uint8Array, place: SealPlace): Uint8Array {
  return sealer === undefined ? plain : sealer.seal(plain, place);
}

/** Opens bytes that are sealed; others are as they were stored before the option `seal` was set. */
export function openBytes(sealer: Sealer | undefined, stored: Uint8Array, place: SealPlace): Buffer {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (!bytes.subarray(0, MARK.length).equals(MARK)) return bytes;
  if (sealer === undefined) throw new Error('the delivery is sealed, and there is no option "seal"');
  return sealer.open(bytes, place);
}

/** As `sealBytes()`, for a column of text. */
export function sealText(sealer: Sealer | undefined, plain: string, place: SealPlace): string {
  if (sealer === undefined) return plain;
  return TEXT_MARK + sealer.seal(Buffer.from(plain), place).toString('base64');
}

/** As `openBytes()`, for a column of text. */
export function openText(sealer: Sealer | undefined, stored: string, place: SealPlace): string {
  if (!stored.startsWith(TEXT_MARK)) return stored;
  return openBytes(sealer, Buffer.from(stored.slice(TEXT_MARK.length), 'base64'), place).toString();
}

function makeKey(where: string, id: string, key: unknown): KeyObject {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : key;
  const isExact = typeof key !== 'string' || (bytes as Buffer).toString('base64') === key;
  if (!(bytes instanceof Uint8Array) || bytes.length !== KEY_BYTES || !isExact) {
    throw new TypeError(
      `${where}: option "seal": the key "${id}" must be 32 bytes, or base64 of 32 bytes, got ${describeType(key)}. ` +
        'Make one with: openssl rand -base64 32',
    );
  }
  return createSecretKey(Buffer.from(bytes));
}

function describePlace({ part, route, key = '', receivedAt }: SealPlace): Buffer {
  return Buffer.from(joinParts([part, route, key, String(receivedAt)]));
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CustomVerdict } from '../core/custom-scheme';
import { decodeText } from '../core/encoding';
import { defineProvider } from '../core/define-provider';
import { readSharedSecret } from '../core/key-shapes';
import type { Provider } from '../core/provider';
import type { CustomProviderDefinition } from '../core/custom-scheme';

type Hash = 'sha1' | 'sha256';
type Content = readonly (string | Buffer)[];

/** A text that is signed, and the signatures of which one must be right. */
export interface SignedText {
  readonly content: Content;
  readonly signatures: readonly Buffer[];
}

/** A delivery as far as it is read before it is authentic. */
export interface KeyedMessage {
  /** Each of them must have a right signature, and there must be one. */
  readonly texts: readonly SignedText[];
  /** Says what the signatures cover, when they are right. */
  readonly describe: () => CustomVerdict;
}

type Definition = CustomProviderDefinition<Buffer, Buffer, KeyedMessage>;

/** The facts in which senders differ that sign a text put together of parts of a delivery, by an HMAC. */
export interface KeyedSender extends Omit<Definition, 'verify' | 'read' | 'readSigningSecret' | 'guessable'> {
  readonly hash: Hash;
  readonly read: NonNullable<Definition['read']>;
}

/** Defines a sender whose signed text is put together by code: by one function that reads, and one that signs. */
export function defineKeyedSender({ hash, ...sender }: KeyedSender): Provider {
  return defineProvider<Buffer, Buffer, KeyedMessage>({
    readSecret: (text) => Buffer.from(readSharedSecret(text)),
    refusal: { status: 401 },
    ...sender,
    guessable: false,
    verify(_delivery, { key, message: { texts, describe } }) {
      const results = texts.map(({ content, signatures }) => {
        const computed = computeMac(hash, key, content);
        return signatures.map((claimed) => timingSafeEqual(claimed, computed)).includes(true);
      });
      return results.length > 0 && !results.includes(false) ? describe() : undefined;
    },
  });
}

/** The HMAC of a text in parts. */
export function computeMac(hash: Hash, key: Buffer, content: Content): Buffer {
  const hmac = createHmac(hash, key);
  for (const part of content) hmac.update(part);
  return hmac.digest();
}

/** The bytes of a signature, where the text is one of this hash. */
export function readMac(hash: Hash, text: unknown, encoding: 'hex' | 'base64'): Buffer | undefined {
  const bytes = typeof text === 'string' ? decodeText(text, encoding) : undefined;
  return bytes?.length === (hash === 'sha1' ? 20 : 32) ? bytes : undefined;
}

/** The items of a header such as `t=1,v1=ab`; `undefined` where one has no name, or there is one twice. */
export function readItems(header: string, separator: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const item of header.split(separator)) {
    const mark = item.indexOf('=');
    const name = item.slice(0, mark);
    if (mark < 1 || fields.has(name)) return undefined;
    fields.set(name, item.slice(mark + 1));
  }
  return fields;
}

/** The query of an address. */
export function readQuery(url: string): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(url)?.[1]);
}

import { randomUUID } from 'node:crypto';
import {
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  numberBetween,
  ownValue,
  required,
  type OptionChecks,
} from '../options';
import type { Delivery } from './delivery';
import { signedContent } from './judge';
import { planOf, type Plan } from './plan';
import type { HeaderNames, Provider } from './provider';
import { decodeSecret, type Secret } from './secrets';
import { computeSignature, type SignedContent } from './signature';
import { formatTimestamp } from './timestamp';
import { A_SECRET, A_URL, publicUrlMissing, RAW_HEADERS } from './verify';

/** Settings of `sign`. */
export interface SignSettings {
  /** For asymmetric schemes the private key: PEM, or raw bytes in the encoding of the provider. */
  readonly secret: string | Secret;
  /** Milliseconds since 1970. @default Date.now() */
  readonly now?: number | undefined;
  /** The id of the delivery, for senders that send one in a header. @default a random one */
  readonly id?: string | undefined;
  /** The event type, for senders that name it in a header. */
  readonly event?: string | undefined;
  /** The whole address as the sender knows it, for schemes that sign it. */
  readonly publicUrl?: string | undefined;
}

const SETTINGS: OptionChecks = {
  secret: A_SECRET,
  now: numberBetween(0, 8.64e15, 'milliseconds'),
  id: A_TEXT,
  event: A_TEXT,
  publicUrl: A_URL,
};

const DELIVERY: OptionChecks = {
  method: A_TEXT,
  url: { accepts: (value) => typeof value === 'string', expects: 'a string' },
  headers: { ...AN_OBJECT, secret: true },
  rawHeaders: RAW_HEADERS,
  body: required({
    accepts: (value) => Buffer.isBuffer(value),
    expects: 'a Buffer with the exact bytes to send',
    secret: true,
  }),
};

/**
 * The headers that the sender would send with a body. Throws a `TypeError` for wrong settings. A timestamp in the
 * body is the caller's to write.
 */
export function sign(
  provider: Provider,
  settings: SignSettings,
  delivery: { readonly [Field in keyof Delivery]?: Delivery[Field] | undefined } & Pick<Delivery, 'body'>,
): Record<string, string> {
  const plan = planOf(provider);
  const {
    secret,
    now = Date.now(),
    id = randomUUID(),
    event,
    publicUrl,
  } = checkOptions('sign()', settings, SETTINGS);
  const { body, method = provider.methods[0] } = checkOptions('sign() delivery', delivery, DELIVERY);
  if (plan.coversUrl && publicUrl === undefined) throw new TypeError(publicUrlMissing(provider));
  const timestamp = timestampText(plan, now);
  const content = signedContent(plan, { method, url: publicUrl ?? '', body }, timestamp, id);
  const signature = computeOrThrow(provider, secretBytes(provider, secret), content);

  const headers: Record<string, string> = {};
  const set = (names: HeaderNames | undefined, value: string | undefined): void => {
    const name = [names ?? []].flat()[0];
    if (name !== undefined && value !== undefined) headers[name] = value;
  };
  set(provider.id?.header, id);
  set(provider.event?.header, event);
  set(provider.timestamp?.header, timestamp);
  set(provider.signature.header, signatureText(plan, signature, timestamp));
  return headers;
}

function timestampText({ provider: { timestamp } }: Plan, now: number): string {
  const inText = timestamp !== undefined && timestamp.body === undefined;
  return inText ? formatTimestamp(now, timestamp.unit) : '';
}

function secretBytes(provider: Provider, secret: unknown): Buffer {
  const value = typeof secret === 'object' && secret !== null ? ownValue(secret, 'value') : secret;
  if (typeof value !== 'string' || value.trim() === '') {
    throw new TypeError(
      'sign(): option "secret" must be a string that is not blank, or a secret with a "value"',
    );
  }
  return decodeSecret(provider, value, true);
}

function computeOrThrow(provider: Provider, key: Buffer, content: SignedContent): Buffer {
  try {
    return computeSignature(provider.algorithm, key, content);
  } catch {
    // As with public keys, the reason that the crypto library gives is left out.
    throw new TypeError(
      `sign(): option "secret" must be a private key for ${provider.algorithm}, as PEM or as ` +
        `${provider.name} writes it; this one cannot be read as such`,
    );
  }
}

function signatureText({ provider }: Plan, signature: Buffer, timestamp: string): string {
  const { prefix = '', items, assign, key, encoding } = provider.signature;
  // Header text is Latin-1 on the wire; a token goes out as its own bytes.
  const text = signature.toString(provider.algorithm === 'token' ? 'latin1' : encoding);
  if (items === undefined) return prefix + text;
  const field = provider.timestamp?.field;
  const first = field === undefined ? '' : `${field}${assign}${timestamp}${items}`;
  return `${first}${key}${assign}${text}`;
}

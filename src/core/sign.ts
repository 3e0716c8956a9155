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
import type { CustomScheme } from './custom';
import { signedContent, toleranceOf } from './judge';
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
  const {
    body,
    method = provider.methods[0],
    url = '',
    headers: given = {},
  } = checkOptions('sign() delivery', delivery, DELIVERY);
  if (plan.coversUrl && publicUrl === undefined) throw new TypeError(publicUrlMissing(provider));
  const request = { method, url: publicUrl ?? url, headers: given, body };
  const headers: Record<string, string> = {};
  const set = (names: HeaderNames | undefined, value: string | undefined): void => {
    const name = [names ?? []].flat()[0];
    if (name !== undefined && value !== undefined) headers[name] = value;
  };
  set(provider.id?.header, id);
  set(provider.event?.header, event);
  if (plan.custom !== undefined) {
    return { ...headers, ...signCustom(plan, plan.custom, secretText(secret), request, now) };
  }
  const timestamp = timestampText(plan, now);
  const content = signedContent(plan, request, timestamp, id);
  const signature = computeOrThrow(provider, decodeSecret(provider, secretText(secret), true), content);
  set(provider.timestamp?.header, timestamp);
  set(provider.signature.header, signatureText(plan, signature, timestamp));
  return headers;
}

function timestampText({ provider: { timestamp } }: Plan, now: number): string {
  const inText = timestamp !== undefined && timestamp.body === undefined;
  return inText ? formatTimestamp(now, timestamp.unit) : '';
}

function signCustom(
  plan: Plan,
  custom: CustomScheme,
  secret: string,
  delivery: Delivery,
  now: number,
): Readonly<Record<string, string>> {
  const { name } = plan.provider;
  if (custom.sign === undefined) throw new TypeError(`sign(): ${name} has no "sign" of its own`);
  // Only the functions of the same provider see the key, and they have its type.
  const key = custom.readSecret(secret) as never;
  return custom.sign(delivery, { key, now, toleranceMs: toleranceOf(plan, undefined) });
}

function secretText(secret: unknown): string {
  const value = typeof secret === 'object' && secret !== null ? ownValue(secret, 'value') : secret;
  if (typeof value !== 'string' || value.trim() === '') {
    throw new TypeError(
      'sign(): option "secret" must be a string that is not blank, or a secret with a "value"',
    );
  }
  return value;
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

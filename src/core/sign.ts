import { randomBytes, randomUUID } from 'node:crypto';
import {
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  describe,
  numberBetween,
  ownValue,
  required,
  type OptionChecks,
} from '../options';
import { resolveAddress, writeAddress } from './address';
import type { Delivery, DeliveryInput } from './delivery';
import type { CustomContext, CustomScheme } from './custom-scheme';
import { headerFields, HEADERS, lowerCaseHeaders, MAX_HEADER_LENGTH } from './headers';
import { isSignedId, writeSignedContent, getToleranceMs } from './authenticate';
import { getCompiled, type CompiledProvider } from './compiled-provider';
import type { HeaderNames, Provider } from './provider';
import { decodeSecret, readCustomSecret } from './decode-secret';
import type { Secret } from './secret-option';
import { computeSignature, type SignedContent } from './signature';
import { formatTimestamp } from './timestamp';
import { A_SECRET, A_URL, describeMissingUrl, RAW_HEADERS } from './checks';

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
  /** The address as the sender knows it, or its origin alone; for schemes that sign the address. */
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
  headers: HEADERS,
  rawHeaders: RAW_HEADERS,
  body: required({
    accepts: (value) => Buffer.isBuffer(value),
    expects: 'a Buffer with the exact bytes to send',
    secret: true,
  }),
};

/** The delivery to sign: a body, and the other parts that the scheme covers. */
export type DeliveryDraft = {
  readonly [Field in keyof DeliveryInput]?: DeliveryInput[Field] | undefined;
} & Pick<DeliveryInput, 'body'>;

/**
 * The headers that the sender would send with a body. Throws a `TypeError` for wrong settings. A timestamp in the
 * body is the caller's to write; a sender that signs inside the body also needs `signBody()`.
 */
export function sign(
  provider: Provider,
  settings: SignSettings,
  delivery: DeliveryDraft,
): Record<string, string> {
  const {
    plan: compiled,
    headers,
    request,
    secret,
    now,
    id,
  } = prepare('sign()', provider, settings, delivery);
  if (compiled.custom !== undefined) {
    const { custom } = compiled;
    if (custom.sign === undefined) throw new TypeError(`sign(): ${provider.name} has no "sign" of its own`);
    return { ...headers, ...custom.sign(request, signingContext(compiled, custom, secret, now)) };
  }
  const timestamp = timestampText(compiled, now);
  const url = writeAddress(provider, request.url);
  const content = writeSignedContent(compiled, { ...request, url }, timestamp, id);
  const signature = computeOrThrow(provider, decodeSecret(provider, secretText(secret), true), content);
  set(headers, provider.timestamp?.header, timestamp);
  set(headers, provider.signature.header, signatureText(compiled, signature, timestamp));
  return Object.assign(headers, provider.signature.declares);
}

/**
 * The body that the sender would send: with the signature in it where it is written there (Mailgun, Amazon SNS),
 * else the given one. Throws a `TypeError` as `sign()` does.
 */
export function signBody(provider: Provider, settings: SignSettings, delivery: DeliveryDraft): Buffer {
  const { plan: compiled, request, secret, now } = prepare('signBody()', provider, settings, delivery);
  const { custom } = compiled;
  if (custom?.signBody === undefined) return request.body;
  return custom.signBody(request, signingContext(compiled, custom, secret, now));
}

interface Prepared {
  readonly plan: CompiledProvider;
  /** The headers that name id and event. */
  readonly headers: Record<string, string>;
  readonly request: Delivery;
  readonly secret: unknown;
  readonly now: number;
  readonly id: string;
}

function prepare(
  where: string,
  provider: Provider,
  settings: SignSettings,
  delivery: DeliveryDraft,
): Prepared {
  const compiled = getCompiled(provider);
  const {
    secret,
    now = Date.now(),
    id = makeId(compiled),
    event,
    publicUrl,
  } = checkOptions(where, settings, SETTINGS);
  const {
    body,
    method = provider.methods[0],
    url = '',
    headers: given = {},
  } = checkOptions(`${where} delivery`, delivery, DELIVERY);
  if (compiled.coversUrl && publicUrl === undefined) throw new TypeError(describeMissingUrl(provider));
  if (compiled.coversId && !isSignedId(compiled, id)) throw new TypeError(idRefused(where, compiled, id));
  const headers: Record<string, string> = {};
  set(headers, provider.id?.header, id);
  set(headers, provider.event?.header, event);
  const all = { ...lowerCaseHeaders(headerFields(`${where} delivery`, given)), ...lowerCaseHeaders(headers) };
  return {
    plan: compiled,
    headers,
    request: { method, url: resolveAddress(publicUrl, url), headers: all, body },
    secret,
    now,
    id,
  };
}

function makeId({ idLength }: CompiledProvider): string {
  return idLength === undefined ? randomUUID() : randomBytes(idLength).toString('hex').slice(0, idLength);
}

/** The message for an id that the receiver would refuse, because it could be read as another one. */
function idRefused(where: string, { provider, idSeparator, idLength }: CompiledProvider, id: string): string {
  const separator = idSeparator === '' ? '' : ` and without ${describe(idSeparator)}`;
  const length = idLength ?? `at most ${MAX_HEADER_LENGTH}`;
  return (
    `${where}: option "id" must be ${length} visible ASCII characters${separator}, because ` +
    `${provider.name} signs it; got ${describe(id)}`
  );
}

function set(
  headers: Record<string, string>,
  names: HeaderNames | undefined,
  value: string | undefined,
): void {
  const name = [names ?? []].flat()[0];
  if (name !== undefined && value !== undefined) headers[name] = value;
}

function timestampText({ provider: { timestamp } }: CompiledProvider, now: number): string {
  return timestamp === undefined ? '' : formatTimestamp(now, timestamp.unit);
}

/** The context of a provider's own functions that sign. */
function signingContext(
  compiled: CompiledProvider,
  custom: CustomScheme,
  secret: unknown,
  now: number,
): CustomContext<never> {
  const text = secretText(secret);
  const id = writeField(secret, 'id');
  const secretId = typeof id === 'string' ? id : 'default';
  const toleranceMs = getToleranceMs(compiled, undefined);
  // Only the functions of the same provider see the key, and they have its type.
  const key = readCustomSecret(compiled.provider, custom.readSigningSecret, text) as never;
  return { key, message: undefined, secretId, secretIds: [secretId], now, toleranceMs };
}

function secretText(secret: unknown): string {
  const value = typeof secret === 'string' ? secret : writeField(secret, 'value');
  if (typeof value !== 'string' || value.trim() === '') {
    throw new TypeError(
      'sign(): option "secret" must be a string that is not blank, or a secret with a "value"',
    );
  }
  return value;
}

function writeField(secret: unknown, name: keyof Secret): unknown {
  return AN_OBJECT.accepts(secret) ? ownValue(secret as object, name) : undefined;
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

function signatureText({ provider }: CompiledProvider, signature: Buffer, timestamp: string): string {
  const { prefix = '', scheme, items, assign, key = '', encoding } = provider.signature;
  // Header text is Latin-1 on the wire; a token goes out as its own bytes.
  const text = signature.toString(encoding === 'utf8' ? 'latin1' : encoding);
  if (items === undefined) return (scheme === undefined ? prefix : `${scheme} `) + text;
  const field = provider.timestamp?.field;
  const named = assign === undefined ? timestamp : `${field}${assign}${timestamp}`;
  return `${field === undefined ? '' : named + items}${key}${assign ?? ''}${text}`;
}

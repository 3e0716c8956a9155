import { randomUUID } from 'node:crypto';
import { A_TEXT, AN_OBJECT, checkOptions, numberBetween, required, type OptionChecks } from '../options';
import type { Delivery } from './delivery';
import { signedContent } from './judge';
import { planOf, type Plan } from './plan';
import type { HeaderNames, Provider } from './provider';
import { decodeSecret, type Secret } from './secrets';
import { computeSignature } from './signature';
import { formatTimestamp } from './timestamp';
import { A_SECRET, A_URL, publicUrlMissing } from './verify';

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
  headers: AN_OBJECT,
  rawHeaders: { accepts: (value) => Array.isArray(value), expects: 'a list of names and values in turn' },
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
  delivery: Partial<Delivery> & Pick<Delivery, 'body'>,
): Record<string, string> {
  checkOptions('sign()', settings, SETTINGS);
  checkOptions('sign() delivery', delivery, DELIVERY);
  const plan = planOf(provider);
  if (plan.coversUrl && settings.publicUrl === undefined) throw new TypeError(publicUrlMissing(provider));
  const { body, method = provider.methods[0] ?? 'POST' } = delivery;
  const timestamp = timestampText(plan, settings.now ?? Date.now());
  const id = settings.id ?? randomUUID();
  const content = signedContent(plan, { method, url: settings.publicUrl ?? '', body }, timestamp, id);
  const signature = computeSignature(provider.algorithm, secretBytes(provider, settings.secret), content);

  const headers: Record<string, string> = {};
  const set = (names: HeaderNames | undefined, value: string | undefined): void => {
    const name = [names ?? []].flat()[0];
    if (name !== undefined && value !== undefined) headers[name] = value;
  };
  set(provider.id?.header, id);
  set(provider.event?.header, settings.event);
  set(provider.timestamp?.header, timestamp);
  set(provider.signature.header, signatureText(plan, signature, timestamp));
  return headers;
}

function timestampText({ provider: { timestamp } }: Plan, now: number): string {
  const inText = timestamp !== undefined && timestamp.body === undefined;
  return inText ? formatTimestamp(now, timestamp.unit) : '';
}

function secretBytes(provider: Provider, secret: string | Secret): Buffer {
  const value: unknown = typeof secret === 'object' ? secret.value : secret;
  if (typeof value !== 'string' || value.trim() === '') {
    throw new TypeError(
      'sign(): option "secret" must be a string that is not blank, or a secret with a "value"',
    );
  }
  return decodeSecret(provider, value, true);
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

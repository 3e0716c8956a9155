import { createHash, createHmac } from 'node:crypto';
import type { ProviderDefinition } from 'hooklatch';

/** What a sender signs. Timestamp and id as text, however odd. */
export interface Signed {
  readonly timestamp?: string;
  readonly id?: string;
  readonly method?: string;
  readonly url?: string;
  readonly body: Buffer;
}

type Scheme = Pick<ProviderDefinition, 'algorithm' | 'signature' | 'signed' | 'secret' | 'timestamp' | 'id'>;

/**
 * The signature of a shared key, computed from the description of a sender and with nothing of the library: what it
 * says must be what the library says.
 */
export function macOf({ algorithm, signed, secret }: Scheme, text: string, content: Signed): Buffer {
  const { timestamp = '', id = '', method = '', url = '', body } = content;
  const key = keyOf(secret, text);
  const parts: Record<string, Buffer> = {
    '{timestamp}': Buffer.from(timestamp),
    '{id}': Buffer.from(id),
    '{method}': Buffer.from(method),
    '{url}': Buffer.from(url),
    '{body}': body,
    '{secret}': Buffer.alloc(0),
  };
  const bytes = Buffer.concat(signed.map((part) => parts[part] ?? Buffer.from(part)));
  if (algorithm === 'sha256')
    return createHash('sha256')
      .update(Buffer.concat([key, bytes]))
      .digest();
  if (algorithm === 'token') return key;
  return createHmac(algorithm === 'hmac-sha1' ? 'sha1' : 'sha256', key)
    .update(bytes)
    .digest();
}

/** The headers of a delivery, by the description of its sender alone. */
export function headersByOracle(scheme: Scheme, text: string, content: Signed): Record<string, string> {
  const { signature, timestamp, id } = scheme;
  const mac = macOf(scheme, text, content);
  const written = scheme.algorithm === 'token' ? mac.toString('latin1') : mac.toString(signature.encoding);
  return {
    ...header(timestamp?.header, content.timestamp),
    ...header(id?.header, content.id),
    ...header(signature.header, headerText(scheme, written, content.timestamp)),
  };
}

/** The text of a signature header around what a signature is written as. */
export function headerText({ signature, timestamp }: Scheme, written: string, time = ''): string {
  const { prefix = '', items, assign = '', key = '' } = signature;
  if (items === undefined) return prefix + written;
  const field = timestamp?.field === undefined ? '' : `${timestamp.field}${assign}${time}${items}`;
  return `${field}${key}${assign}${written}`;
}

function keyOf({ encoding, prefix = '' }: Scheme['secret'], text: string): Buffer {
  return Buffer.from(text.startsWith(prefix) ? text.slice(prefix.length) : text, encoding);
}

function header(
  names: string | readonly string[] | undefined,
  value: string | undefined,
): Record<string, string> {
  const name = [names ?? []].flat()[0];
  return name === undefined || value === undefined ? {} : { [name]: value };
}

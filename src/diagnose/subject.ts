import { createHash } from 'node:crypto';
import { resolveAddress } from '../core/address';
import { lowerCaseHeaders } from '../core/headers';
import { getToleranceMs } from '../core/authenticate';
import type { Delivery } from '../core/delivery';
import { getCompiled, type CompiledProvider } from '../core/compiled-provider';
import type { HeaderNames } from '../core/provider';
import { listSecrets, type ListedSecret } from '../core/secret-option';
import type { VerifySettings } from '../core/verify';

/** A delivery and what it is judged by. */
export interface Subject {
  readonly plan: CompiledProvider;
  readonly delivery: Delivery;
  readonly secrets: readonly ListedSecret[];
  readonly now: number;
  readonly toleranceMs: number;
  /** The whole address as the sender knows it, by the option of that name. */
  readonly publicUrl: string | undefined;
}

/** Puts a subject together of what was checked already. */
export function makeSubject(delivery: Delivery, settings: VerifySettings): Subject {
  const { provider, secret, now = Date.now(), toleranceSeconds, publicUrl } = settings;
  const compiled = getCompiled(provider);
  return {
    plan: compiled,
    delivery: { ...delivery, headers: dropMissing(lowerCaseHeaders(delivery.headers)) },
    secrets: listSecrets(secret),
    now,
    toleranceMs: getToleranceMs(compiled, toleranceSeconds),
    publicUrl: publicUrl === undefined ? undefined : resolveWhole(publicUrl, delivery.url),
  };
}

/** The headers without those that are there by name only. */
function dropMissing(headers: Delivery['headers']): Delivery['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

/** A secret in a text: its id, and 8 digits by which it can be told from others. */
export function nameSecret({ id, value }: ListedSecret): string {
  return `the secret "${id}" (fingerprint ${computeFingerprint(value)})`;
}

/** The first 8 hexadecimal digits of the SHA-256 of a secret's text. */
export function computeFingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8);
}

/** The usual one of alternative names, as the provider writes it. */
export function getName(names: HeaderNames | undefined): string {
  const [name = ''] = [names ?? []].flat();
  return name;
}

/** Text from outside, cut and without anything that could move a cursor. */
export function showText(text: string, most = 60): string {
  const visible = text.replace(/[^\x20-\x7e]/g, '?');
  return visible.length > most ? `${visible.slice(0, most - 3)}...` : visible;
}

/** The address as the sender knows it; the option alone where the request has none that can be read. */
function resolveWhole(publicUrl: string, url: string): string {
  const address = resolveAddress(publicUrl, url);
  return URL.canParse(address) ? address : publicUrl;
}

/** The number in Content-Length, where there is one and the body is not compressed. */
export function readContentLength({ headers }: Delivery): number | undefined {
  const length = headers['content-length'];
  if (headers['content-encoding'] !== undefined || typeof length !== 'string') return undefined;
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/** A text with its first letter in upper case. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

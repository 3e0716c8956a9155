import { randomBytes } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { getCompiled } from './compiled-provider';
import { isBasic } from './decode-secret';
import { isFormBody } from './payload';
import type { Provider, TimestampDefinition } from './provider';
import type { Secret } from './secret-option';
import { sign, signBody } from './sign';
import { isAsymmetric, makeKeyPair } from './signature';
import { formatTimestamp } from './timestamp';

/** The delivery to make, and its fault. */
export interface TestDeliverySettings {
  readonly secret: string | Secret;
  /** The address that it goes to, as the sender knows it. */
  readonly url: string;
  readonly event?: string | undefined;
  /** The id of the delivery, for senders that send one in a header. @default a random one */
  readonly id?: string | undefined;
  /** @default what the provider uses for the event */
  readonly method?: string | undefined;
  /** @default the sample */
  readonly body?: Buffer | undefined;
  /** Makes the value that the body holds, at a time; `undefined` where it knows none. @default a generic one */
  readonly sample?: ((now: number) => unknown) | undefined;
  /** Milliseconds since 1970. @default Date.now() */
  readonly now?: number | undefined;
  /** Changes one bit of the body after it is signed. */
  readonly tampered?: boolean | undefined;
  /** Signs with a time outside the window. Throws a `TypeError` for providers that sign no time. */
  readonly stale?: boolean | undefined;
  /** Signs with another secret of the same form. */
  readonly wrongSecret?: boolean | undefined;
  /** Leaves the signature out. */
  readonly unsigned?: boolean | undefined;
}

/** A delivery to try a receiver with, a good one or a bad one. */
export interface TestDelivery {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Makes a delivery as the provider would send it. Throws a `TypeError` for what it cannot make. */
export function makeTestDelivery(provider: Provider, settings: TestDeliverySettings): TestDelivery {
  const { event, id, url, tampered = false, stale = false, wrongSecret = false, unsigned = false } = settings;
  const { method = provider.events?.[event ?? '']?.[0] ?? provider.methods[0] } = settings;
  const now = (settings.now ?? Date.now()) - (stale ? staleShift(provider) : 0);
  const secret = wrongSecret ? changeSecret(provider) : settings.secret;
  const own = { secret, now, id, event, publicUrl: url };
  // Some senders sign inside the body.
  const {
    body: given = encodeSample(provider, settings.sample?.(now) ?? makeGeneric(provider, event, now)),
  } = settings;
  const body = signBody(provider, own, { method, body: given });
  const signed = sign(provider, own, { method, body });
  const { signatureHeaders } = getCompiled(provider);
  const kept = Object.entries(signed).filter(
    ([name]) => !unsigned || !signatureHeaders.includes(name.toLowerCase()),
  );
  return { method, headers: Object.fromEntries(kept), body: tampered ? flipLastBit(body) : body };
}

/** The Content-Type that the sender would give a body. */
export function contentTypeFor({ content }: Provider, body: Buffer): string {
  if (!isUtf8(body)) return 'application/octet-stream';
  const isForm = content === 'form' || (content === 'json-or-form' && isFormBody(body));
  if (isForm) return 'application/x-www-form-urlencoded';
  return content === 'text' ? 'text/plain' : 'application/json';
}

function staleShift({ name, timestamp }: Provider): number {
  if (timestamp === undefined) throw new TypeError(`${name} signs no timestamp, so nothing can be stale`);
  return beyondWindowMs(timestamp);
}

/** So far from now a delivery is stale, or from the future. */
export function beyondWindowMs({ toleranceSeconds }: TimestampDefinition): number {
  return (toleranceSeconds + 60) * 1000;
}

/** A time as the sender writes it into a body. */
export function timeInBody({ unit }: TimestampDefinition, now: number): string | number {
  const text = formatTimestamp(now, unit);
  return unit === 'rfc3339' ? text : Number(text);
}

function changeSecret(provider: Provider): string {
  const { algorithm } = provider;
  if (isAsymmetric(algorithm)) {
    const { privateKey } = makeKeyPair(algorithm);
    return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  }
  return makeSharedSecret(provider);
}

const SECRET_BYTES = 32;

/** A new random secret, as the settings of the sender write it. */
export function makeSharedSecret(provider: Pick<Provider, 'secret' | 'signature'>): string {
  const { encoding, prefix = '' } = provider.secret;
  const user = isBasic(provider) ? 'hooklatch:' : '';
  return user + prefix + randomBytes(SECRET_BYTES).toString(encoding === 'utf8' ? 'hex' : encoding);
}

/** The body with one bit changed; an empty one gets a space. */
function flipLastBit(body: Buffer): Buffer {
  if (body.length === 0) return Buffer.from(' ');
  const changed = Buffer.from(body);
  const last = changed.length - 1;
  changed.writeUInt8(changed.readUInt8(last) ^ 1, last);
  return changed;
}

/** A value with the event, the id and the time where the provider has them in it. */
function makeGeneric(
  { event: named, id, timestamp }: Provider,
  event: string | undefined,
  now: number,
): unknown {
  // A place that means other events by its texts is not one to write a name into.
  const at =
    named === undefined ? undefined : [named, ...(named.or ?? [])].find(({ names }) => names === undefined);
  const sample = { comment: 'Olá – a webhook from hooklatch ☕', sentAt: new Date(now).toISOString() };
  const eventPaths = [at?.body ?? []].flat();
  const idPaths = [id?.body ?? []].flat();
  let body: unknown = [...eventPaths, ...idPaths].some((path) => path.startsWith('[]')) ? [sample] : sample;
  const put = (path: string, value: unknown): void => {
    body = setValue(body, path.split('.'), value);
  };
  if (event !== undefined) {
    // A name that is joined of several fields is taken apart at its dots.
    const parts = eventPaths.length > 1 ? event.split('.') : [event];
    eventPaths.forEach((path, index) => put(path, parts[index]));
    if (at?.keys !== undefined && at.body === undefined) put(event, sample);
  }
  idPaths.forEach((path) => put(path, `sample-${randomBytes(6).toString('hex')}`));
  if (timestamp?.body !== undefined) {
    put(timestamp.body, timeInBody(timestamp, now));
  }
  return body;
}

function encodeSample({ algorithm, content, formField }: Provider, value: unknown): Buffer {
  // A sender of both that is code signs the fields of a form one by one, and JSON by other means.
  const isForm = content === 'form' || (content === 'json-or-form' && algorithm === 'custom');
  const text = JSON.stringify(value);
  if (!isForm) return Buffer.from(text);
  return Buffer.from(formText(formField === undefined ? (value as Fields) : { [formField]: text }));
}

type Fields = Readonly<Record<string, string>>;

function formText(fields: Fields): string {
  return new URLSearchParams(fields).toString();
}

/** A copy with the value at a path; `[]` stands for the first entry of a list. */
export function setValue(inner: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (key === '[]') return [setValue(Array.isArray(inner) ? inner[0] : undefined, rest, value)];
  const fields = { ...(inner as Readonly<Record<string, unknown>> | undefined) };
  return { ...fields, [key]: setValue(fields[key], rest, value) };
}

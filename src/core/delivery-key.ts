import type { Verdict } from './authenticate';
import { readBody, type EventAndId, type Coverage } from './event-and-id';
import { readHeader, type HeaderSource } from './headers';
import { sha256 } from './hmac';
import type { ParsedPayload } from './payload';
import type { Provider } from './provider';

/** An authentic delivery, with what makes it another one than all others. */
export interface KeySource {
  readonly verdict: Verdict;
  readonly source: HeaderSource;
  readonly body: Buffer;
  /** The result of `findUniqueId()`. */
  readonly id: string | undefined;
  /** The tenant; empty where there is none. */
  readonly scope: string;
}

/**
 * The keys of an authentic delivery, one for each name of the endpoint, made of signed material as its provider
 * declares: the signed id, or timestamp and body. None where the provider's deliveries recur and must not be taken for
 * copies, as those do whose body is empty and of which nothing else is signed.
 */
export function makeDeliveryKeys(
  { verdict, source, body, id, scope }: KeySource,
  endpoints: readonly string[],
): readonly string[] {
  const { parsedSignature, covers } = verdict;
  const { name, duplicates, algorithm } = parsedSignature.compiled.provider;
  if (duplicates === false) return [];
  const known = duplicates.key === 'id' ? id : undefined;
  // With a token nothing else is certain to tell two deliveries apart.
  if (duplicates.key === 'id' && known === undefined && algorithm === 'token') return [];
  const pickUnsigned = (duplicates.also ?? []).map(
    (header) => readHeader(source, [header.toLowerCase()]) ?? '',
  );
  const own =
    known === undefined ? ['signed', parsedSignature.timestampText, parsedSignature.id] : ['id', known];
  const { request = '' } = covers;
  // Where nothing that is signed varies, every delivery would be a copy of the first.
  const varying =
    known ?? [request, ...pickUnsigned, parsedSignature.timestampText.trim(), parsedSignature.id].join('');
  if (varying === '' && body.length === 0) return [];
  const signed = known === undefined ? pickSignedBytes(body, covers) : undefined;
  return endpoints.map((endpoint) =>
    sha256(joinParts([name, scope, endpoint, request, ...pickUnsigned, ...own]), signed),
  );
}

// Where a part of the body is signed, that part: the rest can be changed, and would make a copy a new delivery. Where
// nothing of it is, the body still tells two genuine deliveries of one second apart.
function pickSignedBytes(body: Buffer, { part = {} }: Coverage): Buffer {
  return Object.keys(part).length === 0 ? body : Buffer.from(JSON.stringify(part));
}

/** The id that tells deliveries apart: a signed one, or in the body that came with a token, which signs nothing. */
export function findUniqueId(
  { algorithm, id }: Provider,
  { id: found, trusted }: Pick<EventAndId, 'id' | 'trusted'>,
  readPayload: () => ParsedPayload,
): string | undefined {
  if (algorithm === 'token') return readBody(readPayload(), id).only;
  return trusted.id ? found : undefined;
}

/** With lengths in front, so that no two lists of parts run together to the same text. */
export function joinParts(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return text;
}

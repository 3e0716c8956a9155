import type { Verdict } from './authenticate';
import type { EndpointName, MarkedSecret } from './endpoint';
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
 * The key of an authentic delivery at an endpoint of this name, made of signed material as its provider declares: the
 * signed id, or timestamp and body. None where the provider's deliveries recur and must not be taken for copies, as those
 * do whose body is empty and of which nothing else is signed.
 */
export function makeDeliveryKey(source: KeySource, endpoint: EndpointName): string | undefined {
  const { verdict, body, id, scope } = source;
  const { compiled } = verdict.parsedSignature;
  const { name, duplicates, algorithm } = compiled.provider;
  if (duplicates === false) return undefined;
  const known = duplicates.key === 'id' ? id : undefined;
  // With a token nothing else is certain to tell two deliveries apart.
  if (duplicates.key === 'id' && known === undefined && algorithm === 'token') return undefined;
  const unsigned = compiled.keyHeaders.map((names) => readHeader(source.source, names) ?? '');
  const { request = '' } = verdict.covers;
  if (known !== undefined) {
    return sha256(joinParts([name, scope, endpoint.text, request, ...unsigned, 'id', known]), undefined);
  }
  // Where nothing that is signed varies, every delivery would be a copy of the first.
  const { timestampText, id: signedId } = verdict.parsedSignature;
  if (body.length === 0 && [request, ...unsigned, timestampText.trim(), signedId].join('') === '')
    return undefined;
  if (compiled.macStandsForContent && endpoint.secret !== undefined) {
    const mac = findMac(verdict, endpoint.secret).toString('base64');
    return sha256(joinParts([name, scope, 'mac', mac, ...unsigned]), undefined);
  }
  const signed = ['signed', timestampText, signedId];
  const parts = joinParts([name, scope, endpoint.text, request, ...unsigned, ...signed]);
  return sha256(parts, pickSignedBytes(body, verdict.covers));
}

/**
 * The HMAC of the content by the secret that names the endpoint. It stands for both, and was computed already where that
 * secret has signed the delivery: another digest of the body would cost as much again. One content has one HMAC by each
 * secret, whichever of them has signed it, so a key is the same in every list that has the secret.
 */
function findMac({ parsedSignature, secret: matched, content }: Verdict, named: MarkedSecret): Buffer {
  const [only, other] = parsedSignature.signatures;
  // Of several signatures it is not known which one has matched.
  const isKnown = only !== undefined && other === undefined && named === matched;
  return isKnown ? only : named.compute(content);
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

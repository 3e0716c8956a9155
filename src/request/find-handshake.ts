import type { Request } from 'express';
import { getCompiled } from '../core/compiled-provider';
import type { HandshakeDefinition } from '../core/handshake-definition';
import {
  handshakePayload,
  isKnownByBody,
  MAX_HANDSHAKE_BYTES,
  readFields,
  unsignedFields,
  type FieldReader,
} from '../core/handshakes';
import { matchesBody } from '../core/handshake-body';
import { readHeader } from '../core/headers';
import type { Provider } from '../core/provider';
import { ensureState, type RequestState } from './state';

const EMPTY = Buffer.alloc(0);

/** A handshake that a request is, and its fields. */
export interface FoundHandshake {
  readonly handshake: HandshakeDefinition;
  readonly read: FieldReader;
}

/** The value of a field of the query that is there exactly once. */
export function readOnce(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

/** The handshake that an unsigned request is, of those of a provider. */
export function findHandshake(
  handshakes: readonly HandshakeDefinition[],
  state: RequestState,
  req: Request,
  query: URLSearchParams,
): FoundHandshake | undefined {
  const { source } = state;
  const body = readBody(req);
  for (const handshake of handshakes) {
    const { when } = handshake;
    if (when.method !== req.method) continue;
    const payload = handshakePayload(handshake, source, body);
    const read = unsignedFields(handshake, source, query, payload);
    const isRight = isKnownByBody(handshake)
      ? payload !== undefined && matchesBody(when, payload)
      : Object.entries(when.query ?? {}).every(([name, value]) => readOnce(query, name) === value);
    const hasHeaders = Object.entries(when.headers ?? {}).every(
      ([name, text]) => readHeader(source, [name.toLowerCase()]) === text,
    );
    const isWhole = req.method !== 'POST' || hasAll(handshake, read, req);
    if (isRight && hasHeaders && isWhole) return { handshake, read };
  }
  return undefined;
}

/** Whether a request may be a handshake that its body tells, of a provider that has one: so that its body is read. */
export function makeHandshakeCheck(provider: Provider): (req: Request) => boolean {
  const isOpen = makeOpenCheck(provider);
  return (req) => {
    const length = Number(req.headers['content-length']);
    return req.method === 'POST' && length > 0 && length <= MAX_HANDSHAKE_BYTES && isOpen(req);
  };
}

/** Whether a request has no header with a signature: who sends one wants it verified. */
export function makeOpenCheck(provider: Provider): (req: Request) => boolean {
  const { signatureHeaders } = getCompiled(provider);
  return (req) => readHeader(ensureState(req).source, signatureHeaders) === undefined;
}

function readBody({ body }: { readonly body?: unknown }): Buffer {
  return Buffer.isBuffer(body) ? body : EMPTY;
}

/** Whether the request of a handshake that its query tells has no body, and all that its answer needs. */
function hasAll(handshake: HandshakeDefinition, read: FieldReader, req: Request): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = req.headers;
  const isEmpty = isKnownByBody(handshake) || (Number(length) === 0 && coding === undefined);
  return isEmpty && readFields(handshake).every((name) => read(name) !== undefined);
}

import type { Request } from 'express';
import { chain, runWithTimeout, type Awaitable } from '../awaitable';
import type { HandshakeDefinition } from '../core/handshake-definition';
import type { Provider } from '../core/provider';
import type { WebhookError } from '../errors';
import type { FoundHandshake } from './find-handshake';
import { makeRefusal } from './refuse';
import type { RequestState } from './state';

/** Takes a secret that a sender hands over, and the request that did it. */
export type OnSecret = (secret: string, req: Request) => unknown;

/** The handshakes of a provider that come unsigned; those that hand over a secret only where something takes it. */
export function listUnsigned(
  { handshakes = [] }: Provider,
  onSecret: OnSecret | undefined,
): readonly HandshakeDefinition[] {
  return handshakes.filter(
    ({ when, answer }) =>
      when.method !== undefined && (answer.secret === undefined || onSecret !== undefined),
  );
}

/** Tells the secret that a handshake hands over, where it does; a refusal where the option could not take it. */
export function tellSecret(
  {
    onSecret,
    secretTimeoutMs,
  }: { readonly onSecret: OnSecret | undefined; readonly secretTimeoutMs: number },
  { handshake, read }: FoundHandshake,
  { state, req }: { readonly state: RequestState; readonly req: Request },
): Awaitable<WebhookError | undefined> {
  const { secret: field } = handshake.answer;
  const secret = field === undefined ? undefined : read(field);
  if (secret === undefined || onSecret === undefined) return undefined;
  state.handedOver = secret;
  return chain(
    runWithTimeout(() => onSecret(secret, req), secretTimeoutMs),
    (outcome) =>
      outcome.kind === 'value'
        ? undefined
        : makeRefusal(state, 'ERR_WEBHOOK_SECRET', outcome.kind === 'thrown' ? outcome.thrown : undefined),
  );
}

import { getCompiled } from '../core/compiled-provider';
import type { DeliveryMeta, InboxEntry } from '../inbox/inbox';
import { showText } from '../quote';
import { makeMasks, type Masks } from '../trace/masks';
import type { SeenAttempt } from './attempt-log';
import type { Endpoint } from './endpoints';

/** Masks the secrets of the endpoints that the page knows. */
export function maskSecrets(endpoints: readonly Endpoint[]): Masks {
  const plans = endpoints.map(({ provider }) => getCompiled(provider));
  const secrets = endpoints.flatMap(({ secret }) => {
    if (secret === undefined) return [];
    return [typeof secret === 'string' ? secret : secret.value];
  });
  return makeMasks(plans, secrets);
}

/** A stored delivery as a list shows it. */
export function showEntry(entry: InboxEntry, { text }: Masks): Record<string, unknown> {
  const { id, route, provider, event, state, attempts, receivedAt, dueAt, bytes, error } = entry;
  return {
    id,
    route: showText(route),
    provider: showText(provider),
    event: event === null ? null : showText(text(event)),
    state,
    attempts,
    receivedAt,
    dueAt,
    bytes,
    error: error === null ? null : showText(text(error), '\n\t'),
  };
}

/** Names and texts stored of the request; nothing of one that was erased or cannot be opened. */
export function showMeta(meta: DeliveryMeta | null, { text, header }: Masks): Record<string, unknown> {
  if (meta === null) return { facts: null, headers: [] };
  const { method, path, id, key, secretId, scope, orderKey, timestamp, target } = meta;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Request', `${method} ${path}`],
    ['Sender’s id', id],
    ['Key', key],
    ['Order key', orderKey],
    ['Tenant', scope === '' ? undefined : scope],
    ['Signed time', timestamp === undefined ? undefined : new Date(timestamp).toISOString()],
    ['Secret', secretId],
    ['Found by', target],
  ];
  return {
    facts: facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, showText(text(value))]])),
    headers: Object.entries(meta.headers).map(([name, value]) => {
      const shown = header(name, value);
      return { name, value: showText(shown), masked: shown !== value };
    }),
  };
}

/** An attempt, with what its handler threw. */
export function showAttempt({ thrown, ...attempt }: SeenAttempt, { text }: Masks): Record<string, unknown> {
  return { ...attempt, thrown: thrown === null ? null : showText(text(thrown)) };
}

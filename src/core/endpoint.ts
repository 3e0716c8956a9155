import { sha256 } from './hmac';

/** The mark of an endpoint: a secret with the time at which it was made. */
interface MarkedSecret {
  /** Milliseconds since 1970, or `NaN` where it is not known. */
  readonly createdAt: number;
  readonly mark: () => string;
}

/** At least one; `nameEndpoint()` says which. */
export type EndpointNames = readonly [string, ...string[]];

const marks = new WeakMap<readonly MarkedSecret[], EndpointNames>();

/**
 * The names of the endpoint that a delivery came to; each makes a key of the delivery, and the first one makes
 * `webhook.key`.
 *
 * A sender gives one id, or one body, to all endpoints that ask for an event, so the key has the endpoint in it. The
 * address cannot tell endpoints apart, because few senders sign it. The secret can: a delivery is authentic only
 * where its secret is. All secrets of the list count and not the one that matched, so a delivery that was handled by
 * one list is known by every other list that shares a secret with it, as the lists before and after a rotation do.
 */
export function nameEndpoint(name: string | undefined, secrets: readonly MarkedSecret[]): EndpointNames {
  if (name !== undefined) return [`name ${name}`];
  const known = marks.get(secrets) ?? markAll(secrets);
  marks.set(secrets, known);
  return known;
}

/** The mark of a secret: equal for equal secrets, and good for nothing else. */
export function markSecret(secret: Buffer): string {
  // With text of ours in front, it is no digest that a sender could have made.
  return sha256('hooklatch endpoint ', secret);
}

// The oldest first, as `newestAt()` finds the newest: by `createdAt`, else by the place in the list.
function markAll(secrets: readonly MarkedSecret[]): EndpointNames {
  const oldest = secrets.reduceRight((one, other) => (other.createdAt < one.createdAt ? other : one));
  const first = `secret ${oldest.mark()}`;
  const all = new Set(secrets.map(({ mark }) => `secret ${mark()}`));
  all.delete(first);
  return [first, ...all];
}

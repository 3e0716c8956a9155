import { sha256 } from './hmac';
import type { SignedContent } from './signature';

/** A secret that tells an endpoint from others. */
export interface MarkedSecret {
  /** Milliseconds since 1970, or `NaN` where it is not known. */
  readonly createdAt: number;
  readonly mark: () => string;
  /** Computes the sender's signature of some content. */
  readonly compute: (content: SignedContent) => Buffer;
}

/** One name of an endpoint. */
export interface EndpointName {
  readonly text: string;
  /** The secret that gives the name; `undefined` where the option does. */
  readonly secret: MarkedSecret | undefined;
}

/** At least one; `nameEndpoint()` says which. */
export type EndpointNames = readonly [EndpointName, ...EndpointName[]];

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
  if (name !== undefined) return [{ text: `name ${name}`, secret: undefined }];
  const known = marks.get(secrets);
  if (known !== undefined) return known;
  const made = markAll(secrets);
  marks.set(secrets, made);
  return made;
}

/** The mark of a secret: equal for equal secrets, and good for nothing else. */
export function markSecret(secret: Buffer): string {
  // With text of ours in front, it is no digest that a sender could have made.
  return sha256('hooklatch endpoint ', secret);
}

// The oldest first, as `newestAt()` finds the newest: by `createdAt`, else by the place in the list.
function markAll(secrets: readonly MarkedSecret[]): EndpointNames {
  const oldest = secrets.reduceRight((one, other) => (other.createdAt < one.createdAt ? other : one));
  const names = new Map<string, EndpointName>();
  for (const secret of secrets) {
    const text = `secret ${secret.mark()}`;
    if (!names.has(text)) names.set(text, { text, secret });
  }
  const first = { text: `secret ${oldest.mark()}`, secret: oldest };
  names.delete(first.text);
  return [first, ...names.values()];
}

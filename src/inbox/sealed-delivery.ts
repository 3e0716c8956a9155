import { describeThrown } from '../options';
import type { DeliveryMeta, StoredDelivery } from './inbox';
import { openBytes, openText, sealBytes, sealText, type Sealer } from './seal';

/** A delivery as an engine keeps it, sealed where there is a sealer. */
export interface SealedDelivery {
  readonly route: string;
  /** The first of its keys. */
  readonly key: string | null;
  readonly receivedAt: number;
  readonly meta: string;
  readonly body: Uint8Array;
}

/** A delivery as it came. */
export interface OpenedDelivery {
  readonly meta: DeliveryMeta;
  readonly body: Buffer;
}

/** Writes a delivery as an engine keeps it. */
export function sealDelivery(
  sealer: Sealer | undefined,
  { route, keys, receivedAt, meta, body }: StoredDelivery,
): SealedDelivery {
  const key = keys[0]?.key;
  const place = { route, key, receivedAt };
  return {
    route,
    key: key ?? null,
    receivedAt,
    meta: sealText(sealer, JSON.stringify(meta), { ...place, part: 'meta' }),
    body: sealBytes(sealer, body, { ...place, part: 'body' }),
  };
}

/** The opposite; the error says why it cannot be opened. */
export function openDelivery(
  sealer: Sealer | undefined,
  { route, key, receivedAt, meta, body }: SealedDelivery,
): OpenedDelivery | Error {
  const place = { route, key: key ?? undefined, receivedAt };
  try {
    const text = openText(sealer, meta, { ...place, part: 'meta' });
    const opened = openBytes(sealer, body, { ...place, part: 'body' });
    // It was written by JSON.stringify() from this type.
    return { meta: JSON.parse(text) as DeliveryMeta, body: opened };
  } catch (error) {
    return new Error(`the stored delivery cannot be opened: ${describeThrown(error)}`, { cause: error });
  }
}

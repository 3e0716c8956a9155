import { showText } from '../../quote';
import type { StoredDelivery, StoredKey } from '../inbox';
import { sealDelivery } from '../sealed-delivery';
import type { BullmqSettings } from './options';
import type { JobData, Queues } from './queues';

const DAY_MS = 86_400_000;
// A clock that was set forward ends keys early.
const KEY_MARGIN_MS = 3_600_000;
const MAX_NAME = 256;

/**
 * Adds a delivery to the queue of its route. BullMQ knows copies by the first key, in the step that adds; by others they
 * are looked up in front of it, so that two of one key that come in one moment can both be stored.
 */
export async function storeDelivery(
  queues: Queues,
  settings: BullmqSettings,
  delivery: StoredDelivery,
): Promise<'stored' | 'duplicate'> {
  const { route, keys } = delivery;
  const [first, ...others] = keys;
  for (const { key } of others) {
    const id = await queues.getKeys(route).getDeduplicationJobId(key);
    if (id !== null && !(await forgetDead(queues, route, readDelivery(id), others))) return 'duplicate';
  }
  const id = crypto.randomUUID();
  for (;;) {
    const found = await add(queues, settings, delivery, { id, first });
    if (found === id) break;
    if (!(await forgetDead(queues, route, found, others))) return 'duplicate';
  }
  await Promise.all(others.map((other, index) => addKey(queues, route, other, `${id}.${index}`)));
  return 'stored';
}

/** Adds it, and gives its id, or that of the delivery that it is a copy of. */
async function add(
  queues: Queues,
  { sealer, retry }: BullmqSettings,
  delivery: StoredDelivery,
  { id, first }: { readonly id: string; readonly first: StoredKey | undefined },
): Promise<string> {
  const { route, receivedAt, keys } = delivery;
  const { provider, event } = delivery.meta;
  const { key, meta, body } = sealDelivery(sealer, delivery);
  const name = clean(event ?? provider);
  const until = Date.now() + Math.max(0, ...keys.map(keepMs));
  const base64 = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
  const data: JobData = {
    key,
    provider,
    event: event === undefined ? null : name,
    receivedAt,
    until,
    meta,
    body: base64,
  };
  const job = await queues.get(route).add(name, data, {
    jobId: id,
    attempts: retry.attempts,
    backoff: { type: 'hooklatch' },
    // It may quote the body.
    stackTraceLimit: 0,
    ...(first === undefined ? {} : { deduplication: { id: first.key, ttl: keepMs(first) } }),
  });
  return String(job.id);
}

async function addKey(queues: Queues, route: string, key: StoredKey, jobId: string): Promise<void> {
  const ttl = keepMs(key);
  // It has the time at which it ends, for the sweep.
  const options = { jobId, timestamp: Date.now() + ttl, deduplication: { id: key.key, ttl } };
  const data: JobData = {
    key: null,
    provider: '',
    event: null,
    receivedAt: 0,
    until: 0,
    meta: '',
    body: null,
  };
  await queues.getKeys(route).add('key', data, options);
}

/** Deletes a delivery that was given up, and is sent once more: by "Resend" on the sender's page, for one. */
async function forgetDead(
  queues: Queues,
  route: string,
  id: string,
  others: readonly StoredKey[],
): Promise<boolean> {
  const job = await queues.get(route).getJob(id);
  if (job === undefined || (await job.getState()) !== 'failed') return false;
  const keys = queues.getKeys.bind(queues, route);
  for (const { key } of others) {
    const holder = await keys().getDeduplicationJobId(key);
    if (holder !== null) await keys().remove(holder);
  }
  await job.remove();
  return true;
}

/** The delivery that a further key is of. */
function readDelivery(keyJobId: string): string {
  return keyJobId.replace(/\.\d+$/, '');
}

function keepMs({ ttlMs }: StoredKey): number {
  return Math.ceil(Math.max(DAY_MS, ttlMs)) + KEY_MARGIN_MS;
}

/** The name of an event for a page, which others have written. */
function clean(name: string): string {
  return showText(name.slice(0, MAX_NAME));
}

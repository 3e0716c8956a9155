import { createHash } from 'node:crypto';
import { decodeHex } from '../core/encoding';
import { headerText } from '../core/headers';
import type { Provider } from '../core/provider';
import { formatTimestamp, parseTimestamp } from '../core/timestamp';
import { readKeySet, type KeySetOptions } from '../keys/options';
import { makeFetchedKeysProvider } from './fetched-keys';

const KEYS = 'https://rest.alpha.fal.ai/.well-known/jwks.json';
const HEADERS = ['Request-Id', 'User-Id', 'Timestamp'].map((name) => `X-Fal-Webhook-${name}`);
const VISIBLE = /^[\x21-\x7e]+$/;

/** fal with settings of your own; `fal` is the same without any. */
export function makeFal(options: KeySetOptions = {}): Provider {
  const keySet = readKeySet('makeFal()', options);
  return makeFetchedKeysProvider({
    name: 'fal',
    group: 'ai',
    docs: 'https://docs.fal.ai/model-endpoints/webhooks',
    about: {
      signed: 'request id + user id + time + SHA-256 of the body',
      notSigned: 'method, address',
    },
    headers: [...HEADERS, 'X-Fal-Webhook-Signature'],
    keyType: 'ed25519',
    owner: VISIBLE,
    listKeys: () => keySet.list(KEYS),
    readSignature(delivery) {
      const bytes = decodeHex(headerText(delivery, 'x-fal-webhook-signature'));
      const timestamp = parseTimestamp(headerText(delivery, 'x-fal-webhook-timestamp'), 'seconds');
      const id = headerText(delivery, 'x-fal-webhook-request-id');
      if (bytes === undefined || Number.isNaN(timestamp) || !VISIBLE.test(id)) return undefined;
      return { name: '', bytes, facts: { timestamp, id } };
    },
    writeSigned(delivery, owner) {
      const [id, user, time] = HEADERS.map((name) => headerText(delivery, name.toLowerCase()));
      const digest = createHash('sha256').update(delivery.body).digest('hex');
      return user === owner ? Buffer.from([id, user, time, digest].join('\n')) : undefined;
    },
    writeHeaders: (bytes, { now, owner }) => ({
      'X-Fal-Webhook-Request-Id': 'sample-request',
      'X-Fal-Webhook-User-Id': owner,
      'X-Fal-Webhook-Timestamp': formatTimestamp(now, 'seconds'),
      'X-Fal-Webhook-Signature': bytes.toString('hex'),
    }),
    methods: ['POST'],
    retries: { source: 'https://docs.fal.ai/model-endpoints/webhooks' },
    duplicates: { key: 'id' },
  });
}

/** fal: Ed25519 by any of its keys. The option `secret` is your user id: fal signs for all its users with one key. */
export const fal = makeFal();

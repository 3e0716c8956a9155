import { decodeBase64 } from '../core/encoding';
import { headerText } from '../core/headers';
import type { Provider } from '../core/provider';
import { fetchText } from '../keys/fetch-text';
import { makeSingleKeys } from '../keys/key-set';
import { SINGLE_KEY_CHECKS, type SingleKeyOptions } from '../keys/options';
import { checkOptions } from '../options';
import { makeFetchedKeysProvider } from './fetched-keys';

const KEY_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_KEY_BYTES = 16_384;

/** Circle with settings of your own; `circle` is the same without any. */
export function makeCircle(options: SingleKeyOptions = {}): Provider {
  const { fetchKey = fetchFromCircle, keysTimeoutMs } = checkOptions(
    'makeCircle()',
    options,
    SINGLE_KEY_CHECKS,
  );
  const findKey = makeSingleKeys(fetchKey, keysTimeoutMs);
  return makeFetchedKeysProvider({
    name: 'circle',
    group: 'finance',
    docs: 'https://developers.circle.com/wallets/webhook-notifications',
    about: { signed: 'body', notSigned: 'method, address, time' },
    headers: ['X-Circle-Signature', 'X-Circle-Key-Id'],
    keyType: 'ec',
    digest: 'sha256',
    owner: /^[\x21-\x7e]{8,512}$/,
    listKeys: async (id, secret) => [await findKey(id, secret)],
    readSignature(delivery) {
      const name = headerText(delivery, 'x-circle-key-id');
      const bytes = decodeBase64(headerText(delivery, 'x-circle-signature'));
      return bytes === undefined || !KEY_ID.test(name) ? undefined : { name, bytes };
    },
    writeSigned: ({ body }) => body,
    writeHeaders: (bytes, { keyName }) => ({
      'X-Circle-Key-Id': keyName,
      'X-Circle-Signature': bytes.toString('base64'),
    }),
    id: { body: 'notificationId' },
    event: { body: 'notificationType' },
    methods: ['POST'],
    retries: { source: 'https://developers.circle.com/wallets/webhook-notifications' },
    duplicates: { key: 'id' },
  });
}

/** Circle: ECDSA with a key that the delivery names. The option `secret` is your API key, which gets the key. */
export const circle = makeCircle();

async function fetchFromCircle(id: string, signal: AbortSignal, secret: string): Promise<string | undefined> {
  const request = {
    word: 'key',
    maxBytes: MAX_KEY_BYTES,
    init: { headers: { Authorization: `Bearer ${secret}` } },
  };
  const text = await fetchText(`https://api.circle.com/v2/notifications/publicKey/${id}`, signal, request);
  if (text === undefined) return undefined;
  const { data } = JSON.parse(text) as { readonly data: { readonly publicKey: string } };
  return data.publicKey;
}

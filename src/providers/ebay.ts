import { decodeBase64 } from '../core/encoding';
import { headerText } from '../core/headers';
import type { Provider } from '../core/provider';
import { fetchText } from '../keys/fetch-text';
import { makeSingleKeys, type FetchKey } from '../keys/key-set';
import { SINGLE_KEY_CHECKS, type SingleKeyOptions } from '../keys/options';
import { checkOptions, oneOf } from '../options';
import { makeFetchedKeysProvider, type NamedSignature } from './fetched-keys';

export interface EbayOptions extends SingleKeyOptions {
  /** @default 'production' */
  readonly environment?: 'production' | 'sandbox' | undefined;
}

const CHECKS = { ...SINGLE_KEY_CHECKS, environment: oneOf('production', 'sandbox') };
const ORIGINS = { production: 'https://api.ebay.com', sandbox: 'https://api.sandbox.ebay.com' };
const KEY_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CHALLENGE_RESPONSE = {
  digest: 'sha256',
  of: ['{challenge_code}', '{verifyToken}', '{url}'],
  encoding: 'hex',
} as const;
const MAX_BYTES = 16_384;
const SCOPE = 'https://api.ebay.com/oauth/api_scope';

/** eBay with settings of your own; `ebay` is the same without any. */
export function makeEbay(options: EbayOptions = {}): Provider {
  const { environment = 'production', keysTimeoutMs, fetchKey } = checkOptions('makeEbay()', options, CHECKS);
  const findKey = makeSingleKeys(fetchKey ?? fetchFrom(ORIGINS[environment]), keysTimeoutMs);
  return makeFetchedKeysProvider({
    name: 'ebay',
    group: 'commerce',
    docs: 'https://developer.ebay.com/api-docs/commerce/notification/overview.html',
    about: { signed: 'body', notSigned: 'method, address, time' },
    headers: ['X-Ebay-Signature'],
    keyType: 'ec',
    digest: 'sha1',
    owner: /^[\x21-\x39\x3b-\x7e]+:[\x21-\x7e]+$/,
    listKeys: async (id, secret) => [await findKey(id, secret)],
    readSignature: (delivery) => readSignature(decodeBase64(headerText(delivery, 'x-ebay-signature'))),
    writeSigned: ({ body }) => body,
    writeHeaders(bytes, { keyName: kid }) {
      const fields = { alg: 'ecdsa', kid, signature: bytes.toString('base64'), digest: 'SHA1' };
      return { 'X-Ebay-Signature': Buffer.from(JSON.stringify(fields)).toString('base64') };
    },
    id: { body: 'notification.notificationId' },
    event: { body: 'metadata.topic' },
    methods: ['POST'],
    retries: { source: 'https://developer.ebay.com/api-docs/commerce/notification/overview.html' },
    duplicates: { key: 'id' },
    acknowledge: { status: 204 },
    handshakes: [
      {
        when: { method: 'GET' },
        fields: { challenge_code: { alphabet: 'token', length: [1, 128] } },
        answer: { json: { challengeResponse: CHALLENGE_RESPONSE } },
      },
    ],
  });
}

/**
 * eBay: ECDSA with SHA-1, by a key that the delivery names. The option `secret` is client id and client secret of your
 * application with a colon between them, by which eBay gives the keys out. It tries the address by GET: the answer needs the
 * options `verifyToken` and `publicUrl`.
 */
export const ebay = makeEbay();

/** The signature in a header of JSON; `undefined` where it names another algorithm than the one that eBay has. */
function readSignature(json: Buffer | undefined): NamedSignature | undefined {
  if (json === undefined) return undefined;
  let fields: unknown;
  try {
    fields = JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
  const { alg, kid, signature, digest } = Object(fields) as Readonly<Record<string, unknown>>;
  const isKnown = String(alg).toLowerCase() === 'ecdsa' && digest === 'SHA1';
  const bytes = typeof signature === 'string' ? decodeBase64(signature) : undefined;
  const isNamed = typeof kid === 'string' && KEY_ID.test(kid);
  return isKnown && bytes !== undefined && isNamed ? { name: kid, bytes } : undefined;
}

function fetchFrom(origin: string): FetchKey {
  const getJson = async (
    path: string,
    signal: AbortSignal,
    init: Pick<RequestInit, 'method' | 'headers' | 'body'>,
  ): Promise<Readonly<Record<string, string>> | undefined> => {
    const text = await fetchText(origin + path, signal, { word: 'key', maxBytes: MAX_BYTES, init });
    return text === undefined ? undefined : (JSON.parse(text) as Readonly<Record<string, string>>);
  };
  return async (id, signal, secret) => {
    const token = await getJson('/identity/v1/oauth2/token', signal, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(secret).toString('base64')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: `grant_type=client_credentials&scope=${encodeURIComponent(SCOPE)}`,
    });
    if (token === undefined) throw new Error('eBay gave no token for these credentials');
    const key = await getJson(`/commerce/notification/v1/public_key/${id}`, signal, {
      headers: { Authorization: `Bearer ${token.access_token}` },
    });
    // Its PEM is without line breaks.
    return key?.key?.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  };
}

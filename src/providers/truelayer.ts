import type { Delivery } from '../core/delivery';
import { headerText } from '../core/headers';
import type { Provider } from '../core/provider';
import { readKeySet, type KeySetOptions } from '../keys/options';
import { makeJwtProvider, type TokenHeader } from './jwt';

const HEADER_NAME = /^[A-Za-z0-9-]{1,64}$/;

/** TrueLayer with settings of your own; `truelayer` is the same without any. */
export function makeTruelayer(options: KeySetOptions = {}): Provider {
  const keySet = readKeySet('makeTruelayer()', options);
  return makeJwtProvider({
    name: 'truelayer',
    group: 'payments',
    docs: 'https://docs.truelayer.com/docs/configure-webhooks-for-your-integration',
    about: {
      signed: 'method + path with query + the headers that the signature lists + body',
      notSigned: 'origin, and the headers that it does not list',
    },
    token: { header: 'Tl-Signature' },
    algorithms: ['ES512'],
    keys({ kid, fields: { jku } }, owner) {
      const host = owner === 'sandbox' ? 'webhooks.truelayer-sandbox.com' : 'webhooks.truelayer.com';
      const address = `https://${host}/.well-known/jwks`;
      return jku === undefined || jku === address ? keySet.find(address, kid) : undefined;
    },
    owner: { pattern: /^(?:production|sandbox)$/, example: 'production' },
    detached: writeContent,
    signHeader: { tl_version: '2', tl_headers: '' },
    id: { body: 'event_id' },
    event: { body: 'type' },
    methods: ['POST'],
    retries: { source: 'https://docs.truelayer.com/docs/configure-webhooks-for-your-integration' },
    duplicates: { key: 'id' },
  });
}

/**
 * TrueLayer: a detached signature of method, path, headers and body. The option `secret` is `'production'` or
 * `'sandbox'`: TrueLayer signs for all its customers with one key, and the path is what tells yours, so make it long.
 */
export const truelayer = makeTruelayer();

function writeContent(delivery: Delivery, { fields }: TokenHeader): Buffer | undefined {
  const { method, url, body } = delivery;
  const { tl_version: version, tl_headers: list } = fields;
  if (version !== '2' || typeof list !== 'string') return undefined;
  const names = list === '' ? [] : list.split(',');
  if (!names.every((name) => HEADER_NAME.test(name))) return undefined;
  const lines = names.map((name) => `${name}: ${headerText(delivery, name.toLowerCase())}\n`);
  const path = url.replace(/^https?:\/\/[^/?#]*/, '');
  return Buffer.concat([Buffer.from(`${method} ${path}\n${lines.join('')}`, 'latin1'), body]);
}

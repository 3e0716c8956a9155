import { readKeySet, type KeySetOptions } from '../keys/options';
import type { Provider } from '../core/provider';
import { makeJwtProvider } from './jwt';

/** FusionAuth with settings of your own; `fusionauth` is the same without any. */
export function makeFusionauth(options: KeySetOptions = {}): Provider {
  const keySet = readKeySet('makeFusionauth()', options);
  return makeJwtProvider({
    name: 'fusionauth',
    group: 'identity',
    docs: 'https://fusionauth.io/docs/extend/events-and-webhooks/signing',
    token: { header: 'X-FusionAuth-Signature-JWT' },
    algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    keys: ({ kid }, owner) => keySet.find(`${owner}/.well-known/jwks.json`, kid),
    owner: {
      pattern: /^https:\/\/[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?$/,
      example: 'https://auth.example.org',
    },
    digests: [{ claim: 'request_body_sha256', of: 'body', encoding: 'base64' }],
    id: { body: 'event.id' },
    event: { body: 'event.type' },
    methods: ['POST'],
    retries: { source: 'https://fusionauth.io/docs/extend/events-and-webhooks/signing' },
    duplicates: { key: 'id' },
  });
}

/**
 * FusionAuth: a token with the digest of the body. The option `secret` is the address of your server,
 * `https://auth.example.org`, where the keys are. Choose a pair of keys there, no HMAC.
 */
export const fusionauth = makeFusionauth();

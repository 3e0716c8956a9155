import { readKeySet, type KeySetOptions } from '../keys/options';
import type { Provider } from '../core/provider';
import { makeJwtProvider } from './jwt';

/** Kinde with settings of your own; `kinde` is the same without any. */
export function makeKinde(options: KeySetOptions = {}): Provider {
  const keySet = readKeySet('makeKinde()', options);
  return makeJwtProvider({
    name: 'kinde',
    group: 'identity',
    docs: 'https://docs.kinde.com/integrate/webhooks/about-webhooks/',
    token: 'body',
    algorithms: ['RS256'],
    keys: ({ kid }, owner) => keySet.find(`${owner}/.well-known/jwks.json`, kid),
    owner: { pattern: /^https:\/\/[A-Za-z0-9.-]{1,253}$/, example: 'https://yours.kinde.com' },
    id: { body: 'event_id' },
    event: { body: 'type' },
    content: 'text',
    methods: ['POST'],
    retries: { source: 'https://docs.kinde.com/integrate/webhooks/about-webhooks/' },
    duplicates: { key: 'id' },
  });
}

/** Kinde: the body is a token. The option `secret` is your domain, `https://yours.kinde.com`, where the keys are. */
export const kinde = makeKinde();

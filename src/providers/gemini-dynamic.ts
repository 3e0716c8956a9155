import type { Provider } from '../core/provider';
import { readKeySet, type KeySetOptions } from '../keys/options';
import { makeJwtProvider } from './jwt';

const KEYS = 'https://generativelanguage.googleapis.com/.well-known/jwks.json';

/** Gemini, dynamic webhooks, with settings of your own; `geminiDynamic` is the same without any. */
export function makeGeminiDynamic(options: KeySetOptions = {}): Provider {
  const keySet = readKeySet('makeGeminiDynamic()', options);
  return makeJwtProvider({
    name: 'gemini-dynamic',
    group: 'ai',
    docs: 'https://ai.google.dev/gemini-api/docs/webhooks',
    token: { header: 'Webhook-Signature' },
    algorithms: ['RS256'],
    keys: ({ kid }) => keySet.find(KEYS, kid),
    owner: { pattern: /^https:\/\/\S+$/, example: 'https://example.org/webhooks/gemini' },
    claims: { aud: { of: 'owner' } },
    expires: true,
    event: { body: 'type' },
    methods: ['POST'],
    retries: { source: 'https://ai.google.dev/gemini-api/docs/webhooks' },
  });
}

/**
 * Gemini, dynamic webhooks. The option `secret` is the address that you gave to Gemini, which is the audience of its
 * tokens. They say nothing of the body, which is in `webhook.unsigned`.
 */
export const geminiDynamic = makeGeminiDynamic();

import { defineSvixSender } from './svix-family';

/** Gemini API, static webhooks: Standard Webhooks. */
export const gemini = defineSvixSender({
  name: 'gemini',
  group: 'ai',
  docs: 'https://ai.google.dev/gemini-api/docs/webhooks',
  retries: { hours: 24, source: 'https://ai.google.dev/gemini-api/docs/webhooks' },
  alsoSends: 'dynamic webhooks, which carry a JWT and are refused',
});

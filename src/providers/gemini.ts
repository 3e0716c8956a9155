import { defineSvixSender } from './svix-family';

/** Gemini API, static webhooks: Standard Webhooks. */
export const gemini = defineSvixSender({
  name: 'gemini',
  docs: 'https://ai.google.dev/gemini-api/docs/webhooks',
});

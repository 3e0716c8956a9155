import { defineSvixSender } from './svix-family';

/** ImageKit: Standard Webhooks, with the key as text. */
export const imagekit = defineSvixSender({
  name: 'imagekit',
  group: 'content',
  docs: 'https://imagekit.io/docs/webhooks',
  secret: { encoding: 'utf8' },
  retries: { source: 'https://imagekit.io/docs/webhooks' },
  alsoSends: 'x-ik-signature in older accounts, which is not taken',
});

import { defineSvixSender } from './svix-family';

/** Replicate: Standard Webhooks. */
export const replicate = defineSvixSender({
  name: 'replicate',
  group: 'ai',
  docs: 'https://replicate.com/docs/topics/webhooks/verify-webhook',
  // The body is the prediction itself, which has no `type`.
  event: { body: 'status' },
  retries: { hours: 0.02, source: 'https://replicate.com/docs/topics/webhooks/receive-webhook' },
  alsoSends: 'states in between are sent once; only the last one is tried again',
});

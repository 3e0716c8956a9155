import { defineSvixSender } from './svix-family';

/** Replicate: Standard Webhooks. */
export const replicate = defineSvixSender({
  name: 'replicate',
  docs: 'https://replicate.com/docs/topics/webhooks/verify-webhook',
});

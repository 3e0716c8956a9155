import { defineSvixSender } from './svix-family';

/** Lithic: Standard Webhooks. */
export const lithic = defineSvixSender({
  name: 'lithic',
  group: 'finance',
  docs: 'https://docs.lithic.com/docs/events-api',
  event: { body: 'event_type' },
  retries: { source: 'https://docs.lithic.com/docs/events-api' },
  alsoSends:
    'older transaction webhooks sign in X-Lithic-HMAC: not taken; authorization stream requests are signed apart',
});

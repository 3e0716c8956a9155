import { defineSvixSender } from './svix-family';

/** Etsy: Standard Webhooks. */
export const etsy = defineSvixSender({
  name: 'etsy',
  group: 'commerce',
  docs: 'https://developers.etsy.com/documentation/essentials/webhooks',
  event: { body: 'event_type' },
  retries: { source: 'https://developers.etsy.com/documentation/essentials/webhooks' },
});

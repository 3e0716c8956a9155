import { defineSvixSender } from './svix-family';

/** Brex: Standard Webhooks. */
export const brex = defineSvixSender({
  name: 'brex',
  group: 'finance',
  docs: 'https://developer.brex.com/docs/webhooks',
  event: { body: 'event_type' },
  retries: { source: 'https://developer.brex.com/docs/webhooks' },
});

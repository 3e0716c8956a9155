import { defineSvixSender } from './svix-family';

/** Lithic: Standard Webhooks. */
export const lithic = defineSvixSender({
  name: 'lithic',
  docs: 'https://docs.lithic.com/docs/events-api',
});

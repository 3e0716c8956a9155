import { defineSvixSender } from './svix-family';

/** Dodo Payments: Standard Webhooks. */
export const dodopayments = defineSvixSender({
  name: 'dodopayments',
  docs: 'https://docs.dodopayments.com/developer-resources/webhooks',
});

import { defineSvixSender } from './svix-family';

/** Dodo Payments: Standard Webhooks. */
export const dodopayments = defineSvixSender({
  name: 'dodopayments',
  group: 'payments',
  docs: 'https://docs.dodopayments.com/developer-resources/webhooks',
  retries: {
    hours: 27.6,
    signed: 'anew',
    source: 'https://docs.dodopayments.com/developer-resources/webhooks',
  },
  alsoSends: 'the newest payload at each try, so tries of one id can differ in their body',
});

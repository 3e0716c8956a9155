import { defineSvixSender } from './svix-family';

/** BigCommerce: Standard Webhooks, with the client secret as text. */
export const bigcommerce = defineSvixSender({
  name: 'bigcommerce',
  group: 'commerce',
  docs: 'https://developer.bigcommerce.com/docs/integrations/webhooks',
  event: { body: 'scope' },
  secret: { encoding: 'utf8' },
  retries: { hours: 48, source: 'https://developer.bigcommerce.com/docs/integrations/webhooks' },
  alsoSends: 'a domain with less than 90 % success is blocked for 3 minutes',
});

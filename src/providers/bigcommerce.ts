import { defineSvixSender } from './svix-family';

/** BigCommerce: Standard Webhooks, with the client secret as text. */
export const bigcommerce = defineSvixSender({
  name: 'bigcommerce',
  docs: 'https://developer.bigcommerce.com/docs/integrations/webhooks',
  event: { body: 'scope' },
  secret: { encoding: 'utf8' },
});

import { defineSvixSender } from './svix-family';

/** Render: Standard Webhooks. */
export const render = defineSvixSender({
  name: 'render',
  group: 'code',
  docs: 'https://render.com/docs/webhooks',
  retries: { source: 'https://render.com/docs/webhooks' },
});

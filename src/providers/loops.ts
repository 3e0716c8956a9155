import { defineSvixSender } from './svix-family';

/** Loops: Standard Webhooks. */
export const loops = defineSvixSender({
  name: 'loops',
  group: 'email',
  docs: 'https://loops.so/docs/webhooks',
  event: { body: 'eventName' },
  retries: { source: 'https://loops.so/docs/webhooks' },
});

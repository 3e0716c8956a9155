import { defineSvixSender } from './svix-family';

/** Recall.ai: Standard Webhooks. */
export const recallAi = defineSvixSender({
  name: 'recall-ai',
  group: 'ai',
  docs: 'https://docs.recall.ai/docs/authenticating-requests-from-recallai',
  event: { body: 'event' },
  retries: { source: 'https://docs.recall.ai/docs/authenticating-requests-from-recallai' },
});

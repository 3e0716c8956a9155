import { defineSvixSender } from './svix-family';

/** Anthropic: Standard Webhooks. */
export const anthropic = defineSvixSender({
  name: 'anthropic',
  group: 'ai',
  docs: 'https://platform.claude.com/docs/en/managed-agents/webhooks',
  // Its `type` is always "event".
  event: { body: 'data.type' },
  retries: { source: 'https://platform.claude.com/docs/en/managed-agents/webhooks' },
  alsoSends: 'test events of its Console',
});

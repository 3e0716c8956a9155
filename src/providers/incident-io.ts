import { defineSvixSender } from './svix-family';

/** incident.io: Standard Webhooks. */
export const incidentIo = defineSvixSender({
  name: 'incident-io',
  group: 'code',
  docs: 'https://docs.incident.io/integrations/webhooks',
  event: { body: 'event_type' },
  retries: { source: 'https://docs.incident.io/integrations/webhooks' },
});

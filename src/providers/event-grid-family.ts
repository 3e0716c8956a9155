import type { ProviderDefinition } from '../core/provider';
import { LEAVE_TO_DELIVER } from './cloudevents-family';

const VALIDATION = [
  'id',
  'topic',
  'subject',
  'data',
  'eventType',
  'eventTime',
  'metadataVersion',
  'dataVersion',
];

/**
 * The deliveries of Azure Event Grid, however they are authenticated, in its own schema or that of CloudEvents. It tries
 * the address by an unsigned POST, or by OPTIONS. The address that the POST names as another way is never called.
 */
export const EVENT_GRID = {
  group: 'code',
  id: { body: '[].id', or: [{ body: 'id' }] },
  event: { body: '[].eventType', or: [{ body: '[].type' }, { body: 'type' }] },
  methods: ['POST'],
  handshakes: [
    {
      when: {
        method: 'POST',
        headers: { 'aeg-event-type': 'SubscriptionValidation' },
        content: 'json',
        only: VALIDATION.map((name) => `[].${name}`),
        body: { '[].eventType': 'Microsoft.EventGrid.SubscriptionValidationEvent' },
      },
      answer: { json: { validationResponse: '{[].data.validationCode}' } },
    },
    LEAVE_TO_DELIVER,
  ],
  retries: {
    hours: 24,
    stopsAt: [400, 401, 403, 413],
    source: 'https://learn.microsoft.com/en-us/azure/event-grid/delivery-and-retry',
  },
} as const satisfies Partial<ProviderDefinition>;

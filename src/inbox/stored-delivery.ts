import type { Coverage } from '../core/event-and-id';
import type { Webhook } from '../core/delivery';
import { WebhookError } from '../errors';
import { readPayload } from '../core/make-webhook';
import { divideBody, type BodyParts } from '../core/signed-part';
import type { DeliveryMeta, InboxDelivery, PayloadReading } from './inbox';

/** Where a verified delivery came to, beside its webhook. */
export interface Arrival {
  readonly webhook: Webhook;
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly scope: string;
  readonly orderKey: string | undefined;
  readonly target: string | undefined;
  readonly reading: PayloadReading;
  readonly covers: Coverage;
  readonly headers: Readonly<Record<string, string>>;
  readonly traceparent?: string | undefined;
}

/** Makes the record of a delivery: plain data, and nothing by which it was authenticated. */
export function makeMeta({ webhook, covers, ...rest }: Arrival): DeliveryMeta {
  const { provider, event, candidates, id, key, timestamp, secretId, trusted } = webhook;
  return {
    ...rest,
    provider,
    event,
    candidates,
    id,
    webhookKey: key,
    timestamp: timestamp?.getTime(),
    secretId,
    trusted,
    part: covers.part,
  };
}

/** The webhook of a stored delivery, as its handler would have got it at once. Its payload is parsed when it is read. */
export function restoreWebhook(meta: DeliveryMeta, rawBody: Buffer): Webhook {
  const { provider, event, candidates, id, webhookKey, timestamp, secretId, trusted } = meta;
  let parts: BodyParts | undefined;
  const read = (): BodyParts => (parts ??= parseStored(meta, rawBody));
  return {
    provider,
    event,
    candidates,
    id,
    key: webhookKey,
    timestamp: timestamp === undefined ? undefined : new Date(timestamp),
    get payload() {
      return read().payload;
    },
    get unsigned() {
      return read().unsigned;
    },
    rawBody,
    secretId,
    verified: true,
    trusted,
  };
}

/** The delivery behind a webhook, of which an engine knows its own part. */
export function makeInboxDelivery(
  { key, orderKey, scope, method, path, headers, target }: DeliveryMeta,
  own: Pick<InboxDelivery, 'id' | 'route' | 'attempt' | 'receivedAt' | 'signal' | 'completeIn'>,
): InboxDelivery {
  return { ...own, key, orderKey, scope, method, path, headers, target };
}

/** The same webhook with what a schema has made of its payload. */
export function withPayload(webhook: Webhook, payload: unknown): Webhook {
  const { unsigned } = webhook;
  return { ...webhook, payload, unsigned };
}

function parseStored({ reading, part }: DeliveryMeta, rawBody: Buffer): BodyParts {
  const { charset, contentType, ...provider } = reading;
  const headers = contentType === undefined ? {} : { 'content-type': contentType };
  const { payload, code } = readPayload({ provider, charset }, { headers }, rawBody);
  if (payload === undefined) throw new WebhookError(code);
  return divideBody(payload.value, part);
}

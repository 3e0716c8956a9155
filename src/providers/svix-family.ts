import { defineProvider } from '../core/define-provider';
import type { Provider, ProviderDefinition, RetriesDefinition, ValueSource } from '../core/provider';

/** The facts in which the senders that sign by Standard Webhooks differ. */
export interface SvixSender {
  readonly name: string;
  /** Address of the sender's own documentation. */
  readonly docs: string;
  /** Where the event is named. @default the field `type` */
  readonly event?: ValueSource | undefined;
  /** @default base64 behind `whsec_` */
  readonly secret?: ProviderDefinition['secret'] | undefined;
  readonly retries: RetriesDefinition;
  readonly alsoSends?: string | undefined;
}

/**
 * Defines a sender that signs by Standard Webhooks: id, time and body, joined by dots.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function defineSvixSender({ name, docs, event, secret, retries, alsoSends }: SvixSender): Provider {
  return defineProvider({
    name,
    docs,
    algorithm: 'hmac-sha256',
    signature: { header: 'webhook-signature', items: ' ', assign: ',', key: 'v1', encoding: 'base64' },
    timestamp: { header: 'webhook-timestamp', unit: 'seconds', toleranceSeconds: 300 },
    signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
    secret: secret ?? { encoding: 'base64', prefix: 'whsec_' },
    id: { header: 'webhook-id' },
    event: event ?? { body: 'type' },
    methods: ['POST'],
    duplicates: { key: 'id' },
    retries,
    alsoSends,
    refusal: { status: 401 },
  });
}

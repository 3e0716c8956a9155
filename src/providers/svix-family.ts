import { defineProvider } from '../core/define-provider';
import type { Group } from '../core/groups';
import type { Provider, ProviderDefinition, RetriesDefinition, ValueSource } from '../core/provider';

/** The facts in which the senders that sign by Standard Webhooks differ. */
export interface SvixSender {
  readonly name: string;
  readonly group: Group;
  /** Address of the sender's own documentation. */
  readonly docs: string;
  /** Where the event is named. @default the field `type` */
  readonly event?: ValueSource | undefined;
  /** `'svix'` where Svix delivers for it, by its own header names or the common ones. @default the common ones */
  readonly headers?: 'svix' | undefined;
  /** @default base64 behind `whsec_` */
  readonly secret?: ProviderDefinition['secret'] | undefined;
  readonly retries: RetriesDefinition;
  readonly alsoSends?: string | undefined;
}

/**
 * Defines a sender that signs by Standard Webhooks: id, time and body, joined by dots.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function defineSvixSender({
  name,
  group,
  docs,
  event,
  secret,
  headers,
  retries,
  alsoSends,
}: SvixSender): Provider {
  const named = (part: string): readonly string[] =>
    headers === 'svix' ? [`svix-${part}`, `webhook-${part}`] : [`webhook-${part}`];
  return defineProvider({
    name,
    group,
    docs,
    algorithm: 'hmac-sha256',
    signature: { header: named('signature'), items: ' ', assign: ',', key: 'v1', encoding: 'base64' },
    timestamp: { header: named('timestamp'), unit: 'seconds', toleranceSeconds: 300 },
    signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
    secret: secret ?? { encoding: 'base64', prefix: 'whsec_' },
    id: { header: named('id') },
    event: event ?? { body: 'type' },
    methods: ['POST'],
    duplicates: { key: 'id' },
    retries,
    alsoSends,
    refusal: { status: 401 },
  });
}

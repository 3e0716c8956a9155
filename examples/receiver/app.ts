import express, { type Express } from 'express';
import {
  fastcomments,
  github,
  medplum,
  standardWebhooks,
  stripe,
  telehealth,
  webhookRouter,
  type Decision,
  type Inbox,
  type Provider,
  type Webhook,
  type WebhookMiddleware,
} from 'hooklatch';

/** The secrets of the six senders, by the name of the route. */
export type Secrets = Readonly<Record<(typeof SENDERS)[number], string>>;

export const SENDERS = [
  'fastcomments',
  'medplum',
  'telehealth',
  'github',
  'stripe',
  'standard-webhooks',
] as const;

export interface ReceiverOptions {
  readonly secrets: Secrets;
  /** Called with every webhook that reached a handler; a promise is waited for. */
  readonly onWebhook: (webhook: Webhook) => unknown;
  /** Deliveries are stored here and answered, and handled after that. Without it they are handled, then answered. */
  readonly inbox?: Inbox | undefined;
  /** Called with every decision. */
  readonly onDecision: (decision: Decision) => void;
}

export interface Receiver {
  readonly app: Express;
  /** From now on new deliveries are answered 503; resolves when those in flight have ended. */
  readonly drain: () => Promise<void>;
}

type Handle = (webhook: Webhook) => unknown;
type Events = Readonly<
  Record<string, Handle | { readonly method: 'POST' | 'PUT' | 'DELETE'; readonly handle: Handle }>
>;

/** An app that receives each sender on /webhooks/<name>. */
export function makeReceiver({ secrets, onWebhook, inbox, onDecision }: ReceiverOptions): Receiver {
  // A handler that takes the webhook alone serves both ways.
  const handle = (webhook: Webhook): unknown => onWebhook(webhook);
  const everything = { '*': handle };
  const receive = (provider: Provider, secret: string, events: Events = everything): WebhookMiddleware => {
    const options = { provider, secret, events, onDecision };
    return inbox === undefined ? webhookRouter(options) : webhookRouter({ ...options, inbox });
  };
  const routers: Readonly<Record<keyof Secrets, WebhookMiddleware>> = {
    // FastComments names no event: the methods, as set in its dashboard, tell them apart.
    fastcomments: receive(fastcomments, secrets.fastcomments, {
      create: { method: 'POST', handle },
      update: { method: 'PUT', handle },
      delete: { method: 'DELETE', handle },
    }),
    medplum: receive(medplum, secrets.medplum),
    telehealth: receive(telehealth, secrets.telehealth),
    github: receive(github, secrets.github),
    stripe: receive(stripe, secrets.stripe),
    'standard-webhooks': receive(standardWebhooks, secrets['standard-webhooks']),
  };

  const app = express();
  for (const name of SENDERS) app.use(`/webhooks/${name}`, routers[name]);
  return {
    app,
    drain: async () => {
      await Promise.all(SENDERS.map((name) => routers[name].drain()));
    },
  };
}

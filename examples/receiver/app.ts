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
  /** Called with every decision. */
  readonly onDecision: (decision: Decision) => void;
}

export interface Receiver {
  readonly app: Express;
  /** From now on new deliveries are answered 503; resolves when those in flight have ended. */
  readonly drain: () => Promise<void>;
}

/** An app that receives each sender on /webhooks/<name>. */
export function makeReceiver({ secrets, onWebhook, onDecision }: ReceiverOptions): Receiver {
  const everything = { '*': onWebhook };
  const routers: Readonly<Record<keyof Secrets, WebhookMiddleware>> = {
    fastcomments: webhookRouter({
      provider: fastcomments,
      secret: secrets.fastcomments,
      // FastComments names no event: the methods, as set in its dashboard, tell them apart.
      events: {
        create: { method: 'POST', handle: onWebhook },
        update: { method: 'PUT', handle: onWebhook },
        delete: { method: 'DELETE', handle: onWebhook },
      },
      onDecision,
    }),
    medplum: webhookRouter({ provider: medplum, secret: secrets.medplum, events: everything, onDecision }),
    telehealth: webhookRouter({
      provider: telehealth,
      secret: secrets.telehealth,
      events: everything,
      onDecision,
    }),
    github: webhookRouter({ provider: github, secret: secrets.github, events: everything, onDecision }),
    stripe: webhookRouter({ provider: stripe, secret: secrets.stripe, events: everything, onDecision }),
    'standard-webhooks': webhookRouter({
      provider: standardWebhooks,
      secret: secrets['standard-webhooks'],
      events: everything,
      onDecision,
    }),
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

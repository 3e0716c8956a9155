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
  /** Called with every webhook that reached a handler. */
  readonly onWebhook: (webhook: Webhook) => void;
  /** Called with every decision. */
  readonly onDecision: (decision: Decision) => void;
}

/** An app that receives each sender on /webhooks/<name>. */
export function makeApp({ secrets, onWebhook, onDecision }: ReceiverOptions): Express {
  const app = express();

  app.use(
    '/webhooks/fastcomments',
    webhookRouter({
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
  );

  const everything = { '*': onWebhook };
  app.use(
    '/webhooks/medplum',
    webhookRouter({ provider: medplum, secret: secrets.medplum, events: everything, onDecision }),
  );
  app.use(
    '/webhooks/telehealth',
    webhookRouter({ provider: telehealth, secret: secrets.telehealth, events: everything, onDecision }),
  );
  app.use(
    '/webhooks/github',
    webhookRouter({ provider: github, secret: secrets.github, events: everything, onDecision }),
  );
  app.use(
    '/webhooks/stripe',
    webhookRouter({ provider: stripe, secret: secrets.stripe, events: everything, onDecision }),
  );
  app.use(
    '/webhooks/standard-webhooks',
    webhookRouter({
      provider: standardWebhooks,
      secret: secrets['standard-webhooks'],
      events: everything,
      onDecision,
    }),
  );
  return app;
}

import express from 'express';
import { fastcomments, webhookRouter } from 'hooklatch';

/** Webhooks of one sender under a path of an app: `app.use()`. */
export function makeApp(
  save: (comment: unknown) => void,
  remove: (comment: unknown) => void,
): express.Express {
  const app = express();

  app.use(
    '/webhooks/fastcomments',
    webhookRouter({
      provider: fastcomments,
      secret: process.env.FASTCOMMENTS_SECRET, // undefined or empty: throws here, at start-up
      events: {
        create: { method: 'POST', handle: (webhook) => save(webhook.payload) },
        update: { method: 'PUT', handle: (webhook) => save(webhook.payload) },
        delete: (webhook) => remove(webhook.payload), // the provider's default: DELETE
      },
    }),
  );

  // Parsers for the rest of the app come after the webhooks.
  app.use(express.json());
  return app;
}

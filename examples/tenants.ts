import express, { type Express } from 'express';
import { github, webhookRouter, type Secret } from 'hooklatch';

/** Finds the secrets of a tenant, in a database for instance, several during a rotation; none for a stranger. */
export type FindSecrets = (tenant: string) => Promise<readonly Secret[]>;

/** Webhooks of one sender for several tenants, each with an address and secrets of its own. */
export function makeApp(
  findSecrets: FindSecrets,
  handle: (tenant: string, payload: unknown) => void,
): Express {
  const app = express();

  app.use(
    '/webhooks/:tenant/github',
    webhookRouter({
      provider: github,
      // By the address, never by the body, which is not verified yet. The scope keeps the deliveries of tenants apart, and
      // the records that they take.
      secret: async (_delivery, req) => {
        const scope = String(req.params.tenant);
        return { secrets: await findSecrets(scope), scope };
      },
      events: {
        '*': (webhook, req) => handle(String(req.params.tenant), webhook.payload),
      },
    }),
  );
  return app;
}

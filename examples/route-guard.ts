import express from 'express';
import { getWebhook, telehealth, webhookGuard } from 'hooklatch';

/** A guard in front of a handler of your own. */
export function makeApp(onEvent: (event: string | undefined, payload: unknown) => void): express.Express {
  const app = express();
  const guard = webhookGuard({ provider: telehealth, secret: process.env.TELEHEALTH_SECRET });

  app.post('/webhooks/telehealth', guard, (req, res) => {
    const { event, payload } = getWebhook(req);
    onEvent(event, payload);
    res.sendStatus(204);
  });
  return app;
}

import express, { type Express } from 'express';
import { fastcomments, webhookRouter } from 'hooklatch';
import { pino, type DestinationStream, type Logger } from 'pino';

/** A logger that keeps out what is secret, or as good as secret while it is fresh. */
export function makeLogger(destination?: DestinationStream): Logger {
  const redact = {
    paths: ['req.headers.token', 'req.headers.authorization', 'req.headers["x-fastcomments-signature"]'],
    censor: '[hidden]',
  };
  return destination === undefined ? pino({ redact }) : pino({ redact }, destination);
}

/** Writes every decision to a log, at a level that an alarm can watch. */
export function makeApp(logger: Logger): Express {
  const app = express();
  app.use(
    '/webhooks/fastcomments',
    webhookRouter({
      provider: fastcomments,
      secret: process.env.FASTCOMMENTS_SECRET,
      events: {
        '*': (_webhook, { method, headers }) => logger.debug({ req: { method, headers } }, 'handling'),
      },
      onDecision: (decision, err) => {
        if (decision.outcome === 'failed') logger.error({ decision, err }, 'webhook');
        else if (decision.outcome === 'refused') logger.warn({ decision }, 'webhook');
        else logger.info({ decision }, 'webhook');
      },
    }),
  );
  return app;
}

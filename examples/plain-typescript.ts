import type { AddressInfo } from 'node:net';
import express from 'express';
import { github, webhookRouter } from 'hooklatch';

interface Push {
  readonly ref: string;
  readonly repository: { readonly full_name: string };
}

const app = express();

// The types of the payloads by event; a `schema` would check them as well.
app.use(
  '/webhooks/github',
  webhookRouter<{ push: Push; '*': unknown }>({
    provider: github,
    secret: process.env.GITHUB_SECRET,
    events: {
      push: ({ payload }) => console.log(`push to ${payload.ref} of ${payload.repository.full_name}`),
      '*': ({ event }) => console.log(`${event ?? 'an event without a name'}: nothing to do`),
    },
    onDecision: ({ status, outcome, code }) => console.log(status, outcome, code ?? ''),
  }),
);

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`listening on port ${(server.address() as AddressInfo).port}`);
});

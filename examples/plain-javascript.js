'use strict';

const express = require('express');
const { stripe, webhookRouter } = require('hooklatch');

const app = express();

app.use(
  '/webhooks/stripe',
  webhookRouter({
    provider: stripe,
    secret: process.env.STRIPE_SECRET,
    events: {
      'invoice.paid': async (webhook) => {
        console.log(`paid: ${webhook.payload.data.object.id}`);
      },
    },
    onDecision: ({ status, outcome, code }) => console.log(status, outcome, code ?? ''),
  }),
);

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`listening on port ${server.address().port}`);
});

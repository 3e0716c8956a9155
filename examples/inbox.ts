import express, { type Express } from 'express';
import { stripe, webhookRouter } from 'hooklatch';
import { PermanentError, sqliteInbox } from 'hooklatch/inbox';

/** Handles a payment. It may fail, and is called again then. */
export type BookPayment = (key: string, payment: unknown) => Promise<void>;

/** A receiver that answers when a delivery is on the disk, and books it after that. */
export function makeApp(
  file: string,
  book: BookPayment,
  driver?: string,
): { readonly app: Express; readonly close: () => Promise<void> } {
  const inbox = sqliteInbox({
    file,
    driver, // on Node 20, such as '@photostructure/sqlite'
    onAttempt: ({ outcome, event, attempt, code }) => console.log(outcome, event, attempt, code),
  });
  const webhooks = webhookRouter({
    provider: stripe,
    secret: process.env.STRIPE_SECRET,
    // One customer's events one after another, in the order in which they came.
    inbox: { store: inbox, orderBy: (webhook) => readCustomer(webhook.payload) },
    events: {
      'invoice.paid': (webhook, delivery) => book(delivery.key, webhook.payload),
      'invoice.voided': () => {
        throw new PermanentError('invoices are never voided here'); // no further attempt
      },
    },
  });

  const app = express();
  app.use('/webhooks/stripe', webhooks);
  return {
    app,
    close: async () => {
      await webhooks.drain(); // what comes now is answered 503
      await inbox.close(); // handlers end, and what waits is handled by the next process
    },
  };
}

function readCustomer(payload: unknown): string | undefined {
  const { data } = payload as { readonly data?: { readonly object?: { readonly customer?: string } } };
  return data?.object?.customer;
}

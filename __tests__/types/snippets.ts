// Compiled by `npm run types` against @types/express 5 and 4; never run.
import express, { type Request, type RequestHandler, type Response } from 'express';
import {
  captureRawBody,
  checkHeaders,
  defineProvider,
  fastcomments,
  getWebhook,
  keepRawBody,
  routeEvents,
  telehealth,
  verifySignature,
  webhookErrors,
  webhookGuard,
  webhookRouter,
  type Webhook,
} from 'hooklatch';

interface Comment {
  readonly id: string;
}

declare function saveComment(comment: unknown): Promise<Comment>;
declare function removeComment(comment: unknown): void;
declare const secret: string | undefined;

const app = express();

// The two snippets of the design.
app.use(
  '/webhooks/fastcomments',
  webhookRouter({
    provider: fastcomments,
    secret: process.env.FASTCOMMENTS_SECRET,
    events: {
      create: { method: 'POST', handle: (webhook) => saveComment(webhook.payload) },
      update: { method: 'PUT', handle: (webhook) => saveComment(webhook.payload) },
      delete: (webhook) => removeComment(webhook.payload),
    },
  }),
);

app.post('/webhooks/telehealth', webhookGuard({ provider: telehealth, secret }), (req, res) => {
  const event: string | undefined = req.webhook!.event;
  const payload: unknown = req.webhook!.payload;
  res.json({ event, payload }).sendStatus(204);
});

// A handler may annotate its payload, and every option accepts an explicit undefined.
app.use(
  webhookRouter({
    provider: fastcomments,
    secret: [{ id: 'new', value: 'x', notBefore: undefined }, 'old'],
    also: undefined,
    events: {
      create: async ({ payload }: Webhook<Comment>, req, res) => {
        res.json(payload.id.length + req.url.length);
      },
      '*': () => undefined,
    },
    resolveEvent: async ({ candidates }, req) => (req.path === '/' ? candidates[0] : undefined),
    toleranceSeconds: undefined,
    bodyLimit: undefined,
    refusalStatus: undefined,
    acknowledge: undefined,
    unknownEvent: undefined,
    handlerTimeoutMs: undefined,
    onDecision: (decision, cause) => console.log(decision.code, cause),
    errors: undefined,
    clock: undefined,
  }),
);

// A guard leaves the params to the route, in a list of handlers too.
app.post('/webhooks/:tenant/:id', webhookGuard({ provider: telehealth, secret }), (req, res) => {
  const { tenant, id } = req.params;
  const texts: readonly string[] = [tenant, id];
  // @ts-expect-error -- a parameter that the route does not have
  res.json({ texts, other: req.params.other });
});
app.post('/plain', webhookGuard({ provider: telehealth, secret }), (req, res) => {
  // @ts-expect-error -- a parameter that the route does not have
  res.json(req.params.id);
});
app.use('/:tenant', webhookGuard({ provider: telehealth, secret }), (req, res) => {
  const tenant: string = req.params.tenant;
  res.json(tenant);
});
express
  .Router()
  .put('/:id', [webhookGuard({ provider: telehealth, secret })], (_req: Request, res: Response) => {
    res.end();
  });
const guardHandler: RequestHandler = webhookGuard({ provider: telehealth, secret });
app.use(guardHandler);

// The steps as plain middleware.
app.use(express.json({ verify: keepRawBody }));
app.use(
  checkHeaders({ provider: telehealth }),
  captureRawBody(),
  verifySignature({ provider: telehealth, secret }),
  routeEvents({ provider: telehealth, events: { '*': () => undefined } }),
);
app.use(webhookErrors());
app.get('/', (req, res) => {
  res.json(getWebhook<Comment>(req).payload.id);
});

// @ts-expect-error -- a method that no delivery can have
defineProvider({ ...fastcomments, methods: ['LOCK'] });
// @ts-expect-error -- an option that does not exist
webhookGuard({ provider: fastcomments, secret, tolerance: 5 });

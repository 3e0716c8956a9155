// Compiled by `npm run types` against @types/express 5 and 4; never run.
import type { UserJSON, WebhookEvent } from '@clerk/backend';
import type { EventPayloadMap, PushEvent } from '@octokit/webhooks-types';
import type { AppMentionEvent, SlackEvent } from '@slack/types';
import type { Request } from 'express';
import type Stripe from 'stripe';
import * as v from 'valibot';
import {
  clerk,
  defineProvider,
  fastcomments,
  getWebhook,
  github,
  routeEvents,
  shopify,
  slack,
  stripe,
  verify,
  verifySync,
  webhookGuard,
  webhookRouter,
  type CustomVerdict,
  type Delivery,
  type Provider,
  type ProviderDefinition,
  type StandardSchema,
  type TypedProvider,
  type Webhook,
  type WebhookEvents,
  type WebhookHandler,
  type WebhookRouterOptions,
} from 'hooklatch';
import { z } from 'zod';

// Two generic functions are the same type only where what they compare with is.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */
type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
/* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */

/** Compiles where the payload has exactly this type. */
declare function payloadIs<Expected>(): <Payload>(
  webhook: Webhook<Payload>,
  ...check: Same<Payload, Expected> extends true ? [] : [never]
) => void;

/** Compiles where a value has exactly this type. */
declare function typeIs<Expected>(): <Actual>(
  value: Actual,
  ...check: Same<Actual, Expected> extends true ? [] : [never]
) => void;

interface Comment {
  readonly id: string;
}
interface Removal {
  readonly id: string;
  readonly at: number;
}

declare const comment: Webhook<Comment>;
// @ts-expect-error -- the checks tell types apart
payloadIs<unknown>()(comment);
// @ts-expect-error -- the checks tell types apart
typeIs<Webhook>()(comment);

declare const secret: string;
declare const req: Request;
const common = { provider: fastcomments, secret } as const;

const commentSchema = z.object({ id: z.string(), at: z.string().transform((text) => new Date(text)) });
const removalSchema = v.object({ id: v.string() });
const slowSchema = v.pipeAsync(
  v.string(),
  v.transformAsync(async (text) => text.length),
);
interface CommentOutput {
  id: string;
  at: Date;
}

// Without types a payload is unknown, and a handler may say what it is.
webhookRouter({
  ...common,
  events: {
    create: (webhook) => payloadIs<unknown>()(webhook),
    update: { method: 'PUT', handle: (webhook) => payloadIs<unknown>()(webhook) },
    delete: async ({ payload }: Webhook<Comment>) => payload.id,
    // @ts-expect-error -- a method that no delivery can have
    other: { method: 'LOCK', handle: () => undefined },
    '*': { method: ['PUT', 'POST'], handle: ({ payload }: Webhook<Comment>) => payload.id },
  },
});
// @ts-expect-error -- an unknown payload has no fields
webhookRouter({ ...common, events: { create: ({ payload }) => payload.id } });

// Types by event.
webhookRouter<{ create: Comment; delete: Removal; '*': unknown }>({
  ...common,
  events: {
    create: (webhook) => payloadIs<Comment>()(webhook),
    delete: { method: 'DELETE', handle: (webhook) => payloadIs<Removal>()(webhook) },
    '*': (webhook) => payloadIs<unknown>()(webhook),
  },
});
// An event of the list may be left out.
webhookRouter<{ create: Comment; delete: Removal }>({ ...common, events: { create: () => undefined } });
// @ts-expect-error -- an event that is not in the list
webhookRouter<{ create: Comment }>({ ...common, events: { crate: () => undefined } });
// @ts-expect-error -- a handler of another payload
webhookRouter<{ create: Comment }>({ ...common, events: { create: (webhook: Webhook<Date>) => webhook } });
routeEvents<{ create: Comment }>({
  provider: fastcomments,
  events: { create: (webhook) => payloadIs<Comment>()(webhook) },
});

// Types from schemas.
webhookRouter({
  ...common,
  events: {
    create: { schema: commentSchema, handle: (webhook) => payloadIs<CommentOutput>()(webhook) },
    update: { handle: (webhook) => payloadIs<CommentOutput>()(webhook), schema: commentSchema },
    delete: {
      method: 'DELETE',
      path: '/deleted',
      schema: removalSchema,
      handle: (webhook, request, res) => {
        payloadIs<{ id: string }>()(webhook);
        res.json(request.url);
      },
    },
    slow: { schema: slowSchema, handle: (webhook) => payloadIs<number>()(webhook) },
    plain: (webhook) => payloadIs<unknown>()(webhook),
    undefined: { schema: undefined, handle: (webhook) => payloadIs<unknown>()(webhook) },
    '*': { schema: z.array(z.number()), handle: (webhook) => payloadIs<number[]>()(webhook) },
  },
});
webhookRouter({
  ...common,
  // @ts-expect-error -- a handler that wants more than the schema gives
  events: { delete: { schema: removalSchema, handle: (webhook: Webhook<Removal>) => webhook } },
});
// @ts-expect-error -- what is no schema
webhookRouter({ ...common, events: { delete: { schema: { parse: () => 1 }, handle: () => undefined } } });
// @ts-expect-error -- a schema of another payload than the one that is declared
webhookRouter<{ a: Comment }>({ ...common, events: { a: { schema: slowSchema, handle: () => undefined } } });

// Types from the provider.
declare const definition: ProviderDefinition;
const shop = defineProvider<{ 'order.paid': Comment; 'order.sent': Removal }>(definition);
typeIs<Provider>()(defineProvider(definition));
shop satisfies TypedProvider<{ 'order.paid': Comment }> satisfies Provider;
webhookRouter({
  provider: shop,
  secret,
  events: {
    'order.paid': (webhook) => payloadIs<Comment>()(webhook),
    'order.sent': { handle: (webhook) => payloadIs<Removal>()(webhook) },
    '*': (webhook) => payloadIs<unknown>()(webhook),
  },
});
webhookRouter({ provider: shop, secret, events: { 'order.paid': () => undefined } });
// @ts-expect-error -- an event that the provider does not have
webhookRouter({ provider: shop, secret, events: { 'order.payed': () => undefined } });
const custom = { name: 'own', headers: ['X-Own'] };
const ownVerify = (_delivery: Delivery, { key }: { readonly key: Buffer }): CustomVerdict | undefined =>
  key.length === 0 ? undefined : undefined;
const readSecret = (text: string): Buffer => Buffer.from(text);
typeIs<Provider>()(defineProvider({ ...custom, readSecret, verify: ownVerify }));
const own = defineProvider<{ ping: Comment }, Buffer>({ ...custom, readSecret, verify: ownVerify });
webhookRouter({ provider: own, secret, events: { ping: (webhook) => payloadIs<Comment>()(webhook) } });

// Types that vendors publish, as the guides show them.
webhookRouter<EventPayloadMap>({
  provider: github,
  secret,
  events: { push: (webhook) => payloadIs<PushEvent>()(webhook) },
});
// @ts-expect-error -- an event that GitHub does not have
webhookRouter<EventPayloadMap>({ provider: github, secret, events: { pushed: () => undefined } });
type StripePayloads = { [Type in Stripe.Event['type']]: Extract<Stripe.Event, { type: Type }> };
webhookRouter<StripePayloads>({
  provider: stripe,
  secret,
  events: { 'invoice.paid': (webhook) => payloadIs<Stripe.InvoicePaidEvent>()(webhook) },
});
// @ts-expect-error -- an event that Stripe does not have
webhookRouter<StripePayloads>({ provider: stripe, secret, events: { 'invoice.payed': () => undefined } });
type SlackPayloads = { [Type in SlackEvent['type']]: { event: Extract<SlackEvent, { type: Type }> } };
webhookRouter<SlackPayloads>({
  provider: slack,
  secret,
  events: { app_mention: (webhook) => payloadIs<{ event: AppMentionEvent }>()(webhook) },
});
// @ts-expect-error -- an event that Slack does not have
webhookRouter<SlackPayloads>({ provider: slack, secret, events: { app_mentioned: () => undefined } });
type ClerkPayloads = { [Type in WebhookEvent['type']]: WebhookEvent & { type: Type } };
webhookRouter<ClerkPayloads>({
  provider: clerk,
  secret,
  events: {
    'user.created': ({ payload }) => typeIs<UserJSON>()(payload.data),
    'user.deleted': ({ payload }) => typeIs<'user.deleted'>()(payload.type),
  },
});
// @ts-expect-error -- an event that Clerk does not have
webhookRouter<ClerkPayloads>({ provider: clerk, secret, events: { 'user.made': () => undefined } });
// Shopify and Twilio publish none: the fields that one reads are written down.
webhookRouter<{ 'orders/create': { id: number } }>({
  provider: shopify,
  secret,
  events: { 'orders/create': (webhook) => payloadIs<{ id: number }>()(webhook) },
});
payloadIs<{ MessageSid: string }>()(getWebhook<{ MessageSid: string }>(req));

// Tables, options and handlers that stand alone.
const table: WebhookEvents<{ create: Comment }> = { create: (webhook) => payloadIs<Comment>()(webhook) };
webhookRouter({ ...common, events: table });
const handle: WebhookHandler = (webhook) => payloadIs<unknown>()(webhook);
const ofComment: WebhookHandler<Comment> = (webhook) => payloadIs<Comment>()(webhook);
const all: WebhookEvents = { create: handle, update: ofComment, delete: { handle } };
const options: WebhookRouterOptions = { ...common, events: all };
webhookRouter(options);
webhookRouter({ ...options, events: { create: ofComment } });

// A guard takes one schema; the payload of its request is what the handler says.
webhookGuard({ provider: github, secret, schema: commentSchema });
webhookGuard({ provider: github, secret, schema: undefined });
typeIs<Webhook<CommentOutput>>()(getWebhook<z.infer<typeof commentSchema>>(req));
// @ts-expect-error -- a router has a schema for each event
webhookRouter({ ...options, schema: commentSchema });

// A schema of one's own.
const numbers: StandardSchema<number> = {
  '~standard': {
    version: 1,
    validate: (value) =>
      typeof value === 'number' ? { value } : { issues: [{ message: 'no number', path: ['a', { key: 1 }] }] },
  },
};
webhookRouter({
  ...common,
  events: { create: { schema: numbers, handle: (webhook) => payloadIs<number>()(webhook) } },
});

// Deliveries come with the header fields of Node, or with those of fetch.
const body = Buffer.from('{}');
const settings = { provider: github, secret };
const received = new globalThis.Request('https://example.org');
typeIs<Webhook>()(verifySync({ method: 'POST', url: '/', headers: received.headers, body }, settings));
typeIs<Webhook>()(verifySync({ method: 'POST', url: '/', headers: req.headers, body }, settings));
typeIs<Promise<Webhook<Comment>>>()(
  verify<Comment>({ method: 'POST', url: '/', headers: new Map([['a', 'b']]), body }, settings),
);
// @ts-expect-error -- a flat list of names and values is the option "rawHeaders"
verifySync({ method: 'POST', url: '/', headers: ['a', 'b'], body }, settings);

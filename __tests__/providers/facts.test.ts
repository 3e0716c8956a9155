import { providers, type ValueSource, type Provider } from 'hooklatch';

// The facts that were collected about each sender: where the signed time is and how long it holds, where id and event
// are, by which methods it delivers, and how it is refused. Where a sender says nothing of a window it is 300 seconds,
// and where it wants another refusal than 401 or 403 it is 401.
const FACTS = `
acuity                | -                                   | -                            | body action                      | POST | 401
adyen-platform        | -                                   | -                            | body type                        | POST | 401
aftership             | -                                   | body event_id                | body event                       | POST | 401
airtable              | -                                   | -                            | -                                | POST | 401
airwallex             | x-timestamp, milliseconds, 300      | body id                      | body name                        | POST | 401
alchemy               | -                                   | body id                      | body type                        | POST | 401
anthropic             | webhook-timestamp, seconds, 300     | webhook-id                   | body data.type                   | POST | 401
asana                 | -                                   | -                            | body events.[].action            | POST | 401
attio                 | -                                   | Idempotency-Key              | body events.[].event_type        | POST | 401
auth0                 | -                                   | body [].log_id or body id or body log_id | body [].data.type or body type or body data.type | POST | 401
authorize-net         | -                                   | body notificationId          | body eventType                   | POST | 401
autodesk              | - | x-adsk-delivery-id | body hook.event | POST | 401
azure-devops          | -                                   | body id                      | body eventType                   | POST | 401
bigcommerce           | webhook-timestamp, seconds, 300     | webhook-id                   | body scope                       | POST | 401
bitbucket             | -                                   | X-Request-UUID               | X-Event-Key                      | POST | 401
box                   | BOX-DELIVERY-TIMESTAMP, rfc3339, 600 | BOX-DELIVERY-ID              | body trigger                     | POST | 401
brevo                 | - | - | body event or body [].event | POST | 401
brex                  | webhook-timestamp, seconds, 300     | webhook-id                   | body event_type                  | POST | 401
buildkite             | item timestamp, seconds, 300        | -                            | body event                       | POST | 401
cal-com               | -                                   | -                            | body triggerEvent                | POST | 401
calendly              | item t, seconds, 180                | -                            | body event                       | POST | 401
cashfree              | x-webhook-timestamp, milliseconds, 300 | x-idempotency-key            | body type                        | POST | 401
chargebee             | -                                   | body id                      | body event_type                  | POST | 401
chargify              | - | X-Chargify-Webhook-Id | body event | POST | 401
checkout-com          | -                                   | body id                      | body type                        | POST | 401
circleci              | -                                   | body id                      | body type                        | POST | 401
clerk                 | svix-timestamp/webhook-timestamp, seconds, 300 | svix-id/webhook-id | body type                       | POST | 401
clickup               | -                                   | -                            | body event                       | POST | 401
close                 | close-sig-timestamp, seconds, 300   | body event.id                | body event.object_type+event.action | POST | 401
cloudevents           | - | body id or body [].id | body type or body [].type | POST | 401
cloudflare-stream     | item time, seconds, 300             | -                            | body status.state                | POST | 401
cloudinary            | X-Cld-Timestamp, seconds, 7200      | -                            | body notification_type           | POST | 401
cloudinary-sha256     | X-Cld-Timestamp, seconds, 7200      | -                            | body notification_type           | POST | 401
coinbase-commerce     | -                                   | body event.id                | body event.type                  | POST | 401
commercelayer         | - | - | X-CommerceLayer-Topic | POST | 401
crisp                 | x-crisp-request-timestamp, milliseconds, 300 | -                            | body event                       | POST | 401
customer-io           | x-cio-timestamp, seconds, 300       | body event_id                | body object_type+metric          | POST | 401
deepgram              | - | body metadata.request_id | - | POST PUT | 401
discord               | X-Signature-Timestamp, seconds, 300 | body id                      | body event.type or body type of 4 | POST | 401
docusign              | -                                   | -                            | body event                       | POST | 401
dodopayments          | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 401
dropbox               | -                                   | -                            | -                                | POST | 403
dub                   | - | body id | body event | POST | 401
dwolla                | -                                   | body id                      | body topic                       | POST | 401
easypost              | -                                   | body id                      | body description                 | POST | 401
elation               | -                                   | body event_id                | body action                      | POST | 401
elevenlabs            | item t, seconds, 1800               | -                            | body type                        | POST | 401
etsy                  | webhook-timestamp, seconds, 300 | webhook-id | body event_type | POST | 401
fastcomments          | X-FastComments-Timestamp, seconds, 300 | -                         | -                                | PUT POST DELETE | 401
fastcomments-agent    | X-FastComments-Timestamp, milliseconds, 300 | -                    | body event and X-FastComments-Agent-Event | POST PUT | 401
fastcomments-legacy   | -                                   | -                            | -                                | PUT POST DELETE | 401
fireblocks            | -                                   | -                            | body type                        | POST | 401
fitbit                | -                                   | -                            | body [].collectionType           | POST | 401
formstack             | -                                   | -                            | -                                | POST | 401
fourthwall            | -                                   | body id                      | body type                        | POST | 401
front                 | X-Front-Request-Timestamp, milliseconds, 300 | -                            | body type                        | POST | 401
gemini                | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 401
ghost                 | item t, milliseconds, 300           | -                            | body event                       | POST | 401
github                | -                                   | X-GitHub-Delivery            | X-GitHub-Event                   | POST | 401
gitlab                | webhook-timestamp, seconds, 300     | webhook-id                   | body object_kind or body event_name | POST | 401
gitlab-token          | -                                   | Idempotency-Key              | body object_kind or body event_name | POST | 401
gocardless            | -                                   | body meta.webhook_id         | body events.[].action            | POST | 401
google-channel        | -                                   | X-Goog-Message-Number        | X-Goog-Resource-State            | POST | 401
grafana               | X-Grafana-Alerting-Timestamp, seconds, 300 | -                            | body status                      | POST PUT | 401
helpscout             | -                                   | -                            | X-HelpScout-Event                | POST | 401
heroku                | -                                   | body id                      | body resource+action             | POST | 401
hubspot-v1            | -                                   | body [].eventId+[].subscriptionId+[].objectId+[].occurredAt | body [].subscriptionType         | POST | 401
hubspot-v2            | -                                   | body [].eventId              | body [].subscriptionType         | POST GET | 401
hubspot-v3            | X-HubSpot-Request-Timestamp, milliseconds, 300 | body [].eventId+[].subscriptionId+[].objectId+[].occurredAt | body [].subscriptionType         | POST GET PUT PATCH DELETE | 401
imagekit              | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 401
incident-io           | webhook-timestamp, seconds, 300     | webhook-id                   | body event_type                  | POST | 401
intercom              | -                                   | body id                      | body topic                       | POST | 401
jira                  | -                                   | X-Atlassian-Webhook-Identifier | body webhookEvent                | POST | 401
kick                  | Kick-Event-Message-Timestamp, rfc3339, 300 | Kick-Event-Message-Id        | Kick-Event-Type                  | POST | 401
knock                 | item t, milliseconds, 300           | -                            | body type                        | POST | 401
kontent               | -                                   | -                            | body notifications.[].message.action | POST | 401
launchdarkly          | -                                   | body _id                     | body kind                        | POST | 401
lemonsqueezy          | -                                   | -                            | body meta.event_name and X-Event-Name | POST | 401
line                  | -                                   | body events.[].webhookEventId | body events.[].type             | POST | 401
linear                | body webhookTimestamp, milliseconds, 60 | Linear-Delivery          | body type+action                 | POST | 401
linkedin              | -                                   | -                            | body type                        | POST | 401
lithic                | webhook-timestamp, seconds, 300     | webhook-id                   | body event_type                  | POST | 401
liveblocks            | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 401
logto                 | -                                   | -                            | body event                       | POST | 401
loops                 | webhook-timestamp, seconds, 300     | webhook-id                   | body eventName                   | POST | 401
mailerlite            | -                                   | -                            | body events.[].type or body event | POST | 401
mailersend            | -                                   | -                            | body type                        | POST | 401
mailtrap              | -                                   | body events.[].event_id      | body events.[].event             | POST | 401
mautic                | -                                   | -                            | -                                | POST | 401
medplum               | X-Medplum-Timestamp, milliseconds, 300 | -                         | -                                | POST | 403 uniform
medplum-subscription  | -                                   | -                            | X-Medplum-Interaction or X-Medplum-Deleted-Resource as delete | POST | 403 uniform
mercury               | item t, seconds, 300 | body id | body resourceType+operationType | POST | 401
meta                  | -                                   | -                            | body entry.[].changes.[].field or body entry.[].messaging.[] 14 keys or body entry.[] 1 keys | POST | 403
microsoft-teams       | -                                   | body id                      | body type                        | POST | 401
modern-treasury       | -                                   | X-Webhook-ID                 | X-Topic                          | POST | 401
mollie                | -                                   | body id                      | body type                        | POST | 401
moneybird             | item t, seconds, 300                | -                            | body action                      | POST | 401
mongodb-atlas         | - | - | X-MMS-Event | POST | 401
mux                   | item t, seconds, 300                | body id                      | body type                        | POST | 401
notion                | -                                   | body id                      | body type                        | POST | 401
nylas                 | -                                   | body id                      | body type                        | POST | 401
okta                  | -                                   | body eventId                 | body data.events.[].eventType    | POST | 401
onfido                | -                                   | -                            | body payload.action              | POST | 401
onfleet               | -                                   | -                            | body triggerName                 | POST | 401
openai                | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 401
oura                  | x-oura-timestamp, seconds, 300 | - | body data_type+event_type | POST | 401
paddle                | item ts, seconds, 5                 | body event_id                | body event_type                  | POST | 401
pagerduty             | -                                   | body event.id                | body event.event_type            | POST | 401
paystack              | -                                   | -                            | body event                       | POST | 401
persona               | item t, seconds, 300                | body data.id                 | body data.attributes.name        | POST | 401
phonepe               | -                                   | -                            | body event                       | POST | 401
pipedrive             | -                                   | -                            | body meta.action                 | POST | 401
polar                 | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 403
postal                | -                                   | body uuid                    | body event                       | POST | 401
postmark              | -                                   | -                            | body RecordType                  | POST | 401
privy                 | svix-timestamp/webhook-timestamp, seconds, 300 | svix-id/webhook-id           | body type                        | POST | 401
pusher                | -                                   | -                            | body events.[].name              | POST | 401
quickbooks            | -                                   | body [].id                   | body [].type                     | POST | 401
quicknode             | X-QN-Timestamp, seconds, 300 | X-QN-Nonce | - | POST | 401
razorpay              | -                                   | X-Razorpay-Event-Id          | body event                       | POST | 401
recall-ai             | webhook-timestamp, seconds, 300     | webhook-id                   | body event                       | POST | 401
recurly               | item first, milliseconds, 300       | body id                      | body object_type+event_type      | POST | 401
render                | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 401
replicate             | webhook-timestamp, seconds, 300     | webhook-id                   | body status                      | POST | 401
resend                | svix-timestamp/webhook-timestamp, seconds, 300 | svix-id/webhook-id | body type                       | POST | 401
retell                | item v, milliseconds, 300           | -                            | body event                       | POST | 401
revenuecat            | item t, seconds, 300                | body event.id                | body event.type                  | POST | 401
revolut               | Revolut-Request-Timestamp, milliseconds, 300 | -                            | body event                       | POST | 401
sanity                | item t, milliseconds, 300           | idempotency-key              | sanity-operation                 | POST PUT PATCH DELETE GET | 401
segment               | -                                   | body messageId               | body type                        | POST | 401
sendgrid              | X-Twilio-Email-Event-Webhook-Timestamp, seconds, 300 | body [].sg_event_id | body [].event            | POST | 403
sentry                | -                                   | Request-ID                   | Sentry-Hook-Resource             | POST | 401
shippo                | item t, seconds, 300                | -                            | body event                       | POST | 401
shopify               | -                                   | X-Shopify-Webhook-Id/shopify-webhook-id | X-Shopify-Topic/shopify-topic | POST | 401
sinch-conversation    | x-sinch-webhook-signature-timestamp, seconds, 300 | x-sinch-webhook-signature-nonce | -                                | POST | 401
slack                 | X-Slack-Request-Timestamp, seconds, 300 | body event_id            | body event.type or body command or body type | POST | 401
sparkpost             | -                                   | -                            | -                                | POST | 401
square                | -                                   | body event_id                | body type                        | POST | 403
squarespace           | - | body id | body topic | POST | 401
standard-webhooks     | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 401
standard-webhooks-v1a | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 401
stream                | - | X-Webhook-Id | body type | POST | 401
stripe                | item t, seconds, 300                | body id                      | body type                        | POST | 401
stytch                | svix-timestamp/webhook-timestamp, seconds, 300 | svix-id/webhook-id           | body object_type+action          | POST | 401
supabase-auth         | webhook-timestamp, seconds, 300     | webhook-id                   | body type                        | POST | 401
surveymonkey          | -                                   | body event_id                | body event_type                  | POST | 401
svix                  | svix-timestamp/webhook-timestamp, seconds, 300 | svix-id/webhook-id | body type                       | POST | 401
taiga                 | -                                   | -                            | body type+action                 | POST | 401
tally                 | -                                   | body eventId                 | body eventType                   | POST | 401
telegram              | -                                   | body update_id               | 27 keys | POST | 401
telehealth            | -                                   | X-Telehealth-Delivery        | body event and X-Telehealth-Event | POST | 401
telnyx                | telnyx-timestamp, seconds, 300      | body data.id                 | body data.event_type             | POST | 401
terra                 | item t, seconds, 300                | -                            | body type                        | POST | 401
terraform-cloud       | -                                   | -                            | body notifications.[].trigger    | POST | 401
tiktok                | item t, seconds, 300                | -                            | body event                       | POST | 401
trello                | -                                   | body action.id               | body action.type                 | POST | 401
twitch                | Twitch-Eventsub-Message-Timestamp, rfc3339, 600 | Twitch-Eventsub-Message-Id | body subscription.status of 6 or body subscription.type | POST | 403
typeform              | -                                   | body event_id                | body event_type                  | POST | 401
unit                  | -                                   | body data.[].id              | body data.[].type                | POST | 401
vanta                 | svix-timestamp/webhook-timestamp, seconds, 300 | svix-id/webhook-id           | body type                        | POST | 401
vercel                | -                                   | body id                      | body type                        | POST | 403
viber                 | -                                   | body message_token           | body event                       | POST | 401
webex                 | -                                   | -                            | body resource+event              | POST | 401
webflow               | x-webflow-timestamp, milliseconds, 300 | -                            | body triggerType                 | POST | 401
whoop                 | X-WHOOP-Signature-Timestamp, milliseconds, 300 | body trace_id                | body type                        | POST | 401
wise                  | -                                   | X-Delivery-Id                | body event_type                  | POST | 401
woocommerce           | -                                   | X-WC-Webhook-Delivery-ID     | X-WC-Webhook-Topic               | POST | 401
workos                | item t, milliseconds, 180           | body id                      | body event                       | POST | 401
x-twitter             | -                                   | -                            | 13 keys                          | POST | 401
xero                  | -                                   | -                            | body events.[].eventType         | POST | 401 empty
zendesk               | x-zendesk-webhook-signature-timestamp, rfc3339, 300 | body id and X-Zendesk-Webhook-Invocation-Id | body type                        | POST GET PUT PATCH DELETE | 401
zoom                  | x-zm-request-timestamp, seconds, 300 | -                           | body event                       | POST | 401
`;

const rows = FACTS.trim()
  .split('\n')
  .map((line) => line.split(/ \|(?: |$)/).map((cell) => cell.trim()));

function timeOf({ timestamp }: Provider): string {
  if (timestamp === undefined) return '-';
  const { header, field, body, unit, toleranceSeconds } = timestamp;
  const place = field === undefined ? undefined : `item ${field}`;
  const name = place ?? (body === undefined ? [header].flat().join('/') : `body ${body}`);
  return `${name}, ${unit}, ${toleranceSeconds}`;
}

function placeOf(fact: ValueSource | undefined): string {
  const all = fact === undefined ? [] : [fact, ...(fact.or ?? [])];
  return all.length === 0 ? '-' : all.map(onePlaceOf).join(' or ');
}

function onePlaceOf({ body, header, keys, names, as }: ValueSource): string {
  const means = as === undefined ? '' : ` as ${as}`;
  const places = [
    ...(body === undefined ? [] : [`body ${[body].flat().join('+')}`]),
    ...(header === undefined ? [] : [[header].flat().join('/') + means]),
  ].join(' and ');
  const how = [
    ...(keys === undefined ? [] : [`${Object.keys(keys).length} keys`]),
    ...(names === undefined ? [] : [`of ${Object.keys(names).length}`]),
  ];
  return [...(places === '' ? [] : [places]), ...how].join(' ');
}

function refusalOf({ refusal: { status, uniform, empty } }: Provider): string {
  return [status, ...(uniform === true ? ['uniform'] : []), ...(empty === true ? ['empty'] : [])].join(' ');
}

describe('what is known of a sender', () => {
  it('is described for every provider that is data', () => {
    const data = Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom');
    expect(rows.map(([name]) => name)).toEqual(data.map(({ name }) => name));
  });

  it.each(rows)('%s: time %s; id %s; event %s; by %s; refused with %s', (name, ...eventAndId) => {
    const provider = providers[name]!;
    expect([
      timeOf(provider),
      placeOf(provider.id),
      placeOf(provider.event),
      provider.methods.join(' '),
      refusalOf(provider),
    ]).toEqual(eventAndId);
  });

  it('telegram: every kind of update by which it names its events', () => {
    expect(providers.telegram!.event!.keys).toEqual([
      ...['message', 'edited_message', 'channel_post', 'edited_channel_post', 'business_connection'],
      ...['business_message', 'edited_business_message', 'deleted_business_messages', 'message_reaction'],
      ...['message_reaction_count', 'inline_query', 'chosen_inline_result', 'callback_query'],
      ...['shipping_query', 'pre_checkout_query', 'purchased_paid_media', 'poll', 'poll_answer'],
      ...['my_chat_member', 'chat_member', 'chat_join_request', 'chat_boost', 'removed_chat_boost'],
      ...['guest_message', 'managed_bot', 'subscription', 'stopped_message_generation'],
    ]);
  });

  it('content, duplicates, acknowledgement and limits where they are not the usual ones', () => {
    const all = Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom');
    const those = (has: (provider: Provider) => unknown): Record<string, unknown> =>
      Object.fromEntries(all.flatMap((provider) => (has(provider) ? [[provider.name, has(provider)]] : [])));
    expect(those(({ content, formField }) => content !== 'json' && [content, formField])).toEqual({
      acuity: ['form', undefined],
      chargify: ['form', undefined],
      formstack: ['json-or-form', undefined],
      github: ['json-or-form', 'payload'],
      'google-channel': ['raw', undefined],
      slack: ['json-or-form', 'payload'],
    });
    expect(those(({ acknowledge }) => acknowledge)).toEqual({
      'adyen-platform': { status: 200, text: '[accepted]' },
      discord: { status: 204 },
      fitbit: { status: 204 },
    });
    expect(those(({ bodyLimit }) => bodyLimit)).toEqual({ github: '25mb' });
    const waiting = those(({ handlerTimeoutMs }) => handlerTimeoutMs);
    expect(waiting).toMatchObject({ slack: 2_500, discord: 2_500, zoom: 2_500, sentry: 900, github: 9_000 });
    expect(Object.values(waiting).every((time) => (time as number) < 15_000)).toBe(true);
  });
});

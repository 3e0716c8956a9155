import { providers, type Provider } from 'hooklatch';

// The facts that were collected about each sender, in words of their own: who changes a literal has to change both.
const FACTS = `
acuity                | X-Acuity-Signature: <base64>                             | hmac-sha256 utf8           | {body}
adyen-platform        | HmacSignature: <base64>                                  | hmac-sha256 hex            | {body}
aftership             | aftership-hmac-sha256: <base64>                          | hmac-sha256 utf8           | {body}
airtable              | X-Airtable-Content-MAC: hmac-sha256=<hex>                | hmac-sha256 base64         | {body}
airwallex             | x-signature: <hex>                                       | hmac-sha256 utf8           | {timestamp}{body}
alchemy               | X-Alchemy-Signature: <hex>                               | hmac-sha256 utf8           | {body}
anthropic             | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
asana                 | X-Hook-Signature: <hex>                                  | hmac-sha256 utf8           | {body}
attio                 | Attio-Signature/X-Attio-Signature: <hex>                 | hmac-sha256 utf8           | {body}
auth0                 | Authorization: <utf8>                                    | token utf8                 |
authorize-net         | X-ANET-Signature: sha512=<hex>                           | hmac-sha512 hex            | {body}
autodesk              | x-adsk-signature: sha1hash=<hex> | hmac-sha1 utf8 | {body}
azure-devops          | Authorization: Basic <base64>                            | token utf8                 |
bigcommerce           | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 utf8           | {id}.{timestamp}.{body}
bitbucket             | X-Hub-Signature: sha256=<hex>                            | hmac-sha256 utf8           | {body}
box                   | BOX-SIGNATURE-PRIMARY+BOX-SIGNATURE-SECONDARY: <base64>  | hmac-sha256 utf8           | {body}{timestamp}
brevo                 | Authorization: Bearer <utf8> | token utf8 | 
brex                  | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
buildkite             | X-Buildkite-Signature: timestamp=<time>,signature=<hex>[,signature=<hex>] | hmac-sha256 utf8           | {timestamp}.{body}
cal-com               | X-Cal-Signature-256: <hex>                               | hmac-sha256 utf8           | {body}
calendly              | Calendly-Webhook-Signature: t=<time>,v1=<hex>[,v1=<hex>] | hmac-sha256 utf8           | {timestamp}.{body}
cashfree              | x-webhook-signature: <base64>                            | hmac-sha256 utf8           | {timestamp}{body}
chargebee             | Authorization: Basic <base64>                            | token utf8                 |
chargify              | X-Chargify-Webhook-Signature-Hmac-Sha-256: <hex> | hmac-sha256 utf8 | {body}
checkout-com          | Cko-Signature: <hex>                                     | hmac-sha256 utf8           | {body}
circleci              | circleci-signature: v1=<hex>[,v1=<hex>]                  | hmac-sha256 utf8           | {body}
clerk                 | svix-signature/webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64 | {id}.{timestamp}.{body}
clickup               | X-Signature: <hex>                                       | hmac-sha256 utf8           | {body}
close                 | close-sig-hash: <hex>                                    | hmac-sha256 hex            | {timestamp}{body}
cloudevents           | Authorization: Bearer <utf8> | token utf8 | 
cloudflare-stream     | Webhook-Signature: time=<time>,sig1=<hex>[,sig1=<hex>]   | hmac-sha256 utf8           | {timestamp}.{body}
cloudinary            | X-Cld-Signature: <hex>                                   | sha1 utf8                  | {body}{timestamp}{secret}
cloudinary-sha256     | X-Cld-Signature: <hex>                                   | sha256 utf8                | {body}{timestamp}{secret}
coinbase-commerce     | X-CC-Webhook-Signature: <hex>                            | hmac-sha256 utf8           | {body}
commercelayer         | X-CommerceLayer-Signature: <base64> | hmac-sha256 utf8 | {body}
crisp                 | x-crisp-signature: <hex>                                 | hmac-sha256 utf8           | [{timestamp};{body}]
customer-io           | x-cio-signature: <hex>                                   | hmac-sha256 utf8           | v0:{timestamp}:{body}
deepgram              | Authorization: Basic <base64> | token utf8 | 
discord               | X-Signature-Ed25519: <hex>                               | ed25519 hex                | {timestamp}{body}
docusign              | X-DocuSign-Signature-1+X-DocuSign-Signature-2+X-DocuSign-Signature-3+X-DocuSign-Signature-4+X-DocuSign-Signature-5+X-DocuSign-Signature-6+X-DocuSign-Signature-7+X-DocuSign-Signature-8: <base64> | hmac-sha256 utf8           | {body}
dodopayments          | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
dropbox               | X-Dropbox-Signature: <hex>                               | hmac-sha256 utf8           | {body}
dub                   | Dub-Signature: <hex> | hmac-sha256 utf8 | {body}
dwolla                | X-Request-Signature-Sha-256: <hex>                       | hmac-sha256 utf8           | {body}
easypost              | X-Hmac-Signature: hmac-sha256-hex=<hex>                  | hmac-sha256 utf8           | {body}
elation               | El8-Ed25519-Signature: <base64>                          | ed25519 base64         | {body}
elevenlabs            | ElevenLabs-Signature: t=<time>,v0=<hex>[,v0=<hex>]       | hmac-sha256 utf8           | {timestamp}.{body}
etsy                  | webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64 | {id}.{timestamp}.{body}
fastcomments          | X-FastComments-Signature: sha256=<hex>                   | hmac-sha256 utf8           | {timestamp}.{body}
fastcomments-agent    | X-FastComments-Signature: sha256=<hex>                   | hmac-sha256 utf8           | {timestamp}.{body}
fastcomments-legacy   | token: <utf8>                                            | token utf8                 |
fireblocks            | Fireblocks-Signature: <base64>                           | rsa-sha512 base64          | {body}
fitbit                | X-Fitbit-Signature: <base64>                             | hmac-sha1 utf8             | {body}
formstack             | X-FS-Signature: sha256=<hex>                             | hmac-sha256 utf8           | {body}
fourthwall            | X-Fourthwall-Hmac-SHA256: <base64>                       | hmac-sha256 utf8           | {body}
front                 | X-Front-Signature: <base64>                              | hmac-sha256 utf8           | {timestamp}:{body}
gemini                | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
ghost                 | X-Ghost-Signature: t=<time>,sha256=<hex>[,sha256=<hex>]  | hmac-sha256 utf8           | {body}{timestamp}
github                | X-Hub-Signature-256: sha256=<hex>                        | hmac-sha256 utf8           | {body}
gitlab                | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
gitlab-token          | X-Gitlab-Token: <utf8>                                   | token utf8                 |
gocardless            | Webhook-Signature: <hex>                                 | hmac-sha256 utf8           | {body}
google-channel        | X-Goog-Channel-Token: <utf8>                             | token utf8                 |
grafana               | X-Grafana-Alerting-Signature: <hex>                      | hmac-sha256 utf8           | {timestamp}:{body}
helpscout             | X-HelpScout-Signature: <base64>                          | hmac-sha1 utf8             | {body}
heroku                | Heroku-Webhook-Hmac-SHA256: <base64>                     | hmac-sha256 utf8           | {body}
hubspot-v1            | X-HubSpot-Signature: <hex>                               | sha256 utf8                | {secret}{body}
hubspot-v2            | X-HubSpot-Signature: <hex>                               | sha256 utf8                | {secret}{method}{url}{body}
hubspot-v3            | X-HubSpot-Signature-v3: <base64>                         | hmac-sha256 utf8           | {method}{url}{body}{timestamp}
imagekit              | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 utf8           | {id}.{timestamp}.{body}
incident-io           | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
intercom              | X-Hub-Signature: sha1=<hex>                              | hmac-sha1 utf8             | {body}
jira                  | X-Hub-Signature: sha256=<hex>                            | hmac-sha256 utf8           | {body}
kick                  | Kick-Event-Signature: <base64>                           | rsa-sha256 base64          | {id}.{timestamp}.{body}
knock                 | x-knock-signature: t=<time>,s=<base64>[,s=<base64>]      | hmac-sha256 utf8           | {timestamp}.{body}
kontent               | X-Kontent-ai-Signature: <base64>                         | hmac-sha256 utf8           | {body}
launchdarkly          | X-LD-Signature: <hex>                                    | hmac-sha256 utf8           | {body}
lemonsqueezy          | X-Signature: <hex>                                       | hmac-sha256 utf8           | {body}
line                  | x-line-signature: <base64>                               | hmac-sha256 utf8           | {body}
linear                | Linear-Signature: <hex>                                  | hmac-sha256 utf8           | {body}
linkedin              | X-LI-Signature: <hex>                                    | hmac-sha256 utf8           | hmacsha256={body}
lithic                | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
liveblocks            | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
logto                 | logto-signature-sha-256: <hex>                           | hmac-sha256 utf8           | {body}
loops                 | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
mailerlite            | Signature: <hex>                                         | hmac-sha256 utf8           | {body}
mailersend            | Signature: <hex>                                         | hmac-sha256 utf8           | {body}
mailtrap              | Mailtrap-Signature: <hex>                                | hmac-sha256 utf8           | {body}
mautic                | Webhook-Signature: <base64>                              | hmac-sha256 utf8           | {body}
medplum               | X-Medplum-Signature: <hex>                               | hmac-sha256 utf8           | {timestamp}.{body}
medplum-subscription  | X-Signature: <hex>                                       | hmac-sha256 utf8           | {body}
mercury               | Mercury-Signature: t=<time>,v1=<hex>[,v1=<hex>] | hmac-sha256 base64 | {timestamp}.{body}
meta                  | X-Hub-Signature-256: sha256=<hex>                        | hmac-sha256 utf8           | {body}
microsoft-teams       | Authorization: HMAC <base64>                             | hmac-sha256 base64         | {body}
modern-treasury       | X-Signature: <hex>                                       | hmac-sha256 utf8           | {body}
mollie                | X-Mollie-Signature (repeated): sha256=<hex>[,sha256=<hex>] | hmac-sha256 utf8           | {body}
moneybird             | Moneybird-Signature: t=<time>,v1=<hex>[,v1=<hex>]        | hmac-sha256 utf8           | {timestamp}.{body}
mongodb-atlas         | X-MMS-Signature: <base64> | hmac-sha1 utf8 | {body}
mux                   | mux-signature: t=<time>,v1=<hex>[,v1=<hex>]              | hmac-sha256 utf8           | {timestamp}.{body}
notion                | X-Notion-Signature: sha256=<hex>                         | hmac-sha256 utf8           | {body}
nylas                 | X-Nylas-Signature: <hex>                                 | hmac-sha256 utf8           | {body}
okta                  | Authorization: <utf8>                                    | token utf8                 |
onfido                | X-SHA2-Signature: <hex>                                  | hmac-sha256 utf8           | {body}
onfleet               | X-Onfleet-Signature: <hex>                               | hmac-sha512 hex            | {body}
openai                | webhook-signature: v1,<base64>[ v1,<base64>] or bare     | hmac-sha256 whsec_base64, else utf8 | {id}.{timestamp}.{body}
oura                  | x-oura-signature: <hex> | hmac-sha256 utf8 | {timestamp}{body}
paddle                | Paddle-Signature: ts=<time>;h1=<hex>[;h1=<hex>]          | hmac-sha256 utf8           | {timestamp}:{body}
pagerduty             | X-PagerDuty-Signature: v1=<hex>[,v1=<hex>]               | hmac-sha256 utf8           | {body}
paystack              | x-paystack-signature: <hex>                              | hmac-sha512 utf8           | {body}
persona               | Persona-Signature: t=<time>,v1=<hex>[,v1=<hex>][ ...]    | hmac-sha256 utf8           | {timestamp}.{body}
phonepe               | Authorization: <hex>                                     | token utf8, its sha256     |
pipedrive             | Authorization: Basic <base64>                            | token utf8                 |
polar                 | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64, else utf8 | {id}.{timestamp}.{body}
postal                | X-Postal-Signature: <base64>                             | rsa-sha1 base64            | {body}
postmark              | Authorization: Basic <base64>                            | token utf8                 |
privy                 | svix-signature/webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
pusher                | X-Pusher-Signature: <hex>                                | hmac-sha256 utf8           | {body}
quickbooks            | intuit-signature: <base64>                               | hmac-sha256 utf8           | {body}
quicknode             | X-QN-Signature: <hex> | hmac-sha256 utf8 | {id}{timestamp}{body}
razorpay              | X-Razorpay-Signature: <hex>                              | hmac-sha256 utf8           | {body}
recall-ai             | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
recurly               | recurly-signature: <time>,<hex>[,<hex>]                  | hmac-sha256 utf8           | {timestamp}.{body}
render                | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
replicate             | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
resend                | svix-signature/webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64 | {id}.{timestamp}.{body}
retell                | x-retell-signature: v=<time>,d=<hex>[,d=<hex>]           | hmac-sha256 utf8           | {body}{timestamp}
revenuecat            | X-RevenueCat-Webhook-Signature: t=<time>,v1=<hex>[,v1=<hex>] | hmac-sha256 utf8           | {timestamp}.{body}
revolut               | Revolut-Signature: v1=<hex>[,v1=<hex>]                   | hmac-sha256 utf8           | v1.{timestamp}.{body}
sanity                | sanity-webhook-signature: t=<time>,v1=<base64url>[,v1=<base64url>] | hmac-sha256 utf8 | {timestamp}.{body}
segment               | X-Signature: <hex>                                       | hmac-sha1 utf8             | {body}
sendgrid              | X-Twilio-Email-Event-Webhook-Signature: <base64>         | ecdsa-p256-sha256 base64   | {timestamp}{body}
sentry                | Sentry-Hook-Signature: <hex>                             | hmac-sha256 utf8           | {body}
shippo                | Shippo-Auth-Signature: t=<time>,v1=<hex>[,v1=<hex>]      | hmac-sha256 utf8           | {timestamp}.{body}
shopify               | X-Shopify-Hmac-Sha256/shopify-hmac-sha256: <base64>      | hmac-sha256 utf8           | {body}
sinch-conversation    | x-sinch-webhook-signature: <base64>                      | hmac-sha256 utf8           | {body}.{id}.{timestamp}
slack                 | X-Slack-Signature: v0=<hex>                              | hmac-sha256 utf8           | v0:{timestamp}:{body}
sparkpost             | Authorization: Basic <base64>                            | token utf8                 |
square                | x-square-hmacsha256-signature: <base64>                  | hmac-sha256 utf8           | {url}{body}
squarespace           | Squarespace-Signature: <hex> | hmac-sha256 hex | {body}
standard-webhooks     | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
standard-webhooks-v1a | webhook-signature: v1a,<base64>[ v1a,<base64>]           | ed25519 whpk_base64, private whsk_ | {id}.{timestamp}.{body}
stream                | X-Signature: <hex> | hmac-sha256 utf8 | {body}
stripe                | Stripe-Signature: t=<time>,v1=<hex>[,v1=<hex>]           | hmac-sha256 utf8           | {timestamp}.{body}
stytch                | svix-signature/webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
supabase-auth         | webhook-signature: v1,<base64>[, v1,<base64>]            | hmac-sha256 v1,whsec_base64 | {id}.{timestamp}.{body}
surveymonkey          | Sm-Signature: <base64>                                   | hmac-sha1 utf8             | {body}
svix                  | svix-signature/webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64 | {id}.{timestamp}.{body}
taiga                 | X-TAIGA-WEBHOOK-SIGNATURE: <hex>                         | hmac-sha1 utf8             | {body}
tally                 | Tally-Signature: <base64>                                | hmac-sha256 utf8           | {body}
telegram              | X-Telegram-Bot-Api-Secret-Token: <utf8>                  | token utf8                 |
telehealth            | X-Telehealth-Signature: <hex>                            | hmac-sha256 utf8           | {body}
telnyx                | telnyx-signature-ed25519: <base64>                       | ed25519 base64             | {timestamp}|{body}
terra                 | terra-signature: t=<time>,v1=<hex>[,v1=<hex>]            | hmac-sha256 utf8           | {timestamp}.{body}
terraform-cloud       | X-TFE-Notification-Signature: <hex>                      | hmac-sha512 utf8           | {body}
tiktok                | TikTok-Signature: t=<time>,s=<hex>[,s=<hex>]             | hmac-sha256 utf8           | {timestamp}.{body}
trello                | X-Trello-Webhook: <base64>                               | hmac-sha1 utf8             | {body}{url}
twitch                | Twitch-Eventsub-Message-Signature: sha256=<hex>          | hmac-sha256 utf8           | {id}{timestamp}{body}
typeform              | Typeform-Signature: sha256=<base64>                      | hmac-sha256 utf8           | {body}
unit                  | X-Unit-Signature: <base64>                               | hmac-sha1 utf8             | {body}
vanta                 | svix-signature/webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
vercel                | x-vercel-signature: <hex>                                | hmac-sha1 utf8             | {body}
viber                 | X-Viber-Content-Signature: <hex>                         | hmac-sha256 utf8           | {body}
webex                 | X-Spark-Signature: <hex>                                 | hmac-sha1 utf8             | {body}
webflow               | x-webflow-signature: <hex>                               | hmac-sha256 utf8           | {timestamp}:{body}
whoop                 | X-WHOOP-Signature: <base64>                              | hmac-sha256 utf8           | {timestamp}{body}
wise                  | X-Signature-SHA256: <base64>                             | rsa-sha256 base64          | {body}
woocommerce           | X-WC-Webhook-Signature: <base64>                         | hmac-sha256 utf8           | {body}
workos                | workos-signature: t=<time>,v1=<hex>[,v1=<hex>]           | hmac-sha256 utf8           | {timestamp}.{body}
x-twitter             | x-twitter-webhooks-signature: sha256=<base64>            | hmac-sha256 utf8           | {body}
xero                  | x-xero-signature: <base64>                               | hmac-sha256 utf8           | {body}
zendesk               | x-zendesk-webhook-signature: <base64>                    | hmac-sha256 utf8           | {timestamp}{body}
zoom                  | x-zm-signature: v0=<hex>                                 | hmac-sha256 utf8           | v0:{timestamp}:{body}
`;

const rows = FACTS.trim()
  .split('\n')
  .map((line) => line.split(/ \|(?: |$)/).map((cell) => cell.trim()));

function headerOf({ signature, timestamp }: Provider): string {
  const { header, prefix = '', scheme, items, assign = '', key = '', bare, encoding } = signature;
  const { all = false, repeated = false, groups } = signature;
  const names = [header].flat().join(all ? '+' : '/') + (repeated ? ' (repeated)' : '');
  if (items === undefined) return `${names}: ${scheme === undefined ? prefix : `${scheme} `}<${encoding}>`;
  const item = `${key}${assign}<${encoding}>`;
  const name = assign === '' ? '' : `${timestamp?.field}${assign}`;
  const field = timestamp?.field === undefined ? '' : `${name}<time>${items}`;
  const group = groups === undefined ? '' : `[${groups}...]`;
  return `${names}: ${field}${item}[${items}${item}]${group}${bare === true ? ' or bare' : ''}`;
}

function keyOf({ algorithm, secret }: Provider): string {
  const { encoding, prefix = '', otherwise, privatePrefix, digest } = secret;
  const more = [
    digest === undefined ? '' : `, its ${digest}`,
    otherwise === undefined ? '' : `, else ${otherwise}`,
    privatePrefix === undefined ? '' : `, private ${privatePrefix}`,
  ];
  return `${algorithm} ${prefix}${encoding}${more.join('')}`;
}

describe('the signature of a sender', () => {
  it('is described for every provider that is data', () => {
    const data = Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom');
    expect(rows.map(([name]) => name)).toEqual(data.map(({ name }) => name));
  });

  it.each(rows)('of %s is %s, by %s over %s', (name, header, key, signed) => {
    const provider = providers[name]!;
    expect([headerOf(provider), keyOf(provider), provider.signed.join('')]).toEqual([header, key, signed]);
  });
});

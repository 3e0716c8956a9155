import { providers, type Provider } from 'hooklatch';

// The facts that were collected about each sender, in words of their own: who changes a literal has to change both.
const FACTS = `
adyen-platform        | HmacSignature: <base64>                                  | hmac-sha256 hex            | {body}
auth0                 | Authorization: <utf8>                                    | token utf8                 |
bitbucket             | X-Hub-Signature: sha256=<hex>                            | hmac-sha256 utf8           | {body}
calendly              | Calendly-Webhook-Signature: t=<time>,v1=<hex>[,v1=<hex>] | hmac-sha256 utf8           | {timestamp}.{body}
clerk                 | svix-signature/webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64 | {id}.{timestamp}.{body}
coinbase-commerce     | X-CC-Webhook-Signature: <hex>                            | hmac-sha256 utf8           | {body}
discord               | X-Signature-Ed25519: <hex>                               | ed25519 hex                | {timestamp}{body}
dropbox               | X-Dropbox-Signature: <hex>                               | hmac-sha256 utf8           | {body}
fastcomments          | X-FastComments-Signature: sha256=<hex>                   | hmac-sha256 utf8           | {timestamp}.{body}
fastcomments-agent    | X-FastComments-Signature: sha256=<hex>                   | hmac-sha256 utf8           | {timestamp}.{body}
fastcomments-legacy   | token: <utf8>                                            | token utf8                 |
github                | X-Hub-Signature-256: sha256=<hex>                        | hmac-sha256 utf8           | {body}
gitlab                | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
gitlab-token          | X-Gitlab-Token: <utf8>                                   | token utf8                 |
hubspot-v1            | X-HubSpot-Signature: <hex>                               | sha256 utf8                | {secret}{body}
hubspot-v2            | X-HubSpot-Signature: <hex>                               | sha256 utf8                | {secret}{method}{url}{body}
hubspot-v3            | X-HubSpot-Signature-v3: <base64>                         | hmac-sha256 utf8           | {method}{url}{body}{timestamp}
intercom              | X-Hub-Signature: sha1=<hex>                              | hmac-sha1 utf8             | {body}
kontent               | X-Kontent-ai-Signature: <base64>                         | hmac-sha256 utf8           | {body}
lemonsqueezy          | X-Signature: <hex>                                       | hmac-sha256 utf8           | {body}
line                  | x-line-signature: <base64>                               | hmac-sha256 utf8           | {body}
linear                | Linear-Signature: <hex>                                  | hmac-sha256 utf8           | {body}
medplum               | X-Medplum-Signature: <hex>                               | hmac-sha256 utf8           | {timestamp}.{body}
medplum-subscription  | X-Signature: <hex>                                       | hmac-sha256 utf8           | {body}
meta                  | X-Hub-Signature-256: sha256=<hex>                        | hmac-sha256 utf8           | {body}
mux                   | mux-signature: t=<time>,v1=<hex>[,v1=<hex>]              | hmac-sha256 utf8           | {timestamp}.{body}
openai                | webhook-signature: v1,<base64>[ v1,<base64>] or bare     | hmac-sha256 whsec_base64, else utf8 | {id}.{timestamp}.{body}
paddle                | Paddle-Signature: ts=<time>;h1=<hex>[;h1=<hex>]          | hmac-sha256 utf8           | {timestamp}:{body}
pagerduty             | X-PagerDuty-Signature: v1=<hex>[,v1=<hex>]               | hmac-sha256 utf8           | {body}
polar                 | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64, else utf8 | {id}.{timestamp}.{body}
razorpay              | X-Razorpay-Signature: <hex>                              | hmac-sha256 utf8           | {body}
resend                | svix-signature/webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64 | {id}.{timestamp}.{body}
sanity                | sanity-webhook-signature: t=<time>,v1=<base64url>[,v1=<base64url>] | hmac-sha256 utf8 | {timestamp}.{body}
sendgrid              | X-Twilio-Email-Event-Webhook-Signature: <base64>         | ecdsa-p256-sha256 base64   | {timestamp}{body}
sentry                | Sentry-Hook-Signature: <hex>                             | hmac-sha256 utf8           | {body}
shopify               | X-Shopify-Hmac-Sha256/shopify-hmac-sha256: <base64>      | hmac-sha256 utf8           | {body}
slack                 | X-Slack-Signature: v0=<hex>                              | hmac-sha256 utf8           | v0:{timestamp}:{body}
square                | x-square-hmacsha256-signature: <base64>                  | hmac-sha256 utf8           | {url}{body}
standard-webhooks     | webhook-signature: v1,<base64>[ v1,<base64>]             | hmac-sha256 whsec_base64   | {id}.{timestamp}.{body}
standard-webhooks-v1a | webhook-signature: v1a,<base64>[ v1a,<base64>]           | ed25519 whpk_base64, private whsk_ | {id}.{timestamp}.{body}
stripe                | Stripe-Signature: t=<time>,v1=<hex>[,v1=<hex>]           | hmac-sha256 utf8           | {timestamp}.{body}
svix                  | svix-signature/webhook-signature: v1,<base64>[ v1,<base64>] | hmac-sha256 whsec_base64 | {id}.{timestamp}.{body}
telegram              | X-Telegram-Bot-Api-Secret-Token: <utf8>                  | token utf8                 |
telehealth            | X-Telehealth-Signature: <hex>                            | hmac-sha256 utf8           | {body}
twitch                | Twitch-Eventsub-Message-Signature: sha256=<hex>          | hmac-sha256 utf8           | {id}{timestamp}{body}
typeform              | Typeform-Signature: sha256=<base64>                      | hmac-sha256 utf8           | {body}
vercel                | x-vercel-signature: <hex>                                | hmac-sha1 utf8             | {body}
workos                | workos-signature: t=<time>,v1=<hex>[,v1=<hex>]           | hmac-sha256 utf8           | {timestamp}.{body}
xero                  | x-xero-signature: <base64>                               | hmac-sha256 utf8           | {body}
zoom                  | x-zm-signature: v0=<hex>                                 | hmac-sha256 utf8           | v0:{timestamp}:{body}
`;

const rows = FACTS.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

function headerOf({ signature, timestamp }: Provider): string {
  const { header, prefix = '', items, assign, key, bare, encoding } = signature;
  const names = [header].flat().join('/');
  if (items === undefined) return `${names}: ${prefix}<${encoding}>`;
  const item = `${key}${assign}<${encoding}>`;
  const field = timestamp?.field === undefined ? '' : `${timestamp.field}${assign}<time>${items}`;
  return `${names}: ${field}${item}[${items}${item}]${bare === true ? ' or bare' : ''}`;
}

function keyOf({ algorithm, secret }: Provider): string {
  const { encoding, prefix = '', otherwise, privatePrefix } = secret;
  const more = [
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

import { createHmac, createHash } from 'node:crypto';
import {
  calendly,
  clerk,
  dropbox,
  fastcomments,
  github,
  gitlab,
  gitlabToken,
  hubspotV3,
  intercom,
  line,
  linear,
  meta,
  paddle,
  resend,
  shopify,
  slack,
  square,
  standardWebhooks,
  stripe,
  telegram,
  twilio,
  twitch,
  typeform,
  vercel,
  woocommerce,
  xero,
  zendesk,
  zoom,
  type Delivery,
  type Provider,
  type VerifySettings,
} from 'hooklatch';
import { NOW } from './deliveries';

/** A delivery, and the settings of a receiver. */
export interface Sent {
  readonly delivery: Delivery;
  readonly settings: VerifySettings;
}

type Headers = Record<string, string>;

/** How a sender signs, written with node:crypto alone. */
interface Hand {
  readonly provider: Provider;
  readonly secret: string;
  readonly body: string;
  readonly headers: (body: Buffer, key: Buffer, time: number) => Headers;
  readonly key?: (secret: string) => Buffer;
}

/** The address that every sender of this file knows. */
export const ADDRESS = 'https://example.org/hooks/in?tenant=7';

const hex = (key: Buffer, ...parts: readonly (string | Buffer)[]): string =>
  mac('sha256', key, parts).toString('hex');
const base64 = (key: Buffer, ...parts: readonly (string | Buffer)[]): string =>
  mac('sha256', key, parts).toString('base64');
const mac = (hash: string, key: Buffer, parts: readonly (string | Buffer)[]): Buffer =>
  parts.reduce((made, part) => made.update(part), createHmac(hash, key)).digest();
const seconds = (time: number): string => String(Math.floor(time / 1000));

const EVENT =
  '{\n  "id": "evt_1",\n  "type": "order.created",\n  "text": "Zoë says <b>\\"hi\\"</b> & é",\n  "amount": 12.5,\n' +
  `  "url": "https://example.org/a/b",\n  "webhookTimestamp": ${NOW}\n}`;
const FORM =
  'AccountSid=AC0123456789abcdef0123456789abcdef&Body=Hello+there&From=%2B15551234567&MessageSid=SM1';
const SVIX_KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const decodeSvix = (secret: string): Buffer => Buffer.from(secret.replace('whsec_', ''), 'base64');

const svix =
  (start: string) =>
  (body: Buffer, key: Buffer, time: number): Headers => ({
    [`${start}-id`]: 'msg_2Lh9',
    [`${start}-timestamp`]: seconds(time),
    [`${start}-signature`]: `v1,${base64(key, `msg_2Lh9.${seconds(time)}.`, body)}`,
  });
const items =
  (header: string, time: string, signature: string, assembled: string, separator = ',') =>
  (body: Buffer, key: Buffer, now: number): Headers => ({
    [header]: `${time}=${seconds(now)}${separator}${signature}=${hex(key, seconds(now) + assembled, body)}`,
  });
const bodyIn =
  (header: string, prefix = '', write = hex, more: Headers = {}) =>
  (body: Buffer, key: Buffer): Headers => ({ ...more, [header]: prefix + write(key, body) });
const versioned =
  (start: string, time: string) =>
  (body: Buffer, key: Buffer, now: number): Headers => ({
    [time]: seconds(now),
    [start]: `v0=${hex(key, `v0:${seconds(now)}:`, body)}`,
  });

const HANDS = {
  calendly: {
    provider: calendly,
    secret: '5mEzn9C-I28UtwOjZJtFoob0sAAFZ95GbZkqj4y3i0I',
    headers: items('calendly-webhook-signature', 't', 'v1', '.'),
  },
  clerk: { provider: clerk, secret: SVIX_KEY, headers: svix('svix'), key: decodeSvix },
  dropbox: { provider: dropbox, secret: 'k3v9q2m8x7w1z5t', headers: bodyIn('x-dropbox-signature') },
  fastcomments: {
    provider: fastcomments,
    secret: 'DEMO-4f1b9a7c2e8d',
    headers: (body, key, now) => ({
      token: 'DEMO-4f1b9a7c2e8d',
      'x-fastcomments-timestamp': seconds(now),
      'x-fastcomments-signature': `sha256=${hex(key, `${seconds(now)}.`, body)}`,
    }),
  },
  github: {
    provider: github,
    secret: "It's a Secret to Everybody",
    // GitHub sends the old header beside the new one.
    headers: (body, key) => ({
      'x-github-event': 'issues',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature': `sha1=${mac('sha1', key, [body]).toString('hex')}`,
      'x-hub-signature-256': `sha256=${hex(key, body)}`,
    }),
  },
  gitlab: { provider: gitlab, secret: SVIX_KEY, headers: svix('webhook'), key: decodeSvix },
  gitlabToken: {
    provider: gitlabToken,
    secret: 'a token that GitLab sends',
    headers: (_body, key) => ({ 'x-gitlab-token': key.toString(), 'x-gitlab-event': 'Push Hook' }),
  },
  hubspotV3: {
    provider: hubspotV3,
    secret: '01eb29b7-9cb2-45a2-9ab2-a4fa0c1b6bbd',
    // HubSpot sends the header of version 1 beside that of version 3.
    headers: (body, key, now) => ({
      'x-hubspot-signature-version': 'v1',
      'x-hubspot-signature': createHash('sha256').update(key).update(body).digest('hex'),
      'x-hubspot-request-timestamp': String(now),
      'x-hubspot-signature-v3': base64(key, `POST${ADDRESS}`, body, String(now)),
    }),
  },
  intercom: {
    provider: intercom,
    secret: '3bdb3a4c-8a2e-4c0f-9a8c-2c5e6f7a8b9c',
    headers: (body, key) => ({ 'x-hub-signature': `sha1=${mac('sha1', key, [body]).toString('hex')}` }),
  },
  line: {
    provider: line,
    secret: '8c570fa6dd201bb328f1c1eac23a96d8',
    headers: bodyIn('x-line-signature', '', base64),
  },
  linear: { provider: linear, secret: 'lin_wh_kP3mVx8Qz2Tn', headers: bodyIn('linear-signature') },
  meta: {
    provider: meta,
    secret: '7c0ea3bf1d2f4a5b9c8d7e6f5a4b3c2d',
    headers: (body, key) => ({
      'x-hub-signature': `sha1=${mac('sha1', key, [body]).toString('hex')}`,
      'x-hub-signature-256': `sha256=${hex(key, body)}`,
    }),
  },
  paddle: {
    provider: paddle,
    secret: 'pdl_ntfset_01h7zcgmcqjqfp_4lRGSsL9FjxQzT',
    headers: items('paddle-signature', 'ts', 'h1', ':', ';'),
  },
  resend: { provider: resend, secret: SVIX_KEY, headers: svix('svix'), key: decodeSvix },
  shopify: {
    provider: shopify,
    secret: 'hush-94ba2f3c1d7e4f0a',
    headers: bodyIn('x-shopify-hmac-sha256', '', base64, {
      'x-shopify-topic': 'orders/create',
      'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
    }),
  },
  slack: {
    provider: slack,
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    headers: versioned('x-slack-signature', 'x-slack-request-timestamp'),
  },
  square: {
    provider: square,
    secret: 'asdf1234ghjk5678',
    headers: (body, key) => ({ 'x-square-hmacsha256-signature': base64(key, ADDRESS, body) }),
  },
  standardWebhooks: {
    provider: standardWebhooks,
    secret: SVIX_KEY,
    headers: svix('webhook'),
    key: decodeSvix,
  },
  stripe: {
    provider: stripe,
    secret: 'whsec_d3J5kTq8ZsV2nXw7YbR4mPc6LhF9gAe1',
    headers: items('stripe-signature', 't', 'v1', '.'),
  },
  telegram: {
    provider: telegram,
    secret: 'a-token_of-the-Bot-9931',
    headers: (_body, key) => ({ 'x-telegram-bot-api-secret-token': key.toString() }),
  },
  twilio: {
    provider: twilio,
    secret: '12345678901234567890123456abcdef',
    body: FORM,
    headers: (body, key) => {
      const fields = [...new URLSearchParams(body.toString())].sort(([a], [b]) => (a < b ? -1 : 1));
      const text = ADDRESS + fields.map(([name, value]) => name + value).join('');
      return {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': mac('sha1', key, [text]).toString('base64'),
      };
    },
  },
  twitch: {
    provider: twitch,
    secret: 's3cRe7-of-twitch',
    headers: (body, key, now) => {
      const time = new Date(now).toISOString();
      return {
        'twitch-eventsub-message-id': 'e76c6bd4-55c9-4987-8304-da1588d8988b',
        'twitch-eventsub-message-timestamp': time,
        'twitch-eventsub-message-signature': `sha256=${hex(key, `e76c6bd4-55c9-4987-8304-da1588d8988b${time}`, body)}`,
      };
    },
  },
  typeform: {
    provider: typeform,
    secret: 'abc-123-typeform',
    headers: bodyIn('typeform-signature', 'sha256=', base64),
  },
  vercel: {
    provider: vercel,
    secret: 'wfpQvR3xZ8mLk2Tn',
    headers: (body, key) => ({ 'x-vercel-signature': mac('sha1', key, [body]).toString('hex') }),
  },
  woocommerce: {
    provider: woocommerce,
    secret: 'z!4Kw Xq.tR-9pLm',
    headers: bodyIn('x-wc-webhook-signature', '', base64, {
      'x-wc-webhook-topic': 'order.created',
      'x-wc-webhook-delivery-id': 'a1b2c3',
    }),
  },
  xero: {
    provider: xero,
    secret: 'Tr8m+Zq/4Lx0Vn2KpQw7Yb==',
    headers: bodyIn('x-xero-signature', '', base64),
  },
  zendesk: {
    provider: zendesk,
    secret: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==',
    headers: (body, key, now) => {
      const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
      return {
        'x-zendesk-webhook-signature-timestamp': time,
        'x-zendesk-webhook-signature': base64(key, time, body),
      };
    },
  },
  zoom: {
    provider: zoom,
    secret: 'Kp3vQx8ZsT2nWm7Y',
    headers: versioned('x-zm-signature', 'x-zm-request-timestamp'),
  },
} satisfies Record<string, Omit<Hand, 'body'> & { readonly body?: string }>;

export type Sender = keyof typeof HANDS;
export const SENDERS = Object.keys(HANDS) as readonly Sender[];

/** Settings of one sender in place of the usual ones. */
export interface Given {
  readonly body?: string | Buffer;
  readonly now?: number;
  /** The text that the sender has for a secret, where it is another one. */
  readonly secret?: string;
  /** The bytes that the sender uses as the key. */
  readonly key?: Buffer;
}

/** A delivery as a sender makes it, by code that is not the library's. */
export function handSigned(name: Sender, given: Given = {}): Sent {
  const hand: Omit<Hand, 'body'> & { readonly body?: string } = HANDS[name];
  const body = Buffer.from((given.body ?? hand.body ?? EVENT) as string);
  const secret = given.secret ?? hand.secret;
  const key = given.key ?? hand.key?.(secret) ?? Buffer.from(secret);
  const headers = {
    host: 'example.org',
    'content-type': 'application/json',
    ...hand.headers(body, key, given.now ?? NOW),
  };
  const delivery = { method: 'POST', url: '/hooks/in?tenant=7', headers, body };
  return {
    delivery,
    settings: { provider: hand.provider, secret: hand.secret, now: NOW, publicUrl: ADDRESS },
  };
}

/** The secret of a sender. */
export function secretBy(name: Sender): string {
  return HANDS[name].secret;
}

import { createHash, createHmac } from 'node:crypto';
import { NOW } from '../helpers/deliveries';
import { ADDRESS, handSigned, secretBy, type Sender, type Sent } from '../helpers/hand-signed';
import {
  expectFirst,
  listRows,
  signatureName,
  withBody,
  withHeaders,
  withSecret,
  withSignature,
  type Mistake,
} from '../helpers/mistakes';

const HEX: readonly Sender[] = [
  'github',
  'slack',
  'zoom',
  'twitch',
  'vercel',
  'intercom',
  'linear',
  'dropbox',
  'meta',
];
const BASE64: readonly Sender[] = [
  'shopify',
  'xero',
  'square',
  'line',
  'woocommerce',
  'zendesk',
  'hubspotV3',
];
const PREFIXED: readonly Sender[] = ['github', 'slack', 'twitch', 'intercom', 'typeform', 'fastcomments'];
const ITEMS: readonly Sender[] = ['stripe', 'calendly', 'paddle'];
const SVIX: readonly Sender[] = ['clerk', 'resend', 'standardWebhooks', 'gitlab'];
const TIMED: readonly Sender[] = ['slack', 'zoom', 'twitch', 'zendesk', 'hubspotV3', 'clerk', 'fastcomments'];
const SECONDS: readonly Sender[] = ['stripe', 'slack', 'zoom', 'clerk', 'calendly', 'fastcomments'];
const WITH_URL: readonly Sender[] = ['square', 'hubspotV3', 'twilio'];

const signature =
  (change: (text: string) => string): Mistake['breaks'] =>
  (sent) =>
    withSignature(sent, change);
const TIME_HEADERS: Partial<Record<Sender, string>> = {
  slack: 'x-slack-request-timestamp',
  zoom: 'x-zm-request-timestamp',
  twitch: 'twitch-eventsub-message-timestamp',
  zendesk: 'x-zendesk-webhook-signature-timestamp',
  hubspotV3: 'x-hubspot-request-timestamp',
  clerk: 'svix-timestamp',
  fastcomments: 'x-fastcomments-timestamp',
};
const timeOf = (name: Sender): string => TIME_HEADERS[name]!;
const text = (sent: Sent, name: string): string => String(sent.delivery.headers[name]);
const publicUrl = (sent: Sent, address: string | undefined): Sent => ({
  ...sent,
  settings: { ...sent.settings, publicUrl: address },
});
const url =
  (address: string, more: Record<string, string> = {}): Mistake['breaks'] =>
  (sent) =>
    publicUrl(withHeaders(sent, more), address);
/** A signature in base64 that has a plus sign. */
const withPlus = (name: Sender, header: (sent: Sent) => string): string => {
  for (let count = 0; ; count += 1) {
    const body = `{"count":${count},"name":"a"}`;
    if (header(handSigned(name, { body })).includes('+')) return body;
  }
};
const plus = (name: Sender) => ({ body: withPlus(name, (sent) => text(sent, signatureName(sent))) });
const keyed = (name: Sender) => Buffer.from(secretBy(name));

const SIGNATURES: readonly Mistake[] = [
  {
    name: 'no prefix',
    senders: PREFIXED,
    code: 'signature-prefix-missing',
    certainty: 'certain',
    breaks: signature((all) => all.slice(all.indexOf('=') + 1)),
  },
  {
    name: 'a colon behind the prefix',
    senders: PREFIXED,
    code: 'signature-prefix-wrong',
    certainty: 'certain',
    breaks: signature((all) => all.replace('=', ':')),
  },
  {
    name: 'a prefix in capitals',
    senders: PREFIXED,
    code: 'signature-prefix-wrong',
    certainty: 'certain',
    breaks: signature((all) => all.replace(/^\w+/, (one) => one.toUpperCase())),
  },
  {
    name: 'a space in the prefix',
    senders: PREFIXED,
    code: ['signature-prefix-wrong', 'signature-prefix-missing'],
    certainty: 'certain',
    breaks: signature((all) => all.replace('=', ' ')),
  },
  {
    name: 'the prefix twice',
    senders: PREFIXED,
    code: 'signature-prefix-doubled',
    certainty: 'certain',
    breaks: signature((all) => all.slice(0, all.indexOf('=') + 1) + all),
  },
  {
    name: 'a prefix that the sender does not have',
    senders: ['vercel', 'shopify', 'linear', 'dropbox'],
    code: 'signature-prefix-wrong',
    certainty: 'certain',
    breaks: signature((all) => `sha256=${all}`),
  },
  {
    name: 'base64 in place of hexadecimal',
    senders: HEX,
    code: 'signature-encoding',
    certainty: 'certain',
    breaks: signature((all) =>
      all.replace(/[0-9a-f]{40,}$/, (one) => Buffer.from(one, 'hex').toString('base64')),
    ),
  },
  {
    name: 'hexadecimal in place of base64',
    senders: BASE64,
    code: 'signature-encoding',
    certainty: 'certain',
    breaks: signature((all) => Buffer.from(all, 'base64').toString('hex')),
  },
  {
    name: 'digits that are cut off',
    senders: HEX,
    code: 'signature-truncated',
    certainty: 'certain',
    breaks: signature((all) => all.slice(0, -8)),
  },
  {
    name: 'one digit that is cut off',
    senders: HEX,
    code: 'signature-truncated',
    certainty: 'certain',
    breaks: signature((all) => all.slice(0, -1)),
  },
  {
    name: 'the end of base64 that is cut off',
    senders: BASE64,
    code: 'signature-truncated',
    certainty: 'certain',
    breaks: signature((all) => all.slice(0, -7)),
  },
  {
    name: 'base64 without its padding',
    senders: BASE64,
    code: 'signature-encoding',
    certainty: 'certain',
    breaks: signature((all) => all.replace(/=+$/, '')),
  },
  {
    name: 'spaces in place of plus signs',
    senders: BASE64,
    code: 'signature-malformed',
    certainty: 'certain',
    observed: /spaces/,
    given: plus,
    breaks: signature((all) => all.replaceAll('+', ' ')),
  },
  {
    name: 'spaces in place of plus signs',
    senders: SVIX,
    code: 'signature-malformed',
    certainty: 'certain',
    observed: /spaces/,
    given: plus,
    breaks: signature((all) => all.replaceAll('+', ' ')),
  },
  {
    name: 'percent escapes',
    senders: [...BASE64, 'github', 'slack', ...ITEMS, ...SVIX],
    code: 'signature-malformed',
    certainty: 'certain',
    observed: /escapes/,
    breaks: signature((all) =>
      encodeURIComponent(all).replace(
        /^[a-zA-Z0-9]+$/,
        (one) => `%${one.charCodeAt(0).toString(16)}${one.slice(1)}`,
      ),
    ),
  },
  {
    name: 'quotes',
    senders: ['github', 'shopify', 'stripe'],
    code: 'signature-malformed',
    certainty: 'certain',
    breaks: signature((all) => `"${all}"`),
  },
  {
    name: 'two values in one line',
    senders: ['github', 'shopify', 'vercel'],
    code: 'header-joined',
    certainty: 'certain',
    breaks: signature((all) => `${all}, ${all}`),
  },
  {
    name: 'an empty signature',
    senders: ['github', 'shopify', 'slack', 'clerk', 'stripe'],
    code: 'signature-malformed',
    certainty: 'certain',
    observed: /empty/,
    breaks: signature(() => ''),
  },
  {
    name: 'SHA-1',
    senders: ['vercel', 'shopify', 'dropbox'],
    code: 'signature-algorithm',
    certainty: 'certain',
    breaks: (sent, name) =>
      withSignature(sent, (all) =>
        createHmac(name === 'vercel' ? 'sha256' : 'sha1', keyed(name))
          .update(sent.delivery.body)
          .digest(all.endsWith('=') ? 'base64' : 'hex'),
      ),
  },
  {
    name: 'a plain hash',
    senders: ['dropbox', 'linear'],
    code: 'signature-construction',
    certainty: 'certain',
    breaks: (sent, name) =>
      withSignature(sent, () =>
        createHash('sha256').update(keyed(name)).update(sent.delivery.body).digest('hex'),
      ),
  },
  {
    name: 'a signature that is cut and a secret that is another',
    senders: HEX,
    code: 'signature-truncated',
    certainty: 'certain',
    breaks: (sent) =>
      withSecret(
        withSignature(sent, (all) => all.slice(0, -6)),
        () => 'Qw7Lm2Xv9Tz4Rk8Np3',
      ),
  },
  {
    name: 'a right old header beside a wrong new one',
    senders: ['github', 'meta'],
    code: 'signature-malformed',
    certainty: 'likely',
    observed: /secret and the body are right/,
    breaks: signature((all) => all.replace(/[0-9a-f]{8}$/, '00000000')),
  },
  {
    name: 'a right old header beside a new one that is cut',
    senders: ['github', 'meta'],
    code: 'signature-truncated',
    certainty: 'certain',
    breaks: signature((all) => all.slice(0, -10)),
  },
  {
    name: 'a right old header beside no new one',
    senders: ['github', 'meta'],
    code: 'signature-missing',
    certainty: 'certain',
    breaks: (sent) => withHeaders(sent, { 'x-hub-signature-256': undefined }),
  },
  {
    name: 'version 1 that is right beside version 3 over another address',
    senders: ['hubspotV3'],
    code: 'signed-url-path',
    certainty: 'certain',
    breaks: url('https://example.org/in?tenant=7'),
  },
];

const HEADERS: readonly Mistake[] = [
  {
    name: 'a signature of another secret that is cut, in digits',
    senders: ['github', 'dropbox'],
    code: 'signature-truncated',
    certainty: 'certain',
    breaks: (sent) =>
      withSecret(
        withSignature(sent, (all) => all.slice(0, -20)),
        (s) => `${s}another`,
      ),
  },
  {
    name: 'a word that reads as base64',
    senders: ['shopify', 'line'],
    code: 'signature-truncated',
    certainty: 'likely',
    breaks: signature(() => 'unauthorizedunauthorized'),
  },
  {
    name: 'a word in front of the signature',
    senders: ['line', 'shopify'],
    code: 'signature-prefix-wrong',
    certainty: 'certain',
    breaks: signature((all) => `HMAC ${all}`),
  },
  {
    name: 'words for a signature',
    senders: ['github', 'shopify'],
    code: 'signature-malformed',
    certainty: 'certain',
    breaks: signature(() => '[object Object]'),
  },
  {
    name: 'a header of a scheme that is code under the name of a gateway',
    senders: ['twilio'],
    code: 'header-renamed',
    certainty: 'certain',
    breaks: (sent) =>
      withHeaders(sent, {
        'x-twilio-signature': undefined,
        'x-amzn-remapped-x-twilio-signature': text(sent, 'x-twilio-signature'),
      }),
  },
  {
    name: 'a signature of a scheme that is code in another encoding',
    senders: ['twilio'],
    code: 'signature-encoding',
    certainty: 'certain',
    breaks: signature((all) => Buffer.from(all, 'base64').toString('hex')),
  },
  {
    name: 'an empty header of a scheme that is code',
    senders: ['twilio'],
    code: 'signature-malformed',
    certainty: 'certain',
    breaks: signature(() => ''),
  },
  {
    name: 'two tokens in one header',
    senders: ['telegram'],
    code: 'header-joined',
    certainty: 'certain',
    breaks: signature((all) => `${all}, ${all}`),
  },
  {
    name: 'the own signature under the name of CGI, beside the older one',
    senders: ['hubspotV3'],
    code: 'header-renamed',
    certainty: 'certain',
    breaks: (sent) =>
      withHeaders(sent, {
        'x-hubspot-signature-v3': undefined,
        http_x_hubspot_signature_v3: text(sent, 'x-hubspot-signature-v3'),
      }),
  },
  {
    name: 'no signature',
    senders: ['shopify', 'slack', 'stripe', 'clerk', 'telegram', 'twilio', 'line'],
    code: 'signature-missing',
    certainty: 'certain',
    breaks: (sent) => withHeaders(sent, { [signatureName(sent) || 'x-twilio-signature']: undefined }),
  },
  {
    name: 'no timestamp',
    senders: TIMED,
    code: 'timestamp-missing',
    certainty: 'certain',
    breaks: (sent, name) => withHeaders(sent, { [timeOf(name)]: undefined }),
  },
  {
    name: 'no timestamp in the header',
    senders: ITEMS,
    code: 'timestamp-missing',
    certainty: 'certain',
    breaks: signature((all) => all.replace(/^t?s?=?\w+=\d+[,;]|^\w+=\d+[,;]/, '')),
  },
  {
    name: 'no id',
    senders: ['clerk', 'standardWebhooks', 'gitlab'],
    code: 'id-missing',
    certainty: 'certain',
    breaks: (sent) => withHeaders(sent, { 'svix-id': undefined, 'webhook-id': undefined }),
  },
  {
    name: 'a gateway that renames the signature',
    senders: ['github', 'shopify', 'stripe', 'slack'],
    code: 'header-renamed',
    certainty: 'certain',
    breaks: (sent) =>
      withHeaders(sent, {
        [signatureName(sent)]: undefined,
        [`x-amzn-remapped-${signatureName(sent)}`]: text(sent, signatureName(sent)),
      }),
  },
  {
    name: 'the headers of Stripe',
    senders: ['github', 'slack', 'clerk', 'square', 'telegram'],
    code: 'other-provider',
    certainty: 'likely',
    observed: /Stripe-Signature/,
    breaks: (sent) => ({ ...handSigned('stripe'), settings: sent.settings }),
  },
  {
    name: 'the headers of GitHub without a signature',
    senders: ['stripe', 'shopify', 'twilio'],
    code: 'other-provider',
    certainty: 'likely',
    observed: /github/,
    breaks: (sent) => ({
      ...withHeaders(handSigned('github'), {
        'x-hub-signature': undefined,
        'x-hub-signature-256': undefined,
      }),
      settings: sent.settings,
    }),
  },
  {
    name: 'the token of Telegram',
    senders: ['github', 'stripe'],
    code: 'other-provider',
    certainty: 'likely',
    observed: /telegram/,
    breaks: (sent) => ({ ...handSigned('telegram'), settings: sent.settings }),
  },
  {
    name: 'a delivery of another sender with the same secret',
    senders: ['github', 'shopify'],
    code: 'other-provider',
    certainty: 'certain',
    breaks: (sent) => ({
      ...handSigned('slack', { secret: sent.settings.secret as string }),
      settings: sent.settings,
    }),
  },
];

const TIMES: readonly Mistake[] = [
  {
    name: 'a time with a fraction that is not signed',
    senders: ['slack', 'zoom'],
    code: 'timestamp-malformed',
    certainty: 'certain',
    breaks: (sent, name) => withHeaders(sent, { [timeOf(name)]: `${text(sent, timeOf(name))}.5` }),
  },
  {
    name: 'a body without its time because it was wrapped',
    senders: ['linear'],
    code: 'body-wrapped',
    certainty: 'certain',
    breaks: (sent) => withBody(sent, (all) => JSON.stringify({ body: all })),
  },
  {
    name: 'ten hours and a bit',
    senders: SECONDS,
    code: 'timestamp-stale',
    certainty: 'certain',
    given: () => ({ now: NOW - 36_700_000 }),
  },
  {
    name: 'ahead by twenty minutes',
    senders: SECONDS,
    code: 'timestamp-future',
    certainty: 'certain',
    given: () => ({ now: NOW + 1_200_000 }),
  },
  {
    name: 'two hours of difference',
    senders: SECONDS,
    code: 'time-zone',
    certainty: 'likely',
    observed: /2 h/,
    given: () => ({ now: NOW - 7_200_000 }),
  },
  {
    name: 'two hours ahead',
    senders: SECONDS,
    code: 'time-zone',
    certainty: 'likely',
    given: () => ({ now: NOW + 7_200_000 }),
  },
  {
    name: 'half an hour',
    senders: SECONDS,
    code: 'timestamp-stale',
    certainty: 'certain',
    given: () => ({ now: NOW - 1_800_000 }),
  },
  {
    name: 'milliseconds in place of seconds',
    senders: ['slack', 'zoom', 'clerk'],
    code: 'timestamp-unit',
    certainty: 'certain',
    breaks: (sent, name) => withHeaders(sent, { [timeOf(name)]: `${text(sent, timeOf(name))}000` }),
  },
  {
    name: 'a time with percent escapes',
    senders: ['twitch', 'zendesk'],
    code: 'timestamp-malformed',
    certainty: 'certain',
    breaks: (sent, name) =>
      withHeaders(sent, { [timeOf(name)]: text(sent, timeOf(name)).replaceAll(':', '%3A') }),
  },
  {
    name: 'a time in quotes',
    senders: ['slack', 'zoom'],
    code: 'timestamp-malformed',
    certainty: 'certain',
    breaks: (sent, name) => withHeaders(sent, { [timeOf(name)]: `"${text(sent, timeOf(name))}"` }),
  },
];

const URLS: readonly Mistake[] = [
  {
    name: 'a path that a proxy takes off whole, and says so',
    senders: ['square', 'twilio'],
    code: 'signed-url-path',
    certainty: 'certain',
    breaks: (sent) => {
      const cut = withHeaders(sent, { 'x-forwarded-prefix': '/hooks/in' });
      return publicUrl({ ...cut, delivery: { ...cut.delivery, url: '/?tenant=7' } }, 'https://example.org');
    },
  },
  {
    name: 'http in place of https',
    senders: WITH_URL,
    code: 'signed-url-scheme',
    certainty: 'certain',
    breaks: url(ADDRESS.replace('https', 'http')),
  },
  {
    name: 'another host',
    senders: WITH_URL,
    code: 'signed-url-host',
    certainty: 'certain',
    breaks: url(ADDRESS.replace('example.org', 'inner.example')),
  },
  {
    name: 'a host in capitals',
    senders: ['square', 'hubspotV3'],
    code: 'signed-url-host',
    certainty: 'certain',
    breaks: url(ADDRESS.replace('example.org', 'Example.ORG')),
  },
  {
    name: 'a port',
    senders: ['square', 'hubspotV3'],
    code: 'signed-url-port',
    certainty: 'certain',
    breaks: url(ADDRESS.replace('.org', '.org:8443')),
  },
  {
    name: 'the usual port',
    senders: ['square', 'hubspotV3'],
    code: 'signed-url-port',
    certainty: 'certain',
    breaks: url(ADDRESS.replace('.org', '.org:443')),
  },
  {
    name: 'a path without its beginning',
    senders: WITH_URL,
    code: 'signed-url-path',
    certainty: 'certain',
    breaks: url('https://example.org/in?tenant=7'),
  },
  {
    name: 'a path without what X-Forwarded-Prefix says',
    senders: WITH_URL,
    code: 'signed-url-path',
    certainty: 'certain',
    breaks: (sent) => {
      const moved = publicUrl(
        withHeaders(sent, { 'x-forwarded-prefix': '/hooks' }),
        'https://example.org/in?tenant=7',
      );
      return { ...moved, delivery: { ...moved.delivery, url: '/in?tenant=7' } };
    },
  },
  {
    name: 'a slash at the end',
    senders: WITH_URL,
    code: 'signed-url-slash',
    certainty: 'certain',
    breaks: url(ADDRESS.replace('?', '/?')),
  },
  {
    name: 'no query',
    senders: WITH_URL,
    code: 'signed-url-query',
    certainty: 'certain',
    breaks: url('https://example.org/hooks/in?x=1'),
  },
  {
    name: 'a query in other escapes',
    senders: ['square'],
    code: 'signed-url-query',
    certainty: 'certain',
    breaks: url('https://example.org/hooks/in?tenant=%37'),
  },
  {
    name: 'a scheme and a host',
    senders: WITH_URL,
    code: ['signed-url-scheme', 'signed-url-host'],
    certainty: 'certain',
    breaks: url(ADDRESS.replace('https://example.org', 'http://10.0.0.7')),
  },
  {
    name: 'no address',
    senders: WITH_URL,
    code: 'public-url-missing',
    certainty: 'certain',
    breaks: (sent) => publicUrl(sent, undefined),
  },
  {
    name: 'another address, and a line break behind the secret',
    senders: ['square', 'hubspotV3'],
    code: ['signed-url-scheme', 'secret-white-space'],
    certainty: 'certain',
    breaks: (sent) =>
      publicUrl(
        withSecret(sent, (one) => `${one}\n`),
        ADDRESS.replace('https', 'http'),
      ),
  },
  {
    name: 'another address, and a body that was written again',
    senders: ['square', 'hubspotV3'],
    code: ['signed-url-scheme', 'body-reserialised'],
    certainty: 'certain',
    breaks: (sent) =>
      publicUrl(
        withBody(sent, (all) => JSON.stringify(JSON.parse(all))),
        ADDRESS.replace('https', 'http'),
      ),
  },
  {
    name: 'another method',
    senders: ['hubspotV3'],
    code: 'signed-method',
    certainty: 'certain',
    breaks: (sent) => ({ ...sent, delivery: { ...sent.delivery, method: 'PUT' } }),
  },
];

const RIGHT: readonly Mistake[] = [
  {
    name: 'nothing',
    senders: ['github', 'stripe', 'clerk', 'twilio', 'fastcomments', 'hubspotV3'],
    code: 'verified',
    certainty: 'certain',
  },
];

describe('headers, times and addresses: diagnose() names first', () => {
  it.each(listRows([...SIGNATURES, ...HEADERS, ...TIMES, ...URLS, ...RIGHT]))(
    '%s',
    (_name, mistake, sender) => expectFirst(mistake, sender),
  );
});

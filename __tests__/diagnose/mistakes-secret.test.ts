import type { Sender } from '../helpers/hand-signed';
import { secretBy } from '../helpers/hand-signed';
import { expectFirst, listRows, withBody, withSecret, type Mistake } from '../helpers/mistakes';

const TEXT: readonly Sender[] = ['github', 'shopify', 'slack', 'stripe'];
const MANY: readonly Sender[] = ['github', 'stripe', 'clerk', 'hubspotV3', 'telegram', 'twilio'];
const SVIX: readonly Sender[] = ['clerk', 'standardWebhooks'];

const pasted =
  (change: (secret: string) => string): Mistake['breaks'] =>
  (sent) =>
    withSecret(sent, change);
/** A text that looks like a credential, put together so that no scanner takes it for one. */
const shape = (...parts: readonly string[]): string => parts.join('');

const API_KEYS: readonly (readonly [string, Sender, string])[] = [
  ['an API key of Stripe', 'stripe', shape('sk_', 'live_', '51HqLyjWDarjtT1zdp7dcQW')],
  ['a restricted key of Stripe', 'stripe', shape('rk_', 'test_', '51HqLyjWDarjtT1zdp7dcQW')],
  ['an access token of Shopify', 'shopify', shape('shp', 'at_', '0123456789abcdef0123456789abcdef')],
  [
    'a fine-grained token of GitHub',
    'github',
    shape('github_', 'pat_', '11AAAAAAA0abcdefghijkl_mnopqrstuvwxyz'),
  ],
  ['a classic token of GitHub', 'github', shape('gh', 'p_', '16C7e42F292c6912E7710c838347Ae178B4a')],
  ['an account of Twilio', 'twilio', shape('A', 'C', '0123456789abcdef0123456789abcdef')],
  ['an API key of Twilio', 'twilio', shape('S', 'K', '0123456789abcdef0123456789abcdef')],
  ['a bot token of Slack', 'slack', shape('xo', 'xb-', '1234567890-1234567890123-abcdefghijklmnop')],
  ['an app token of Slack', 'slack', shape('xa', 'pp-', '1-A0123456789-1234567890123-abcdef')],
  ['a token of GitLab', 'gitlabToken', shape('glp', 'at-', 'abcdefghijklmnopqrst')],
  ['an API key of Resend', 'resend', shape('re', '_', '123456789_abcdefghijklmnopqrstuv')],
  ['a secret key of Clerk', 'clerk', shape('sk_', 'test_', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEF')],
  ['an API key of Linear', 'linear', shape('lin_', 'api_', 'abcdefghijklmnopqrstuvwxyz0123456789ABCD')],
  [
    'an API key of Paddle',
    'paddle',
    shape('pdl_', 'live_apikey_', '01gtgztp8f4kek3yd4g1wrksa3_q6TGTJyvoIz7LDtXT65bX7_AQO'),
  ],
  [
    'an application secret of Square',
    'square',
    shape('sq0', 'csp-', 'abcdefghijklmnopqrstuvwxyz0123456789abcdefg'),
  ],
  [
    'an access token of Square',
    'square',
    shape('EAA', 'A', 'EabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456'),
  ],
  [
    'an access token of Meta',
    'meta',
    shape('EA', 'A', 'GabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab'),
  ],
  ['an access token of HubSpot', 'hubspotV3', shape('pat-', 'na1-', '01234567-89ab-cdef-0123-456789abcdef')],
  [
    'a consumer key of WooCommerce',
    'woocommerce',
    shape('ck', '_', '0123456789abcdef0123456789abcdef01234567'),
  ],
  [
    'a token of the bot of Telegram',
    'telegram',
    shape('110201543', ':', 'AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'),
  ],
  ['a JSON Web Token', 'zoom', shape('ey', 'JhbGciOiJIUzI1NiJ9.', 'eyJpc3MiOiJ6b29tIn0.', 'abcdef')],
  ['a JSON Web Token', 'calendly', shape('ey', 'JraWQiOiIxY2UxZTEz.', 'eyJpc3MiOiJjYWxlbmRseSJ9.', 'abcdef')],
  [
    'an access token of Dropbox',
    'dropbox',
    shape('sl', '.', 'BabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  ],
  ['an address', 'typeform', 'https://example.org/hooks/in'],
];

const PLACES: readonly Mistake[] = [
  ['a variable of the shell', '$WEBHOOK_SECRET'],
  ['a variable in braces', '${GITHUB_WEBHOOK_SECRET}'],
  ['a template', '{{ .Values.webhook.secret }}'],
  ['an expression of JavaScript', 'process.env.WEBHOOK_SECRET'],
  ['the word undefined', 'undefined'],
  ['a reference of 1Password', 'op://Production/github/webhook secret'],
  ['a reference of AWS', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:hooks-AbCdEf'],
  ['a reference of Vault', 'vault:secret/data/hooks#webhook_secret'],
  ['a reference of Google', 'projects/my-project/secrets/webhook/versions/latest'],
  ['a reference of Azure', '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/hook/)'],
  ['a reference of Doppler', '{{resolve:secretsmanager:hooks:SecretString:webhook}}'],
  ['the name alone', 'GITHUB_WEBHOOK_SECRET'],
  ['an object as text', '[object Object]'],
  ['a file that was not read', '/run/secrets/webhook_secret'],
  ['a reference of Kubernetes', 'secretRef:webhook'],
  ['a reference of another scheme', 'awssm://prod/webhook'],
].map(([name, value]) => ({
  name: `${name!} in place of a secret`,
  senders: ['github', 'slack', 'square'],
  code: 'secret-not-filled-in',
  certainty: 'likely',
  breaks: pasted(() => value!),
}));

const MASKS: readonly Mistake[] = [
  ['dots', (secret: string) => '•'.repeat(secret.length)],
  ['stars', (secret: string) => `${secret.slice(0, 4)}${'*'.repeat(12)}`],
  ['an ellipsis', (secret: string) => `${secret.slice(0, 6)}…`],
  ['three dots', (secret: string) => `${secret.slice(0, 6)}...${secret.slice(-4)}`],
  ['dots behind the beginning', (secret: string) => `${secret.slice(0, 6)}••••••••`],
  ['squares', () => '■'.repeat(12)],
].map(([name, mask]) => ({
  name: `a secret that is masked by ${String(name)}`,
  senders: ['github', 'stripe', 'shopify'],
  code: 'secret-placeholder',
  certainty: 'likely',
  observed: /masked/,
  breaks: pasted(mask as (secret: string) => string),
}));

const AROUND: readonly Mistake[] = [
  {
    name: 'a semicolon behind the secret',
    senders: MANY,
    code: 'secret-format',
    certainty: 'certain',
    breaks: pasted((s) => `${s};`),
  },
  {
    name: 'escaped quotes around the secret',
    senders: MANY,
    code: 'secret-quotes',
    certainty: 'certain',
    breaks: pasted((s) => `\\"${s}\\"`),
  },
  {
    name: 'a token in other letters',
    senders: ['telegram'],
    code: 'secret-case',
    certainty: 'certain',
    breaks: pasted((s) => s.toUpperCase()),
  },
  {
    name: 'a line break behind the secret',
    senders: [...MANY, 'paddle', 'zoom'],
    code: 'secret-white-space',
    certainty: 'certain',
    breaks: pasted((s) => `${s}\n`),
  },
  {
    name: 'a non-breaking space behind the secret',
    senders: MANY,
    code: 'secret-white-space',
    certainty: 'certain',
    breaks: pasted((s) => `${s}\u00a0`),
  },
  {
    name: 'a zero-width space in front',
    senders: MANY,
    code: 'secret-white-space',
    certainty: 'certain',
    observed: /no one can see|invisible/,
    breaks: pasted((s) => `\u200b${s}`),
  },
  {
    name: 'a zero-width joiner in the middle',
    senders: ['github', 'stripe', 'line'],
    code: 'secret-white-space',
    certainty: 'certain',
    breaks: pasted((s) => `${s.slice(0, 9)}\u200d${s.slice(9)}`),
  },
  {
    name: 'a byte order mark in front',
    senders: MANY,
    code: 'secret-white-space',
    certainty: 'certain',
    breaks: pasted((s) => `\ufeff${s}`),
  },
  {
    name: 'a line break in the middle',
    senders: ['stripe', 'slack', 'clerk'],
    code: 'secret-white-space',
    certainty: 'certain',
    breaks: pasted((s) => `${s.slice(0, 15)}\n${s.slice(15)}`),
  },
  {
    name: 'double quotes',
    senders: MANY,
    code: 'secret-quotes',
    certainty: 'certain',
    breaks: pasted((s) => `"${s}"`),
  },
  {
    name: 'single quotes',
    senders: MANY,
    code: 'secret-quotes',
    certainty: 'certain',
    breaks: pasted((s) => `'${s}'`),
  },
  {
    name: 'typographic quotes',
    senders: MANY,
    code: 'secret-quotes',
    certainty: 'certain',
    breaks: pasted((s) => `“${s}”`),
  },
  {
    name: 'typographic single quotes',
    senders: ['github', 'stripe'],
    code: 'secret-quotes',
    certainty: 'certain',
    breaks: pasted((s) => `‘${s}’`),
  },
  {
    name: 'one quote alone',
    senders: ['shopify', 'stripe', 'zoom'],
    code: 'secret-quotes',
    certainty: 'certain',
    breaks: pasted((s) => `${s}"`),
  },
  {
    name: 'quotes and a line break',
    senders: ['github', 'stripe', 'clerk'],
    code: ['secret-quotes', 'secret-white-space'],
    certainty: 'certain',
    breaks: pasted((s) => `"${s}"\n`),
  },
  {
    name: 'the line of an env file',
    senders: MANY,
    code: 'secret-format',
    certainty: 'certain',
    observed: /NAME=/,
    breaks: pasted((s) => `WEBHOOK_SECRET=${s}`),
  },
  {
    name: 'the line of a shell script',
    senders: ['github', 'stripe', 'clerk'],
    code: ['secret-format', 'secret-quotes'],
    certainty: 'certain',
    breaks: pasted((s) => `export WEBHOOK_SECRET="${s}"`),
  },
  {
    name: 'the line of a YAML file',
    senders: ['github', 'stripe', 'clerk'],
    code: 'secret-format',
    certainty: 'certain',
    breaks: pasted((s) => `webhook_secret: ${s}`),
  },
  {
    name: 'a comment behind the secret',
    senders: ['stripe', 'slack', 'clerk'],
    code: 'secret-format',
    certainty: 'certain',
    observed: /comment/,
    breaks: pasted((s) => `${s} # of the live mode`),
  },
  {
    name: 'JSON of a secret manager',
    senders: ['github', 'stripe', 'clerk'],
    code: 'secret-format',
    certainty: 'certain',
    observed: /JSON/,
    breaks: pasted((s) => JSON.stringify({ user: 'x', webhook_secret: s })),
  },
  {
    name: 'a JSON string',
    senders: ['woocommerce', 'stripe'],
    code: 'secret-quotes',
    certainty: 'certain',
    breaks: pasted((s) => JSON.stringify(s)),
  },
  {
    name: 'the word Bearer in front',
    senders: ['telegram', 'gitlabToken'],
    code: 'secret-format',
    certainty: 'certain',
    breaks: pasted((s) => `Bearer ${s}`),
  },
];

const ENCODINGS: readonly Mistake[] = [
  {
    name: 'base64 of the secret',
    senders: [...MANY, 'zendesk', 'slack'],
    code: 'secret-encoding',
    certainty: 'certain',
    breaks: pasted((s) => Buffer.from(s).toString('base64')),
  },
  {
    name: 'base64 of the secret with its newline',
    senders: MANY,
    code: ['secret-encoding', 'secret-white-space'],
    certainty: 'certain',
    breaks: pasted((s) => Buffer.from(`${s}\n`).toString('base64')),
  },
  {
    name: 'base64 twice',
    senders: ['github', 'stripe', 'clerk'],
    code: 'secret-encoding',
    certainty: 'certain',
    breaks: pasted((s) => Buffer.from(Buffer.from(s).toString('base64')).toString('base64')),
  },
  {
    name: 'hexadecimal of the secret',
    senders: ['github', 'stripe', 'clerk', 'square'],
    code: 'secret-encoding',
    certainty: 'certain',
    breaks: pasted((s) => Buffer.from(s).toString('hex')),
  },
  {
    name: 'a percent-encoded secret',
    senders: ['woocommerce', 'xero', 'clerk'],
    code: 'secret-encoding',
    certainty: 'certain',
    breaks: pasted((s) => encodeURIComponent(s).replaceAll('_', '%5F')),
  },
  {
    name: 'a secret whose + became a space',
    senders: ['xero'],
    code: 'secret-encoding',
    certainty: 'certain',
    breaks: pasted((s) => s.replaceAll('+', ' ')),
  },
  {
    name: 'a key that the sender decodes from base64',
    senders: ['zendesk', 'stripe', 'xero'],
    code: 'secret-encoding',
    certainty: 'certain',
    given: (name) => ({ key: Buffer.from(secretBy(name), 'base64') }),
  },
  {
    name: 'a key that the sender does not decode',
    senders: SVIX,
    code: ['secret-encoding'],
    certainty: 'certain',
    given: (name) => ({ key: Buffer.from(secretBy(name)) }),
  },
  {
    name: 'a key that the sender does not decode, without its prefix',
    senders: SVIX,
    code: ['secret-encoding'],
    certainty: 'certain',
    given: (name) => ({ key: Buffer.from(secretBy(name).slice(6)) }),
  },
  {
    name: 'a secret without its prefix',
    senders: ['stripe'],
    code: 'secret-prefix',
    certainty: 'certain',
    breaks: pasted((s) => s.slice(6)),
  },
  {
    name: 'a decoded key in hexadecimal',
    senders: SVIX,
    code: 'secret-encoding',
    certainty: 'certain',
    breaks: pasted((s) => Buffer.from(s.slice(6), 'base64').toString('hex')),
  },
  {
    name: 'letters of the other case',
    senders: ['slack', 'line', 'meta'],
    code: 'secret-case',
    certainty: 'certain',
    breaks: pasted((s) => s.toUpperCase()),
  },
  {
    name: 'a secret in base64url',
    senders: ['xero'],
    code: 'secret-encoding',
    certainty: 'certain',
    breaks: pasted((s) => s.replaceAll('+', '-').replaceAll('/', '_')),
  },
  {
    name: 'a secret without its padding',
    senders: ['xero'],
    code: ['secret-encoding', 'secret-format'],
    certainty: 'certain',
    breaks: pasted((s) => s.replaceAll('=', '')),
  },
];

const OTHERS: readonly Mistake[] = [
  ...API_KEYS.map(([name, sender, value]): Mistake => ({
    name: `${name} in place of the secret`,
    senders: [sender],
    code: 'secret-of-another-kind',
    certainty: ['likely', 'certain'],
    breaks: pasted(() => value),
  })),
  ...['your_webhook_secret', 'changeme', '<your-secret>', 'whsec_...', 'REPLACE_ME'].map(
    (value): Mistake => ({
      name: `${value} in place of the secret`,
      senders: ['github', 'stripe'],
      code: 'secret-placeholder',
      certainty: 'likely',
      breaks: pasted(() => value),
    }),
  ),
  {
    name: 'another secret',
    senders: [
      'github',
      'shopify',
      'slack',
      'stripe',
      'zoom',
      'dropbox',
      'vercel',
      'twitch',
      'hubspotV3',
      'square',
      'twilio',
      'linear',
      'meta',
      'intercom',
      'telegram',
      'fastcomments',
    ],
    code: 'secret-unknown',
    certainty: 'likely',
    breaks: pasted(() => 'Qw7Lm2Xv9Tz4Rk8Np3'),
  },
  {
    name: 'another secret of the same form',
    senders: ['clerk', 'gitlab', 'resend'],
    code: 'secret-unknown',
    certainty: 'likely',
    breaks: pasted(() => 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'),
  },
  {
    name: 'the word undefined at the sender',
    senders: TEXT,
    code: 'secret-unset-at-sender',
    certainty: 'certain',
    given: () => ({ key: Buffer.from('undefined') }),
  },
  {
    name: 'an empty secret at the sender',
    senders: TEXT,
    code: 'secret-unset-at-sender',
    certainty: 'certain',
    given: () => ({ key: Buffer.alloc(0) }),
  },
  {
    name: 'a line break behind the secret of the sender',
    senders: TEXT,
    code: 'secret-white-space',
    certainty: 'certain',
    given: (name) => ({ key: Buffer.from(`${secretBy(name)}\n`) }),
  },
  {
    name: 'a secret in quotes, and a body written again',
    senders: ['github', 'stripe', 'clerk'],
    code: ['secret-quotes', 'body-reserialised'],
    certainty: 'certain',
    breaks: (sent) =>
      withBody(
        withSecret(sent, (s) => `'${s}'`),
        (text) => JSON.stringify(JSON.parse(text)),
      ),
  },
  {
    name: 'the line of an env file, and a line break behind the body',
    senders: ['github', 'stripe'],
    code: ['secret-format', 'body-newline'],
    certainty: 'certain',
    breaks: (sent) =>
      withBody(
        withSecret(sent, (s) => `SECRET=${s}`),
        (text) => `${text}\n`,
      ),
  },
];

describe('secrets: diagnose() names first', () => {
  it.each(listRows([...AROUND, ...ENCODINGS, ...PLACES, ...MASKS, ...OTHERS]))(
    '%s',
    (_name, mistake, sender) => expectFirst(mistake, sender),
  );
});

import {
  defineProvider,
  discord,
  fastcomments,
  fastcommentsLegacy,
  github,
  httpMessageSignatures,
  medplum,
  sendgrid,
  slack,
  standardWebhooks,
  stripe,
  telehealth,
  type Provider,
  type WebhookGuardOptions,
} from 'hooklatch';

/** The time of the receiver. */
export const NOW = 1_767_225_600_000;

/** The largest body of the route that has a limit of its own. */
export const LIMIT = 1000;

/** How long an upload may take. */
export const BODY_TIMEOUT_MS = 1500;

export const ORIGIN = 'https://example.org';

/** A timestamp of RFC 3339, and base64url: what no sender here has. */
const dated = defineProvider({
  name: 'dated',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Dated-Signature', encoding: 'base64url' },
  timestamp: { header: 'X-Dated-At', unit: 'rfc3339', toleranceSeconds: 300 },
  signed: ['{timestamp}', '\n', '{body}'],
  secret: { encoding: 'utf8' },
});

export interface Route {
  readonly provider: Provider;
  readonly kind?: 'guard';
  readonly options?: Partial<WebhookGuardOptions>;
}

/** What the receiver of these tests receives, so that every parser of a header is reached. */
export const ROUTES = {
  fastcomments: { provider: fastcomments },
  github: { provider: github },
  stripe: { provider: stripe },
  standard: { provider: standardWebhooks },
  telehealth: { provider: telehealth, kind: 'guard' },
  medplum: { provider: medplum },
  slack: { provider: slack },
  dated: { provider: dated },
  token: { provider: fastcommentsLegacy },
  discord: { provider: discord, kind: 'guard' },
  sendgrid: { provider: sendgrid },
  messages: { provider: httpMessageSignatures, options: { publicUrl: ORIGIN } },
  limited: { provider: telehealth, options: { bodyLimit: LIMIT } },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;

export const ROUTE_NAMES = Object.keys(ROUTES) as readonly RouteName[];

export const routeOf = (name: RouteName): Route => ROUTES[name];

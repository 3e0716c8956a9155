import { providers, verify, verifySync, WebhookError } from 'hooklatch';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  deliveryOf,
  JUDGED_ELSEWHERE,
  rawVectors,
  settingsOf,
  vectors,
  type Vector,
} from '../helpers/vectors';

type Verdict = 'valid' | 'invalid';

// Schemes that have vectors and no provider: items of Adyen without the notification around them, and the digest that
// says nothing about who sent the body.
const FOR_LATER = ['adyen-items', 'content-digest'];

// Where the vectors leave it open, this is what is done: hexadecimal in either case, base64 as the sender writes it.
const POLICY: Readonly<Record<string, Verdict>> = {
  'brevo/body-changed': 'valid',
  'cloudevents/body-changed': 'valid',
  'deepgram/body-changed': 'valid',
  'dropbox-sign/rest-changed': 'valid',
  'dropbox-sign/stale': 'valid',
  'mercadopago/body-changed': 'valid',
  'mandrill/test-webhook-key': 'invalid',
  'hook0/v0-only': 'invalid',
  'hook0/published-0': 'invalid',
  'gitea/other-case': 'valid',
  'figma/duplicate-key': 'invalid',
  'coinbase-cdp/v0-only': 'invalid',
  'adyen/unsigned-field': 'valid',
  'adyen/colon-moved': 'valid',
  'terraform-cloud/other-case': 'valid',
  'postmark/body-changed': 'valid',
  'phonepe/with-scheme': 'invalid',
  'phonepe/body-changed': 'valid',
  'persona/other-case': 'valid',
  'paystack/other-case': 'valid',
  'onfleet/other-case': 'valid',
  'mollie/other-case': 'valid',
  'chargebee/body-changed': 'valid',
  'azure-devops/body-changed': 'valid',
  'authorize-net/other-case': 'valid',
  'airtable/other-case': 'valid',
  'airwallex/other-case': 'valid',
  'alchemy/other-case': 'valid',
  'asana/other-case': 'valid',
  'attio/other-case': 'valid',
  'buildkite/other-case': 'valid',
  'cal-com/other-case': 'valid',
  'checkout-com/other-case': 'valid',
  'circleci/other-case': 'valid',
  'clickup/other-case': 'valid',
  'close/other-case': 'valid',
  'cloudflare-stream/other-case': 'valid',
  'crisp/other-case': 'valid',
  'customer-io/other-case': 'valid',
  'dwolla/other-case': 'valid',
  'easypost/other-case': 'valid',
  'elevenlabs/other-case': 'valid',
  'formstack/other-case': 'valid',
  'ghost/other-case': 'valid',
  'gocardless/other-case': 'valid',
  'grafana/other-case': 'valid',
  'jira/other-case': 'valid',
  'launchdarkly/other-case': 'valid',
  'linkedin/other-case': 'valid',
  'logto/other-case': 'valid',
  'mailerlite/other-case': 'valid',
  'mailersend/other-case': 'valid',
  'mailtrap/other-case': 'valid',
  'modern-treasury/other-case': 'valid',
  'notion/other-case': 'valid',
  'nylas/other-case': 'valid',
  'onfido/other-case': 'valid',
  'pusher/other-case': 'valid',
  'retell/other-case': 'valid',
  'revenuecat/other-case': 'valid',
  'revolut/other-case': 'valid',
  'segment/other-case': 'valid',
  'shippo/other-case': 'valid',
  'taiga/other-case': 'valid',
  'terra/other-case': 'valid',
  'tiktok/other-case': 'valid',
  'viber/other-case': 'valid',
  'webex/other-case': 'valid',
  'webflow/other-case': 'valid',
  'fastcomments/put/uppercase-hex': 'valid',
  'github/docs/uppercase-hex': 'valid',
  'telehealth/created/uppercase-hex': 'valid',
  'stripe/sdk/spaces-after-comma': 'valid',
  'line/sdk/non-canonical-last-char': 'invalid',
  'line/sdk/url-alphabet': 'invalid',
  'sanity/sdk-sign/standard-base64': 'invalid',
};

function verdictOf(vector: Vector): Verdict {
  try {
    return verifySync(deliveryOf(vector), settingsOf(vector)).verified ? 'valid' : 'invalid';
  } catch (error) {
    return refusal(error, vector);
  }
}

async function asyncVerdictOf(vector: Vector): Promise<Verdict> {
  try {
    return (await verify(deliveryOf(vector), settingsOf(vector))).verified ? 'valid' : 'invalid';
  } catch (error) {
    return refusal(error, vector);
  }
}

// Whatever is not a refusal, with the status that the sender wants, is a failure of the test.
function refusal(error: unknown, { provider }: Vector): Verdict {
  if (error instanceof WebhookError && error.status === provider.refusal.status) return 'invalid';
  throw error;
}

const expected = ({ expect: verdict, id }: Vector): Verdict | undefined =>
  verdict === 'either' ? POLICY[id] : verdict;

describe('the vectors', () => {
  it('have a provider for each scheme, but for those that are named here', () => {
    const schemes = new Set(rawVectors.map(({ scheme }) => scheme));
    const missing = [...schemes].filter(
      (scheme) => !Object.hasOwn(providers, scheme) && !Object.hasOwn(JUDGED_ELSEWHERE, scheme),
    );
    expect(missing.sort()).toEqual(FOR_LATER);
    expect(schemes.size).toBeGreaterThan(50);
  });

  it('are judged in a test of their own where they are not judged here', () => {
    const files = Object.values(JUDGED_ELSEWHERE).filter((file) => !existsSync(join(__dirname, '..', file)));
    expect(files).toEqual([]);
  });

  it('are left out nowhere else', () => {
    const judged = new Set(vectors.map(({ id }) => id));
    const left = rawVectors.filter(
      ({ id, scheme }) =>
        !judged.has(id) && !FOR_LATER.includes(scheme) && !Object.hasOwn(JUDGED_ELSEWHERE, scheme),
    );
    expect(left.map(({ id }) => id)).toEqual([]);
  });

  it('are valid and invalid ones for each provider', () => {
    const verdictsOf = (provider: string): ReadonlySet<string> =>
      new Set(
        vectors.filter((vector) => vector.provider.name === provider).map(({ expect: verdict }) => verdict),
      );
    const names = [...new Set(vectors.map(({ provider }) => provider.name))];
    const without = (verdict: Verdict): string[] => names.filter((name) => !verdictsOf(name).has(verdict));
    expect([without('valid'), without('invalid')]).toEqual([[], []]);
  });

  it('show all that they leave open', () => {
    const open = vectors.filter((vector) => vector.expect === 'either').map(({ id }) => id);
    expect(open.sort()).toEqual(Object.keys(POLICY).sort());
  });
});

describe.each([
  ['verifySync()', verdictOf],
  ['verify()', asyncVerdictOf],
])('%s', (_name, judge) => {
  it.each(vectors.map((vector) => [expected(vector), vector.id, vector] as const))(
    'finds %s: %s',
    async (verdict, _id, vector) => {
      expect(await judge(vector)).toBe(verdict);
    },
  );
});

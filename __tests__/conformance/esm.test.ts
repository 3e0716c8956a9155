import { github, linear, twitch } from 'hooklatch';
import { describeVendor } from './harness';
import { GITHUB_PAYLOADS, PAYLOADS } from './payloads';
import { NOW, ours, signOurs, theirs, type Vendor } from './sides';

const SECRET = 'It’s a Secret to Everybody';
const secrets = { secret: SECRET, otherSecret: `${SECRET}.` } as const;

describe('payloads of GitHub', () => {
  it('are many, and some are not in ASCII', () => {
    const samples = Object.values(GITHUB_PAYLOADS);
    expect(samples.length).toBeGreaterThan(100);
    // eslint-disable-next-line no-control-regex -- all that is ASCII
    expect(samples.some((payload) => /[^\x00-\x7f]/.test(payload))).toBe(true);
  });
});

const githubVendor: Vendor = {
  ...secrets,
  provider: github,
  package: '@octokit/webhooks-methods',
  child: { name: 'github', verifies: true, signs: true },
  payloads: { ...PAYLOADS, ...GITHUB_PAYLOADS },
};
describeVendor(githubVendor);

// The time is a field of the body.
const withTime = (body: string, now: number): string | undefined => {
  const payload: unknown = JSON.parse(body);
  if (Array.isArray(payload)) return undefined;
  const isEmpty = Object.keys(payload as object).length === 0;
  return body.replace('{', () => `{"webhookTimestamp":${now}${isEmpty ? '' : ','}`);
};

const linearVendor: Vendor = {
  ...secrets,
  provider: linear,
  package: '@linear/sdk',
  child: { name: 'linear', verifies: true, signs: false },
  refusal: /^Invalid webhook (signature|timestamp)$/,
  window: 'both',
  prepare: withTime,
};
describeVendor(linearVendor);

const twitchVendor: Vendor = {
  ...secrets,
  provider: twitch,
  package: '@twurple/eventsub-http',
  child: { name: 'twitch', verifies: true, signs: false },
  // Its judgement of the signature asks for no time; deliveries that are too old are dropped later.
  window: 'none',
};
describeVendor(twitchVendor);

describe('@octokit/webhooks-methods', () => {
  it('compares text, so that it refuses upper case; verify() takes it', async () => {
    const { headers, body } = signOurs(github, '{}', SECRET);
    const [, hex] = headers['x-hub-signature-256']!.split('=');
    const upper = { 'x-hub-signature-256': `sha256=${hex!.toUpperCase()}` };
    expect(await theirs(githubVendor, { headers: upper, body })).toMatchObject({ accepted: false });
    expect(ours(github, { headers: upper, body }, SECRET).accepted).toBe(true);
  });
});

describe('@linear/sdk', () => {
  it('both refuse a body without a time', async () => {
    const signed = signOurs(linear, '{"type":"Issue","action":"create"}', SECRET);
    expect(await theirs(linearVendor, signed)).toMatchObject({ reason: 'Missing webhook timestamp' });
    expect(ours(linear, signed, SECRET).reason).toBe('ERR_WEBHOOK_HEADER');
  });

  it('wants the time as a number; verify() takes the same digits as text', async () => {
    const signed = signOurs(linear, `{"webhookTimestamp":"${NOW}"}`, SECRET);
    expect(await theirs(linearVendor, signed)).toMatchObject({ reason: 'Invalid webhook timestamp' });
    expect(ours(linear, signed, SECRET).accepted).toBe(true);
  });
});

describe('@twurple/eventsub-http', () => {
  it('takes characters moved from the body to the time; verify() wants a time in RFC 3339', async () => {
    const signed = signOurs(twitch, '1{"challenge":"a"}', SECRET);
    const header = 'twitch-eventsub-message-timestamp';
    const moved = {
      headers: { ...signed.headers, [header]: `${signed.headers[header]!}1` },
      body: signed.body.slice(1),
    };
    expect(await theirs(twitchVendor, moved)).toMatchObject({ accepted: true });
    expect(ours(twitch, moved, SECRET).reason).toBe('ERR_WEBHOOK_HEADER');
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request, type RequestHandler } from 'express';
import { diagnose, keepRawBody, providers, verifySync, type Delivery, type Finding } from 'hooklatch';
import { NOW } from '../helpers/deliveries';
import { ADDRESS, handSigned, type Sender, type Sent } from '../helpers/hand-signed';
import { withBody, withSecret } from '../helpers/mistakes';

/** A set-up that refuses, the fix that it gets, and the same set-up with that done. */
interface Followed {
  readonly code: string;
  readonly sender: Sender;
  readonly breaks: (sent: Sent) => Sent;
  /** The words of the fix that are followed. */
  readonly says: RegExp;
  /** Does what the words say, with nothing but the broken set-up and the finding. */
  readonly follow: (broken: Sent, found: Finding) => Sent;
}

const settings = (sent: Sent, more: Partial<Sent['settings']>): Sent => ({
  ...sent,
  settings: { ...sent.settings, ...more },
});
/** The address that a finding names. */
const named = ({ observed }: Finding): string => /address (\S+?)[,.]?(?:\s|$)/.exec(observed)![1]!;
const useAddress = (broken: Sent, found: Finding): Sent => settings(broken, { publicUrl: named(found) });
const SECRET = "It's a Secret to Everybody";
/** The fixes that say to copy the secret again lead to the settings of the sender, which have this one. */
const copyAgain = (broken: Sent): Sent => settings(broken, { secret: SECRET });

const FOLLOWED: readonly Followed[] = [
  {
    code: 'secret-white-space',
    sender: 'github',
    breaks: (sent) => withSecret(sent, (s) => `${s}\n`),
    says: /Remove the white space/,
    follow: (broken) => withSecret(broken, (s) => s.trim()),
  },
  {
    code: 'secret-white-space',
    sender: 'clerk',
    breaks: (sent) => withSecret(sent, (s) => `\u200b${s}`),
    says: /characters that are not visible/,
    follow: (broken) => withSecret(broken, (s) => s.replace(/[^\x21-\x7e]/g, '')),
  },
  {
    code: 'secret-quotes',
    sender: 'stripe',
    breaks: (sent) => withSecret(sent, (s) => `"${s}"`),
    says: /Remove the quotes/,
    follow: (broken) => withSecret(broken, (s) => s.slice(1, -1)),
  },
  {
    code: 'secret-format',
    sender: 'slack',
    breaks: (sent) => withSecret(sent, (s) => `SLACK_SECRET=${s}`),
    says: /the value alone, without NAME=/,
    follow: (broken) => withSecret(broken, (s) => s.slice(s.indexOf('=') + 1)),
  },
  {
    code: 'secret-encoding',
    sender: 'shopify',
    breaks: (sent) => withSecret(sent, (s) => Buffer.from(s).toString('base64')),
    says: /Give the secret as the provider describes it/,
    follow: (broken) => withSecret(broken, (s) => Buffer.from(s, 'base64').toString()),
  },
  ...(
    ['secret-not-filled-in', 'secret-placeholder', 'secret-of-another-kind', 'secret-unknown'] as const
  ).map((code): Followed => ({
    code,
    sender: 'github',
    breaks: (sent) => settings(sent, { secret: WRONG[code] }),
    says: code === 'secret-not-filled-in' ? /Set the variable/ : /Copy the secret again/,
    follow: copyAgain,
  })),
  {
    code: 'secret-expired',
    sender: 'github',
    breaks: (sent) =>
      settings(sent, { secret: [{ id: 'a', value: SECRET, notAfter: new Date(NOW - 1000) }] }),
    says: /Remove its "notAfter" or set it later/,
    follow: (broken) =>
      settings(broken, { secret: [{ id: 'a', value: SECRET, notAfter: new Date(NOW + 1000) }] }),
  },
  {
    code: 'secret-not-yet-valid',
    sender: 'github',
    breaks: (sent) =>
      settings(sent, { secret: [{ id: 'a', value: SECRET, notBefore: new Date(NOW + 1000) }] }),
    says: /Set its "notBefore" earlier/,
    follow: (broken) =>
      settings(broken, { secret: [{ id: 'a', value: SECRET, notBefore: new Date(NOW - 1000) }] }),
  },
  {
    code: 'public-url-missing',
    sender: 'square',
    breaks: (sent) =>
      settings(
        {
          ...sent,
          delivery: { ...sent.delivery, headers: { ...sent.delivery.headers, host: 'example.org' } },
        },
        { publicUrl: undefined },
      ),
    says: /Give the option "publicUrl"/,
    follow: useAddress,
  },
  ...(
    [
      ['signed-url-scheme', ADDRESS.replace('https', 'http'), /right one of http/],
      ['signed-url-port', ADDRESS.replace('.org', '.org:8443'), /with its port, or without/],
      ['signed-url-slash', ADDRESS.replace('in?', 'in/?'), /slash at the end, or without/],
      ['signed-url-query', `${ADDRESS}&more=1`, /with its query, or without/],
    ] as const
  ).map(([code, publicUrl, says]): Followed => ({
    code,
    sender: 'square',
    breaks: (sent) => settings(sent, { publicUrl }),
    says,
    follow: useAddress,
  })),
  {
    code: 'other-provider',
    sender: 'github',
    breaks: (sent) => settings(sent, { provider: providers.stripe! }),
    says: /Use that provider for this address/,
    follow: (broken, { observed }) => {
      const name = /one of ([\w-]+)/.exec(observed)![1]!;
      return settings(broken, { provider: Object.values(providers).find((one) => one.name === name)! });
    },
  },
  {
    code: 'timestamp-stale',
    sender: 'slack',
    breaks: (sent) => settings(sent, { now: NOW + 47 * 60_000 }),
    says: /give the time of its arrival \("now", --now\)/,
    follow: (broken) => settings(broken, { now: NOW }),
  },
  {
    code: 'body-base64',
    sender: 'stripe',
    breaks: (sent) => withBody(sent, (text) => Buffer.from(text).toString('base64')),
    says: /decode it with Buffer\.from\(body, "base64"\)/,
    follow: (broken) => withBody(broken, (text) => Buffer.from(text, 'base64')),
  },
];

const WRONG = {
  'secret-not-filled-in': '$GITHUB_WEBHOOK_SECRET',
  'secret-placeholder': 'your-webhook-secret-here',
  'secret-of-another-kind': ['gh', 'p_16C7e42F292c6912E7710c838347Ae178B4a'].join(''),
  'secret-unknown': 'a secret of another endpoint',
} as const;

describe('a fix that is followed to the letter', () => {
  it.each(FOLLOWED.map((row) => [row.code, row.sender, row] as const))(
    'makes a delivery refused by %s verify: %s',
    (code, sender, { breaks, says, follow }) => {
      const broken = breaks(handSigned(sender));
      expect(() => verifySync(broken.delivery, broken.settings)).toThrow();
      const [found] = diagnose(broken.delivery, broken.settings).findings;
      expect([found!.code, found!.fix]).toEqual([code, expect.stringMatching(says)]);
      const mended = follow(broken, found!);
      expect(verifySync(mended.delivery, mended.settings).verified).toBe(true);
    },
  );
});

describe('the fix for a parser in front, followed in a real app', () => {
  const sent = handSigned('github');
  const captured = async (parsers: readonly RequestHandler[]): Promise<Delivery> => {
    const app = express();
    let seen: Delivery | undefined;
    if (parsers.length > 0) app.use(...parsers);
    app.post('/', (req: Request & { rawBody?: Buffer }, res) => {
      const { method, url } = req;
      const headers = req.headers as Delivery['headers'];
      const body = req.rawBody ?? Buffer.from(JSON.stringify(req.body));
      seen = { method, url, headers, body };
      res.sendStatus(200);
    });
    const server: Server = createServer(app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const headers = {
      ...(sent.delivery.headers as Record<string, string>),
      'content-type': 'application/json',
    };
    await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: sent.delivery.body });
    server.close();
    return seen!;
  };

  it('hands over the bytes as they came with keepRawBody', async () => {
    const broken = await captured([express.json()]);
    const [found] = diagnose(broken, sent.settings).findings;
    expect(found).toMatchObject({ code: 'body-reserialised', certainty: 'certain' });
    expect(found!.fix).toContain('express.json({ verify: keepRawBody })');
    const mended = await captured([express.json({ verify: keepRawBody })]);
    expect(verifySync(mended, sent.settings).verified).toBe(true);
  });
});

import { inspect } from 'node:util';
import * as hooklatch from 'hooklatch';
import { fastcomments } from 'hooklatch';
import { startInspector } from 'hooklatch/inspector';
import { signedRequest } from 'hooklatch/testing';
import { warnings } from '../helpers/http';

const SECRET = 'kept-to-itself-and-shown-to-nobody';
const BYTES = Buffer.from(SECRET);

/** Every way in which the secret could be written down. */
const FORMS = [
  SECRET,
  BYTES.toString('hex'),
  BYTES.toString('base64'),
  inspect(BYTES).slice('<Buffer '.length, '<Buffer '.length + 23),
  [...BYTES.subarray(0, 8)].join(', '),
];

class Vault {
  readonly secret = SECRET;
}

const lookup = Object.assign(() => SECRET, { secret: SECRET });

/** What holds a secret where options are given: each in the place of each other. */
const HOLDERS: readonly (readonly [string, unknown])[] = [
  ['a text', SECRET],
  ['a text with spaces', ` ${SECRET} `],
  ['bytes', BYTES],
  ['a secret with a name', { id: 'main', value: SECRET }],
  ['a list', [SECRET, { id: 'main', value: SECRET }]],
  ['a look-up', lookup],
  ['a tenant', { secrets: SECRET, scope: 'tenant' }],
  ['another scheme', [{ provider: fastcomments, secret: SECRET }]],
  ['the options themselves', { provider: fastcomments, secret: SECRET, verifyToken: SECRET }],
  ['a map', new Map([['secret', SECRET]])],
  ['an object of a class', new Vault()],
  ['what prints itself', { [inspect.custom]: () => SECRET, toString: () => SECRET, toJSON: () => SECRET }],
  ['a client with a password', { password: SECRET, url: `redis://:${SECRET}@127.0.0.1` }],
  ['an address with a password', `https://user:${SECRET}@example.org/`],
  ['an address with a token', `https://example.org/?token=${SECRET}`],
  ['an address of which the path is secret', `https://example.org/${SECRET}`],
  ['an error', new Error(SECRET)],
];

const PLAIN = { provider: fastcomments, secret: SECRET };
const DELIVERY = { method: 'PUT', url: '/', headers: {}, body: Buffer.from('{}') };
const DESCRIPTION = {
  name: 'own',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
};

type Make = (options: never) => unknown;

/** Everything that takes options, and options that are right. */
const MAKERS: readonly (readonly [string, Make, object])[] = [
  ['webhookGuard()', hooklatch.webhookGuard, PLAIN],
  ['webhookRouter()', hooklatch.webhookRouter, { ...PLAIN, events: { '*': () => undefined } }],
  ['verifySignature()', hooklatch.verifySignature, PLAIN],
  ['checkHeaders()', hooklatch.checkHeaders, { provider: fastcomments }],
  ['captureRawBody()', hooklatch.captureRawBody, {}],
  ['requireHttps()', hooklatch.requireHttps, {}],
  ['limitRate()', hooklatch.limitRate, {}],
  ['rejectDuplicates()', hooklatch.rejectDuplicates, {}],
  ['routeEvents()', hooklatch.routeEvents, { provider: fastcomments, events: { '*': () => undefined } }],
  ['validatePayload()', hooklatch.validatePayload, {}],
  ['answerHandshakes()', hooklatch.answerHandshakes, { provider: fastcomments }],
  ['webhookErrors()', hooklatch.webhookErrors, {}],
  ['memoryStore()', hooklatch.memoryStore, {}],
  ['redisStore()', hooklatch.redisStore, { sendCommand: () => undefined }],
  ['makeVerifier()', hooklatch.makeVerifier, PLAIN],
  ['verifySync()', (options) => hooklatch.verifySync(DELIVERY, options), PLAIN],
  ['diagnose()', (options) => hooklatch.diagnose(DELIVERY, options), PLAIN],
  ['sign()', (options) => hooklatch.sign(fastcomments, options, DELIVERY), { secret: SECRET }],
  ['signedRequest()', (options) => signedRequest(fastcomments, options), { secret: SECRET, body: '{}' }],
  ['defineProvider()', hooklatch.defineProvider, DESCRIPTION],
  ['defineProvider() of code', hooklatch.defineProvider, { name: 'own', headers: [], verify: lookup }],
  ['tokenProvider()', hooklatch.tokenProvider, { name: 'own', header: 'X-Token' }],
  ['makeAwsSns()', hooklatch.makeAwsSns, {}],
  ['makeHttpMessageSignatures()', hooklatch.makeHttpMessageSignatures, {}],
];

/** What was printed: express-rate-limit prints what is wrong with `validate`. */
const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  for (const name of ['log', 'warn', 'error'] as const) {
    jest.spyOn(console, name).mockImplementation((...args) => void printed.push(inspect(args, { depth: 9 })));
  }
});

/** The names of the options, as the message about an unknown one lists them. */
function namesOf(make: Make, right: object): readonly string[] {
  const [, names = ''] =
    /the options are (\w+(?:, \w+)*)/.exec(messageOf(make, { ...right, noSuchOption: 1 })) ?? [];
  return names.split(', ');
}

function messageOf(make: Make, options: unknown): string {
  try {
    make(options as never);
    return '';
  } catch (error) {
    return `${String(error)} ${inspect(error, { showHidden: true, depth: 9 })}`;
  }
}

function expectNoSecret(...texts: readonly string[]): void {
  const text = [...texts, ...warnings, ...printed].join('\n').toLowerCase();
  for (const form of FORMS) expect(text).not.toContain(form.toLowerCase());
}

describe('what can be seen', () => {
  it('is searched in a way that finds a secret', () => {
    for (const form of FORMS) expect(() => expectNoSecret(`x ${form} y`)).toThrow();
  });
});

describe.each(MAKERS)('%s', (_name, make, right) => {
  const names = namesOf(make, right);

  it('has options', () => {
    expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/^\w+$/)]));
  });

  it('shows no secret in the place of any option', () => {
    for (const [what, holder] of HOLDERS) {
      expectNoSecret(
        what,
        ...names.map((name) => messageOf(make, { ...right, [name]: holder })),
        ...warnings,
      );
    }
    expect(names.some((name) => messageOf(make, { ...right, [name]: SECRET }) !== '')).toBe(true);
  });

  it('shows no secret inside of any option', () => {
    for (const [what, holder] of HOLDERS) {
      const nested = [[holder], { id: holder }, { key: holder }, { store: holder }, { a: { b: holder } }];
      const messages = names.map((name) =>
        nested.map((inner) => messageOf(make, { ...right, [name]: inner })).join(),
      );
      expectNoSecret(what, ...messages);
    }
  });

  it('shows no secret in the place of the options', () => {
    for (const [what, holder] of HOLDERS) {
      expectNoSecret(what, messageOf(make, holder), messageOf(make, [holder]));
    }
  });
});

describe('allowIps()', () => {
  it.each(HOLDERS)('shows no secret of %s', (_what, holder) => {
    for (const ranges of [holder, [holder], ['192.0.2.7', [holder]]]) {
      expectNoSecret(messageOf(hooklatch.allowIps as Make, ranges));
    }
  });
});

describe('startInspector()', () => {
  it.each(HOLDERS)('shows no secret of %s in the place of an address', async (_what, holder) => {
    for (const endpoints of [holder, [holder], [{ url: holder, provider: fastcomments, secret: SECRET }]]) {
      const message = await startInspector({ endpoints } as never).then(
        () => '',
        (error: unknown) => inspect(error),
      );
      expectNoSecret(message);
    }
  });
});

describe('a secret whose id and value are swapped', () => {
  it('is named by what it is, not by its text', () => {
    for (const value of ['main', 'main ', '"main"']) {
      messageOf(hooklatch.webhookGuard, { ...PLAIN, secret: { id: SECRET, value } });
      messageOf(hooklatch.webhookGuard, {
        ...PLAIN,
        secret: [
          { id: SECRET, value },
          { id: SECRET, value: 'b' },
        ],
      });
    }
    expect(warnings.length).toBeGreaterThan(0);
    expectNoSecret();
  });
});

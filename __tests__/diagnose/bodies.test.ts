import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express, { type Express, type Request } from 'express';
import {
  fastcomments,
  github,
  medplum,
  shopify,
  slack,
  stripe,
  telehealth,
  type Delivery,
  type Provider,
} from 'hooklatch';
import {
  diagnosed,
  good,
  HMACS,
  PAYLOAD,
  PRETTY,
  secretOf,
  signatureHeader,
  withBody,
} from '../helpers/deliveries';
import { send, start } from '../helpers/http';

type Change = (delivery: Delivery, provider: Provider) => Delivery | Promise<Delivery>;

interface Mistake {
  readonly name: string;
  readonly code: string;
  readonly observed?: RegExp;
  readonly of?: readonly Provider[];
  /** What the sender signs and sends. */
  readonly body?: string | Buffer;
  readonly method?: string;
  /** What happens to it on the way. */
  readonly way: Change;
}

// A body with a time in it that one provider looks for.
const COMPACT = JSON.stringify(PAYLOAD);
const FEW = [fastcomments, stripe, telehealth];
const FORM = 'token=abc&command=%2Fweather&text=94070+Z%C3%BCrich&response_url=https%3A%2F%2Fexample.org%2F1';

const edited =
  (edit: (text: string) => string): Change =>
  (delivery) =>
    withBody(delivery, edit(delivery.body.toString()));

/** A program of another language that reads and writes the body. */
const python = (expression: string, input: string | Buffer): string =>
  execFileSync(
    'python3',
    ['-c', `import json,sys\nx=json.load(sys.stdin)\nsys.stdout.write(${expression})`],
    {
      input,
      env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    },
  ).toString();

/** Sends the delivery through a real app; what that hands on is the body. */
const throughApp =
  (setUp: (app: Express) => void, handedOn: (req: Request) => string | Buffer): Change =>
  async (delivery) => {
    let seen: Delivery | undefined;
    const { port } = await start((app) => {
      setUp(app);
      app.use((req, res) => {
        const { method, originalUrl: url, headers, rawHeaders } = req;
        seen = { method, url, headers, rawHeaders, body: Buffer.from(handedOn(req) as string) };
        res.end();
      });
    });
    const { method, url, headers, body } = delivery;
    const sent = { 'Content-Type': 'application/json', ...(headers as Record<string, string>) };
    await send(port, { method, path: url, headers: sent, body });
    return seen!;
  };

const MISTAKES: readonly Mistake[] = [
  {
    name: 'express.json() and JSON.stringify() of a pretty-printed body',
    code: 'body-reserialised',
    observed: /pretty-printed with 2 spaces/,
    of: HMACS,
    way: throughApp(
      (app) => app.use(express.json()),
      (req) => JSON.stringify(req.body),
    ),
  },
  {
    name: 'JSON.parse() and JSON.stringify() of a body with 4 spaces',
    code: 'body-reserialised',
    observed: /pretty-printed with 4 spaces/,
    body: JSON.stringify(PAYLOAD, null, 4),
    way: edited((text) => JSON.stringify(JSON.parse(text))),
  },
  {
    name: 'a sender that signs compact JSON and sends it pretty-printed',
    code: 'body-reserialised',
    observed: /compact/,
    body: COMPACT,
    way: edited((text) => JSON.stringify(JSON.parse(text), null, 2)),
  },
  {
    name: 'JSON.stringify() of what Python wrote',
    code: 'body-reserialised',
    observed: /with ", " and ": ", ASCII only, as by json.dumps of Python/,
    body: python('json.dumps(x)', COMPACT),
    way: edited((text) => JSON.stringify(JSON.parse(text))),
  },
  {
    name: 'JSON.stringify() of what Python wrote in UTF-8',
    code: 'body-reserialised',
    observed: /with ", " and ": ", as by json.dumps of Python/,
    body: python('json.dumps(x, ensure_ascii=False)', COMPACT),
    way: edited((text) => JSON.stringify(JSON.parse(text))),
  },
  {
    name: 'a sender in Python that signs compact separators and sends the usual ones',
    code: 'body-reserialised',
    observed: /compact, ASCII only/,
    body: python("json.dumps(x, separators=(',', ':'))", COMPACT),
    way: edited((text) => python('json.dumps(x)', text)),
  },
  {
    name: 'a sender in Python that signs sorted keys',
    code: 'body-reserialised',
    observed: /with ", " and ": ".*keys sorted/,
    body: python('json.dumps(x, sort_keys=True)', COMPACT),
    way: () => undefined as never,
  },
  {
    name: 'slashes that PHP escapes',
    code: 'body-reserialised',
    observed: /slashes escaped/,
    body: COMPACT.replaceAll('/', '\\/'),
    way: edited((text) => JSON.stringify(JSON.parse(text))),
  },
  {
    name: 'HTML that Go escapes',
    code: 'body-reserialised',
    observed: /<, > and & escaped/,
    body: COMPACT.replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
    way: edited((text) => JSON.stringify(JSON.parse(text))),
  },
  {
    name: 'characters that .NET escapes',
    code: 'body-reserialised',
    observed: /\.NET/,
    body: COMPACT.replace(
      /[<>&'+`]|\\"|[^\x20-\x7e]/g,
      (text) =>
        `\\u${text
          .charCodeAt(text.length - 1)
          .toString(16)
          .toUpperCase()
          .padStart(4, '0')}`,
    ),
    way: edited((text) => JSON.stringify(JSON.parse(text))),
  },
  {
    name: 'JSON.stringify() of tabs and a line break at the end',
    code: 'body-reserialised',
    observed: /tabs.*line break/,
    body: `${JSON.stringify(PAYLOAD, null, '\t')}\n`,
    way: edited((text) => JSON.stringify(JSON.parse(text))),
  },
  {
    name: 'a jsonb column',
    code: 'body-reserialised',
    observed: /jsonb/,
    body: '{"id": 1, "url": "x", "text": "y", "alpha": [1, 2]}',
    of: [fastcomments, telehealth, stripe],
    way: () => undefined as never,
  },
  {
    name: 'a line break that the shell appends',
    code: 'body-newline',
    observed: /added/,
    of: HMACS,
    way: (delivery) =>
      withBody(delivery, execFileSync('sh', ['-c', 'echo "$(cat)"'], { input: delivery.body })),
  },
  {
    name: 'a line break that is lost',
    code: 'body-newline',
    observed: /lost/,
    of: HMACS,
    body: `${COMPACT}\n`,
    way: (delivery) =>
      withBody(delivery, execFileSync('sh', ['-c', 'printf %s "$(cat)"'], { input: delivery.body })),
  },
  {
    name: 'a sender that signs the body without the white space around it',
    code: 'body-white-space',
    way: edited((text) => `\n  ${text} \n`),
  },
  {
    name: 'a byte order mark that a decoder takes off',
    code: 'body-bom',
    body: `\ufeff${COMPACT}`,
    way: (delivery) => withBody(delivery, new TextDecoder().decode(delivery.body)),
  },
  {
    name: 'a byte order mark that an editor puts in front',
    code: 'body-bom',
    way: edited((text) => `\ufeff${text}`),
  },
  {
    name: 'CRLF that git makes LF',
    code: 'body-line-ends',
    body: PRETTY.replaceAll('\n', '\r\n'),
    way: edited((text) => text.replaceAll('\r\n', '\n')),
  },
  {
    name: 'LF that Windows makes CRLF',
    code: 'body-line-ends',
    way: edited((text) => text.replaceAll('\n', '\r\n')),
  },
  {
    name: 'bytes of Latin-1 that were read as UTF-8',
    code: 'body-utf8-replaced',
    observed: /replaced/,
    body: Buffer.from('{"webhookTimestamp":1767225600000,"text":"Zo\xeb"}', 'latin1'),
    way: (delivery) => withBody(delivery, delivery.body.toString('utf8')),
  },
  {
    name: 'several bytes that were not UTF-8, which nothing can bring back',
    code: 'body-utf8-replaced',
    observed: /U\+FFFD/,
    body: Buffer.from('{"text":"Zo\xeb", "more":"\xfc \xff"}', 'latin1'),
    way: (delivery) => withBody(delivery, delivery.body.toString('utf8')),
  },
  {
    name: 'UTF-8 that was read as Latin-1',
    code: 'body-charset',
    way: (delivery) => withBody(delivery, delivery.body.toString('latin1')),
  },
  {
    name: 'UTF-8 that was read as Windows-1252',
    code: 'body-charset',
    body: '{"text":"Zoë – ☕"}',
    way: (delivery) => withBody(delivery, '{"text":"ZoÃ« â€“ â˜•"}'),
  },
  {
    name: 'a sender that signs Latin-1',
    code: 'body-charset',
    body: Buffer.from('{"text":"Zo\xeb"}', 'latin1'),
    way: (delivery) => withBody(delivery, delivery.body.toString('latin1')),
  },
  {
    name: 'accents that were normalised',
    code: 'body-normalised',
    body: PRETTY.normalize('NFD'),
    way: edited((text) => text.normalize('NFC')),
  },
  {
    name: 'a DELETE whose body an app has not read',
    code: 'body-empty',
    observed: /body of this DELETE is empty/,
    method: 'DELETE',
    of: [fastcomments, medplum],
    way: throughApp(
      () => undefined,
      () => '',
    ),
  },
  {
    name: 'a DELETE whose body {} got lost',
    code: 'body-empty',
    observed: /such as \{\}/,
    method: 'DELETE',
    body: '{}',
    way: edited(() => ''),
  },
  {
    name: 'a POST whose body a parser has eaten',
    code: 'body-empty',
    observed: /POST is empty, and Content-Length is/,
    way: throughApp(
      (app) => app.use(express.json()),
      () => '',
    ),
  },
  {
    name: 'a parser that makes {} of nothing',
    code: 'body-added',
    body: '',
    way: (delivery) => withBody(delivery, JSON.stringify({})),
  },
  {
    name: 'a body that express.raw() has inflated',
    code: 'body-inflated',
    observed: /compressed form/,
    body: gzipSync(PRETTY),
    way: (delivery) =>
      throughApp(
        (app) => app.use(express.raw({ type: () => true })),
        (req) => req.body as Buffer,
      )({ ...delivery, headers: { ...delivery.headers, 'content-encoding': 'gzip' } }, fastcomments),
  },
  {
    name: 'a body that was inflated and cannot be had again',
    code: 'body-inflated',
    observed: /Content-Encoding is "br"/,
    body: Buffer.concat([gzipSync(PRETTY), Buffer.from('more')]),
    way: (delivery) => ({
      ...withBody(delivery, PRETTY),
      headers: { ...delivery.headers, 'content-encoding': 'br' },
    }),
  },
  {
    name: 'a sender that signs before it compresses',
    code: 'body-compressed',
    way: (delivery) =>
      throughApp(
        () => undefined,
        () => gzipSync(PRETTY),
      )({ ...delivery, headers: { ...delivery.headers, 'content-encoding': 'gzip' } }, fastcomments),
  },
  {
    name: 'a sender that signs before it compresses with Brotli',
    code: 'body-compressed',
    way: (delivery) => withBody(delivery, brotliCompressSync(delivery.body)),
  },
  {
    name: 'a form that express.urlencoded() has decoded',
    code: 'body-form-decoded',
    of: [slack, telehealth],
    body: FORM,
    way: (delivery) =>
      throughApp(
        (app) => app.use(express.urlencoded({ extended: false })),
        (req) => JSON.stringify(req.body),
      )(
        {
          ...delivery,
          headers: { ...delivery.headers, 'Content-Type': 'application/x-www-form-urlencoded' },
        },
        slack,
      ),
  },
  {
    name: 'a form whose payload was taken out',
    code: 'body-form-decoded',
    of: [github, slack],
    body: new URLSearchParams({ payload: COMPACT }).toString(),
    way: (delivery) => withBody(delivery, new URLSearchParams(delivery.body.toString()).get('payload')!),
  },
  {
    name: 'a form that was written again with other escapes',
    code: 'body-form-decoded',
    of: [slack, github],
    body: FORM,
    way: edited((text) => text.replaceAll('+', '%20')),
  },
  {
    name: 'base64 as API Gateway hands it over',
    code: 'body-base64',
    way: (delivery) => withBody(delivery, delivery.body.toString('base64')),
  },
  {
    name: 'an envelope of a relay',
    code: 'body-wrapped',
    way: edited((text) => JSON.stringify({ receivedAt: 1, body: text })),
  },
  {
    name: 'an envelope of a queue, in base64',
    code: 'body-wrapped',
    way: (delivery) =>
      withBody(delivery, JSON.stringify({ payload: delivery.body.toString('base64'), retries: 0 })),
  },
  {
    name: 'JSON that was made JSON again',
    code: 'body-double-encoded',
    way: edited((text) => JSON.stringify(text)),
  },
  {
    name: 'an object that was made a string',
    code: 'body-object-text',
    way: edited((text) => String(JSON.parse(text))),
  },
  {
    name: 'numbers that JavaScript writes in another way, told by the length',
    code: 'body-reserialised',
    observed: /Content-Length is 40, but the body has 38 bytes/,
    body: '{"amount": 10.00, "id": "aaaaaaaaaaaaa"}',
    way: throughApp(
      (app) => app.use(express.json()),
      (req) => JSON.stringify(req.body).replace(/:/g, ': ').replace(',', ', ') + ' ',
    ),
  },
];

// The sender of two mistakes sends something else than it signs, from the start.
const SENT: Readonly<Record<string, (delivery: Delivery) => Delivery>> = {
  'a sender in Python that signs sorted keys': (delivery) => withBody(delivery, COMPACT),
  'a jsonb column': (delivery) => withBody(delivery, '{"text":"y","id":1,"alpha":[1,2],"url":"x"}'),
};

describe('the body: diagnose() names first', () => {
  it.each(MISTAKES)('$code for $name', async ({ name, code, observed, of = FEW, body, method, way }) => {
    for (const provider of of) {
      const delivery = good(provider, body ?? PRETTY, method === undefined ? {} : { method });
      const arrived = await (SENT[name] ?? way)(delivery, provider);
      const { verified, findings } = diagnosed(provider, arrived);
      expect([provider.name, verified, findings[0]!.code]).toEqual([provider.name, false, code]);
      if (observed !== undefined) expect(findings[0]!.observed).toMatch(observed);
    }
  });

  it('the body of a sender that signs with code of its own', () => {
    // As the senders' own examples do: over what JSON.stringify makes of an object.
    const mac = createHmac('sha256', secretOf(shopify)).update(JSON.stringify(PAYLOAD)).digest('base64');
    const delivery = {
      method: 'POST',
      url: '/',
      headers: { [signatureHeader(shopify)]: mac },
      body: Buffer.from(PRETTY),
    };
    expect(diagnosed(shopify, delivery).findings[0]).toMatchObject({
      code: 'body-reserialised',
      certainty: 'certain',
    });
  });
});

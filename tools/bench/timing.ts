import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import type { Request } from 'express';
import {
  adyen,
  cloudinary,
  contentful,
  defineProvider,
  discord,
  docusign,
  fastcomments,
  fastcommentsLegacy,
  figma,
  github,
  httpMessageSignatures,
  livekit,
  mailgun,
  makeCircle,
  makeFusionauth,
  makeHttpMessageSignatures,
  netlify,
  paystack,
  persona,
  phonepe,
  postmark,
  recurly,
  twilio,
  wise,
  type Delivery,
  type Provider,
} from '../../src';
import { isThenable } from '../../src/awaitable';
import { authenticateDelivery } from '../../src/core/custom';
import { makeSecretSource, type FoundSecrets, type SecretSource } from '../../src/request/secret-source';
import { authenticate, parseSignatureHeaders, type SignedRequest } from '../../src/core/authenticate';
import { getCompiled, type CompiledProvider } from '../../src/core/compiled-provider';
import { prepareSecrets, type PreparedSecret } from '../../src/core/secrets';

/*
 * Does the time that a refusal takes tell anything of a secret? After dudect (https://eprint.iacr.org/2016/1123): two
 * classes of input in random order, each call measured, and Welch's t-test over the two piles of times, whole and
 * with the slowest left out. |t| of 4.5 and more means that the classes can be told apart.
 */

const SAMPLES = Number(process.argv[2] ?? 50_000);
/** Of all subjects those whose name begins with this. */
const ONLY = process.argv[3] ?? '';
const THRESHOLD = 4.5;
/** Inputs that are made together, so that making them does not disturb the clock. */
const ROUND = 32;
/** Shares of the samples that are kept, the fastest first. */
const CROPS = [1, 0.99, 0.95, 0.9, 0.75, 0.5];

const NOW = 1_767_225_600_000;
const TOKEN_LENGTH = 48;
const WINDOW = { now: NOW, toleranceMs: 300_000 };
const TIMESTAMP = String(NOW / 1000);

type Trial = () => unknown;

interface Subject {
  readonly name: string;
  readonly classes: readonly [string, string];
  /** A control is something that leaks: it shows that a leak of this size would be seen. */
  readonly isControl: boolean;
  /** Calls that are measured together. */
  readonly batch: number;
  /** Makes one input of a class; a new one each time, so that no place in memory stands for its class. */
  readonly make: (which: 0 | 1) => Trial;
}

interface Result {
  readonly t: number;
  /** The smallest difference that would be told, in nanoseconds. */
  readonly resolution: number;
  readonly crop: number;
  readonly medians: readonly [number, number];
}

const secret = randomBytes(16).toString('hex');
const body = randomBytes(1024);
const request: SignedRequest = { method: 'PUT', url: '', body };
const signatureBy = (key: string): Buffer =>
  createHmac('sha256', key).update(`${TIMESTAMP}.`).update(body).digest();

const prepare = (compiled: CompiledProvider, value: string, notAfter?: Date): readonly PreparedSecret[] =>
  prepareSecrets(compiled.provider, { id: 'x', value, notAfter }, () => undefined);

/** A plan of its own for each input, and with it keys of its own: no place in memory stands for a class. */
const planLike = (provider: Provider): CompiledProvider => getCompiled(defineProvider({ ...provider }));

/** The same text in a string of its own, as the parser of HTTP makes it. */
const fresh = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

function changed(bytes: Buffer, index: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[index] = (copy[index] ?? 0) ^ randomInt(1, 256);
  return copy;
}

/** What a receiver does with the headers and the body of one delivery. */
function receive(
  compiled: CompiledProvider,
  headers: Record<string, string>,
  secrets: readonly PreparedSecret[],
): Trial {
  return () => {
    const parsedSignature = parseSignatureHeaders(compiled, { headers });
    return typeof parsedSignature === 'string'
      ? parsedSignature
      : authenticate(parsedSignature, secrets, request, WINDOW);
  };
}

const signatureOf = (signature: Buffer): Record<string, string> => ({
  'x-fastcomments-signature': fresh(`sha256=${signature.toString('hex')}`),
  'x-fastcomments-timestamp': fresh(TIMESTAMP),
});

/** A delivery that nobody here has signed, with a secret to try, and what a receiver has where there is none. */
function stranger(none: (compiled: CompiledProvider) => readonly PreparedSecret[]) {
  const compiled = planLike(fastcomments);
  const headers = signatureOf(randomBytes(32));
  let known: readonly PreparedSecret[] = [];
  let others: readonly PreparedSecret[] = [];
  const steps = [
    () => receive(compiled, headers, (known = prepare(compiled, hex(16))))(),
    () => receive(compiled, headers, (others = none(compiled)))(),
  ];
  // Both are made and used in either class, and in random order: only what is measured tells the classes apart.
  if (randomInt(2) === 0) steps.reverse();
  for (const step of steps) step();
  return { plan: compiled, headers, known, others };
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'control: a token by ===',
    classes: ['wrong first byte', 'wrong last byte'],
    isControl: true,
    batch: 64,
    make: (which) => {
      const bytes = Buffer.from(secret, 'latin1');
      const given = changed(bytes, which === 0 ? 0 : bytes.length - 1).toString('latin1');
      const own = fresh(secret);
      return () => given === own;
    },
  },
  {
    name: 'signature',
    classes: ['wrong first byte', 'wrong last byte'],
    isControl: false,
    batch: 4,
    make: (which) => {
      // A secret of its own each time: the text that is given then says as little in one class as in the other.
      const own = randomBytes(16).toString('hex');
      const compiled = planLike(fastcomments);
      return receive(
        compiled,
        signatureOf(changed(signatureBy(own), which === 0 ? 0 : 31)),
        prepare(compiled, own),
      );
    },
  },
  {
    name: 'secrets',
    classes: ['one that does not match', 'none at all'],
    isControl: false,
    batch: 4,
    make: (which) => {
      const { plan: compiled, headers, known, others } = stranger(() => []);
      return receive(compiled, headers, which === 0 ? known : others);
    },
  },
  {
    name: 'secrets',
    classes: ['one that does not match', 'one that is over'],
    isControl: false,
    batch: 4,
    make: (which) => {
      const {
        plan: compiled,
        headers,
        known,
        others,
      } = stranger((plan) => prepare(plan, hex(16), new Date(NOW - 1)));
      return receive(compiled, headers, which === 0 ? known : others);
    },
  },
  {
    name: 'token',
    classes: ['wrong first byte', 'wrong last byte'],
    isControl: false,
    batch: 4,
    make: (which) => {
      const own = randomBytes(16).toString('hex');
      const given = changedDigit(Buffer.from(own, 'latin1'), which === 0 ? 0 : own.length - 1);
      const compiled = planLike(fastcommentsLegacy);
      return receive(compiled, { token: given }, prepare(compiled, own));
    },
  },
  {
    name: 'token',
    classes: ['as long as the secret', 'one longer or shorter'],
    isControl: false,
    batch: 4,
    // The secret is what differs: how long the sender's own token is, the sender knows.
    make: (which) => {
      const length = TOKEN_LENGTH + (which === 0 ? 0 : randomInt(2) * 2 - 1);
      const own = randomBytes(TOKEN_LENGTH).toString('hex').slice(0, length);
      const given = randomBytes(TOKEN_LENGTH).toString('hex').slice(0, TOKEN_LENGTH);
      const compiled = planLike(fastcommentsLegacy);
      return receive(compiled, { token: fresh(given) }, prepare(compiled, own));
    },
  },
];

/** A delivery that a stranger makes up for a sender: all is well-formed, and the signature is random. */
interface Forgery {
  readonly provider: Provider;
  readonly secret: () => string;
  readonly delivery: () => Partial<Delivery>;
}

const TEXT = 'x'.repeat(1000);
const JSON_BODY = Buffer.from(JSON.stringify({ id: 'a', text: TEXT }));
/** As a signature of Ed25519 is: its second half is a number below 2^252, or it is refused unread. */
function makeEd25519Signature(): Buffer {
  const signature = randomBytes(64);
  signature[63] = 0;
  return signature;
}
const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const base64 = (bytes: number): string => randomBytes(bytes).toString('base64');

function makePublicKey(): string {
  return generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString();
}

const signedMessage = (keyid: string, signature: Buffer): Partial<Delivery> => ({
  headers: {
    'content-digest': `sha-256=:${base64(32)}:`,
    'signature-input': `sig1=("@method" "@target-uri" "content-digest");created=${TIMESTAMP};keyid="${keyid}"`,
    signature: `sig1=:${signature.toString('base64')}:`,
  },
});
const ed25519Messages = makeHttpMessageSignatures({ algorithm: 'ed25519' });

/** A key of RSA that has no private one, as a JSON Web Key: to look for a pair takes long. */
const makeRsaKey = () => {
  const modulus = randomBytes(256);
  modulus.writeUInt8(modulus.readUInt8(0) | 0x80, 0);
  modulus.writeUInt8(modulus.readUInt8(255) | 1, 255);
  return { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' };
};
const makeRsaSignature = (): Buffer => Buffer.concat([Buffer.alloc(1), randomBytes(255)]);
const KEY_ID = '879dc113-5ca4-4ff7-a6b7-54652083fcf8';
const KEY_SET = JSON.stringify({ keys: [{ ...makeRsaKey(), kid: KEY_ID }] });
const EC_KEY = JSON.stringify(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
);
const EC_SIGNATURE_START = Buffer.from(
  '304402203030303030303030303030303030303030303030303030303030303030303030',
  'hex',
);

/** A token that is not the sender's. */
const makeToken = (alg: string, signature: Buffer): string =>
  [
    Buffer.from(JSON.stringify({ alg, kid: KEY_ID })).toString('base64url'),
    Buffer.from(JSON.stringify({ iss: 'x', jti: hex(8) })).toString('base64url'),
    signature.toString('base64url'),
  ].join('.');

const FORGERIES: Readonly<Record<string, Forgery>> = {
  github: {
    provider: github,
    secret: () => hex(16),
    delivery: () => ({ headers: { 'x-hub-signature-256': `sha256=${hex(32)}` } }),
  },
  discord: {
    provider: discord,
    secret: makePublicKey,
    delivery: () => ({
      headers: {
        'x-signature-ed25519': makeEd25519Signature().toString('hex'),
        'x-signature-timestamp': TIMESTAMP,
      },
    }),
  },
  twilio: {
    provider: twilio,
    secret: () => hex(16),
    delivery: () => ({
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': base64(20),
      },
      body: Buffer.from(`From=%2B1&Body=${TEXT}`),
    }),
  },
  contentful: {
    provider: contentful,
    secret: () => hex(32),
    delivery: () => ({
      headers: {
        'x-contentful-signature': hex(32),
        'x-contentful-signed-headers': 'x-contentful-signed-headers,x-contentful-timestamp',
        'x-contentful-timestamp': String(NOW),
      },
    }),
  },
  mailgun: {
    provider: mailgun,
    secret: () => hex(16),
    delivery: () => {
      const signature = { timestamp: TIMESTAMP, token: hex(25), signature: hex(32) };
      return { headers: {}, body: Buffer.from(JSON.stringify({ signature, 'event-data': TEXT })) };
    },
  },
  // HMAC-SHA512.
  paystack: {
    provider: paystack,
    secret: () => hex(16),
    delivery: () => ({ headers: { 'x-paystack-signature': hex(64) } }),
  },
  // A plain digest with the secret behind the content.
  cloudinary: {
    provider: cloudinary,
    secret: () => hex(16),
    delivery: () => ({ headers: { 'x-cld-signature': hex(20), 'x-cld-timestamp': TIMESTAMP } }),
  },
  // Basic authentication.
  postmark: {
    provider: postmark,
    secret: () => `hook:${hex(16)}`,
    delivery: () => ({
      headers: { authorization: `Basic ${Buffer.from(`hook:${hex(16)}`).toString('base64')}` },
    }),
  },
  // A token that is sent as its digest.
  phonepe: {
    provider: phonepe,
    secret: () => `hook:${hex(16)}`,
    delivery: () => ({ headers: { authorization: hex(32) } }),
  },
  // A signature in each of several headers.
  docusign: {
    provider: docusign,
    secret: () => hex(16),
    delivery: () => ({
      headers: { 'x-docusign-signature-1': base64(32), 'x-docusign-signature-2': base64(32) },
    }),
  },
  // Groups of items.
  persona: {
    provider: persona,
    secret: () => hex(16),
    delivery: () => ({
      headers: { 'persona-signature': `t=${TIMESTAMP},v1=${hex(32)} t=${TIMESTAMP},v1=${hex(32)}` },
    }),
  },
  // Items without names.
  recurly: {
    provider: recurly,
    secret: () => hex(16),
    delivery: () => ({ headers: { 'recurly-signature': `${NOW},${hex(32)},${hex(32)}` } }),
  },
  // A text put together of fields of the body.
  adyen: {
    provider: adyen,
    secret: () => hex(32),
    delivery: () => {
      const item = { pspReference: hex(8), additionalData: { hmacSignature: base64(32) }, reason: TEXT };
      const notificationItems = [{ NotificationRequestItem: item }];
      return { headers: {}, body: Buffer.from(JSON.stringify({ notificationItems })) };
    },
  },
  // A token in the body.
  figma: {
    provider: figma,
    secret: () => hex(16),
    delivery: () => ({ headers: {}, body: Buffer.from(JSON.stringify({ passcode: hex(16), text: TEXT })) }),
  },
  'http-message-signatures': {
    provider: httpMessageSignatures,
    secret: () => hex(16),
    delivery: () => signedMessage('x', randomBytes(32)),
  },
  'http-message-signatures, ed25519': {
    provider: ed25519Messages,
    secret: makePublicKey,
    delivery: () => signedMessage('x', makeEd25519Signature()),
  },
  'wise, rsa': {
    provider: wise,
    secret: () =>
      createPublicKey({ key: makeRsaKey(), format: 'jwk' })
        .export({ format: 'der', type: 'spki' })
        .toString('base64'),
    delivery: () => ({ headers: { 'x-signature-sha256': makeRsaSignature().toString('base64') } }),
  },
  'netlify, a token by a shared secret': {
    provider: netlify,
    secret: () => hex(16),
    delivery: () => ({ headers: { 'x-webhook-signature': makeToken('HS256', randomBytes(32)) } }),
  },
  'livekit, a token by owner and secret': {
    provider: livekit,
    secret: () => `${hex(6)}:${hex(16)}`,
    delivery: () => ({ headers: { authorization: makeToken('HS256', randomBytes(32)) } }),
  },
  'fusionauth, a token by a fetched key': {
    provider: makeFusionauth({ fetchKeys: () => KEY_SET }),
    secret: () => 'https://auth.example.org',
    delivery: () => ({ headers: { 'x-fusionauth-signature-jwt': makeToken('RS256', makeRsaSignature()) } }),
  },
  'circle, data by a fetched key': {
    provider: makeCircle({ fetchKey: () => EC_KEY }),
    secret: () => hex(16),
    delivery: () => {
      const signature = Buffer.concat([EC_SIGNATURE_START, Buffer.from('022030', 'hex'), randomBytes(31)]);
      return {
        headers: { 'x-circle-key-id': KEY_ID, 'x-circle-signature': signature.toString('base64') },
      };
    },
  },
};

/** What a receiver does with a delivery, from the look-up of its secret on. */
function receiveFor(provider: Provider, find: SecretSource, more: Partial<Delivery>): Trial {
  const compiled = getCompiled(provider);
  const delivery = { method: 'POST', url: 'https://example.org/hook', headers: {}, body: JSON_BODY, ...more };
  const parsedSignature = parseSignatureHeaders(compiled, delivery);
  if (typeof parsedSignature === 'string') throw new Error(`${provider.name}: ${parsedSignature}`);
  const req = { originalUrl: delivery.url, ...delivery } as unknown as Request;
  return () => {
    // The look-ups here answer at once.
    const { secrets } = find(req) as FoundSecrets;
    return authenticateDelivery(parsedSignature, secrets, delivery, WINDOW);
  };
}

/** As many names on each side: some keys take longer than others, and a few are sooner at hand than many. */
const NAMES = 16;
/** Inputs for which one table of tenants serves: what one table happens to be like says nothing of the classes. */
const TABLE_INPUTS = 32;

type Names = readonly [existing: readonly string[], unknown: readonly string[]];

/** Makes the inputs of a class with names and a source of secrets that are new from time to time. */
function makeFromNames(
  makeSource: (names: Names) => SecretSource,
  makeInput: (find: SecretSource, name: string) => Trial,
): Subject['make'] {
  let made = 0;
  let names: Names = [[], []];
  let find: SecretSource = () => ({ secrets: [], scope: '' });
  return (which) => {
    if (made % TABLE_INPUTS === 0) {
      names = [makeNames(), makeNames()];
      find = makeSource(names);
    }
    made += 1;
    return makeInput(find, names[which][randomInt(NAMES)] ?? '');
  };
}

const makeNames = (): readonly string[] => Array.from({ length: NAMES }, () => hex(6));

/** Tenants by the last part of the address, in a table that holds as many names of none. */
const TENANTS: readonly Subject[] = Object.entries(FORGERIES).map(([name, forgery]) => ({
  name: `tenant of ${name}`,
  classes: ['one that exists', 'one that does not'],
  isControl: false,
  batch: 4,
  make: makeFromNames(
    ([existing, unknown]) => {
      const known = existing.map((tenant) => ({ tenant, secrets: forgery.secret() }));
      const others = unknown.map((tenant) => ({ tenant, secrets: undefined }));
      const rows = [...known, ...others]
        .map((row) => ({ row, order: randomInt(2 ** 32) }))
        .sort((one, other) => one.order - other.order)
        .map(({ row: { tenant, secrets } }) => [addressOf(tenant), { secrets, scope: tenant }] as const);
      const tenants = new Map(rows);
      const find = makeSecretSource(forgery.provider, ({ url }) => tenants.get(url));
      for (const [originalUrl] of rows) void find({ originalUrl } as unknown as Request);
      return find;
    },
    (find, tenant) => receiveFor(forgery.provider, find, { ...forgery.delivery(), url: addressOf(tenant) }),
  ),
}));

function addressOf(tenant: string): string {
  return `https://example.org/hook/${tenant}`;
}

const KEY_IDS: readonly Subject[] = (
  [
    ['hmac', 'http-message-signatures', () => randomBytes(32)],
    ['ed25519', 'http-message-signatures, ed25519', makeEd25519Signature],
  ] as const
).flatMap(([name, sender, makeSignature]) => {
  const forgery = FORGERIES[sender];
  if (forgery === undefined) return [];
  return [
    {
      name: `key id, ${name}`,
      classes: ['one that exists', 'one that does not'] as const,
      isControl: false,
      batch: 4,
      make: makeFromNames(
        ([existing]) =>
          makeSecretSource(
            forgery.provider,
            existing.map((id) => ({ id, value: forgery.secret() })),
          ),
        (find, id) => receiveFor(forgery.provider, find, signedMessage(fresh(id), makeSignature())),
      ),
    },
  ];
});

/** Another hexadecimal digit at one place: what is no token would be refused before it is compared. */
function changedDigit(bytes: Buffer, index: number): string {
  const copy = Buffer.from(bytes);
  const digit = Number.parseInt(String.fromCharCode(copy[index] ?? 0), 16);
  copy.write(((digit + randomInt(1, 16)) % 16).toString(16), index, 'latin1');
  return copy.toString('latin1');
}

let sink: unknown;

// A scheme that needs time is timed to its end; the others wait for nothing.
async function time(test: Trial, batch: number): Promise<number> {
  const start = process.hrtime.bigint();
  for (let call = 0; call < batch; call += 1) {
    sink = test();
    if (isThenable(sink)) sink = await sink;
  }
  return Number(process.hrtime.bigint() - start) / batch;
}

async function measure({ make, batch }: Subject): Promise<Result> {
  const times = new Float64Array(SAMPLES);
  const classes = Uint8Array.from(randomBytes(SAMPLES), (byte) => byte & 1);
  // Each input is measured once: of a few that come again and again, their places in the caches would be compared.
  const round = async (first: number, count: number): Promise<void> => {
    const trials = Array.from({ length: count }, (_, index) => make(classes[first + index] === 0 ? 0 : 1));
    for (const test of trials) sink = await test();
    for (const [index, test] of trials.entries()) times[first + index] = await time(test, batch);
  };
  // Once to warm up.
  for (let rounds = 0; rounds < 400; rounds += 1) await round(0, Math.min(ROUND, SAMPLES));
  for (let first = 0; first < SAMPLES; first += ROUND) await round(first, Math.min(ROUND, SAMPLES - first));

  const sorted = times.slice().sort();
  const results = CROPS.map((crop) => {
    const most = sorted[Math.ceil(SAMPLES * crop) - 1] ?? Infinity;
    return { crop, ...welch(times, classes, most) };
  });
  const worst = results.reduce((one, other) => (Math.abs(other.t) > Math.abs(one.t) ? other : one));
  const resolution = Math.min(...results.map((result) => result.resolution));
  return { ...worst, resolution, medians: [medianOf(times, classes, 0), medianOf(times, classes, 1)] };
}

/** Welch's t of the times up to `most`, by class. */
function welch(
  times: Float64Array,
  classes: Uint8Array,
  most: number,
): { readonly t: number; readonly resolution: number } {
  const piles = [0, 1].map((which) => {
    let count = 0;
    let mean = 0;
    let squares = 0;
    times.forEach((value, index) => {
      if (classes[index] !== which || value > most) return;
      count += 1;
      const distance = value - mean;
      mean += distance / count;
      squares += distance * (value - mean);
    });
    return { mean, error: squares / (count - 1) / count };
  });
  const [one = { mean: 0, error: 0 }, other = { mean: 0, error: 0 }] = piles;
  const error = Math.sqrt(one.error + other.error);
  return { t: (one.mean - other.mean) / error, resolution: THRESHOLD * error };
}

function medianOf(times: Float64Array, classes: Uint8Array, which: number): number {
  const own = times.filter((_value, index) => classes[index] === which).sort();
  return own[own.length >> 1] ?? 0;
}

let failures = 0;
const chosen = [...SUBJECTS, ...TENANTS, ...KEY_IDS].filter(({ name }) => name.startsWith(ONLY));
/** One row of the table. */
async function measureRow(subject: Subject): Promise<object> {
  const { t, resolution, crop, medians } = await measure(subject);
  const isSeen = Math.abs(t) >= THRESHOLD;
  if (isSeen !== subject.isControl) failures += 1;
  return {
    what: subject.name,
    'class A': subject.classes[0],
    'class B': subject.classes[1],
    'A, ns': Math.round(medians[0]),
    'B, ns': Math.round(medians[1]),
    'seen from, ns': Number(resolution.toPrecision(2)),
    '|t|': Number(Math.abs(t).toFixed(2)),
    'kept, %': crop * 100,
    verdict: `${isSeen ? 'told apart' : 'not told apart'}${isSeen === subject.isControl ? '' : ': WRONG'}`,
  };
}

async function main(): Promise<void> {
  const rows: object[] = [];
  for (const subject of chosen) rows.push(await measureRow(subject));
  console.log(`${SAMPLES} samples each, Node ${process.version}; told apart from |t| = ${THRESHOLD} on`);
  console.table(rows);
  if (sink === undefined) console.log('nothing was measured');
  process.exitCode = failures === 0 ? 0 : 1;
}

void main();

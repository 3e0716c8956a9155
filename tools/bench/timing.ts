import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { defineProvider, fastcomments, fastcommentsLegacy, type Provider } from '../../src';
import { judge, readClaims, type SignedRequest } from '../../src/core/authenticate';
import { planOf, type Plan } from '../../src/core/compiled-provider';
import { prepareSecrets, type PreparedSecret } from '../../src/core/secrets';

/*
 * Does the time that a refusal takes tell anything of a secret? After dudect (https://eprint.iacr.org/2016/1123): two
 * classes of input in random order, each call measured, and Welch's t-test over the two piles of times, whole and
 * with the slowest left out. |t| of 4.5 and more means that the classes can be told apart.
 */

const SAMPLES = Number(process.argv[2] ?? 50_000);
const THRESHOLD = 4.5;
/** Inputs that are made together, so that making them does not disturb the clock. */
const ROUND = 32;
/** Shares of the samples that are kept, the fastest first. */
const CROPS = [1, 0.99, 0.95, 0.9, 0.75, 0.5];

const NOW = 1_767_225_600_000;
const TOKEN_LENGTH = 48;
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
const signed = createHmac('sha256', secret).update(`${TIMESTAMP}.`).update(body).digest();

const prepare = (plan: Plan, value: string, notAfter?: Date): readonly PreparedSecret[] =>
  prepareSecrets(plan.provider, { id: 'x', value, notAfter }, () => undefined);

/** A plan of its own for each input, and with it keys of its own: no place in memory stands for a class. */
const planLike = (provider: Provider): Plan => planOf(defineProvider({ ...provider }));

const over = prepare(planOf(fastcomments), secret, new Date(NOW - 1));

/** The same text in a string of its own, as the parser of HTTP makes it. */
const fresh = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

function changed(bytes: Buffer, index: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[index] = (copy[index] ?? 0) ^ randomInt(1, 256);
  return copy;
}

/** What a receiver does with the headers and the body of one delivery. */
function receive(plan: Plan, headers: Record<string, string>, secrets: readonly PreparedSecret[]): Trial {
  return () => {
    const claims = readClaims(plan, { headers });
    return typeof claims === 'string' ? claims : judge(claims, secrets, request, NOW, 300_000);
  };
}

const signatureOf = (signature: Buffer): Record<string, string> => ({
  'x-fastcomments-signature': fresh(`sha256=${signature.toString('hex')}`),
  'x-fastcomments-timestamp': fresh(TIMESTAMP),
});

/** A delivery that nobody here has signed, with a secret to try, and what a receiver has where there is none. */
function stranger(none: () => readonly PreparedSecret[]) {
  const plan = planLike(fastcomments);
  const headers = signatureOf(randomBytes(32));
  let known: readonly PreparedSecret[] = [];
  let others: readonly PreparedSecret[] = [];
  const steps = [
    () => receive(plan, headers, (known = prepare(plan, secret)))(),
    () => receive(plan, headers, (others = none()))(),
  ];
  // Both are made and used in either class, and in random order: only what is measured tells the classes apart.
  if (randomInt(2) === 0) steps.reverse();
  for (const step of steps) step();
  return { plan, headers, known, others };
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
      const plan = planLike(fastcomments);
      return receive(plan, signatureOf(changed(signed, which === 0 ? 0 : 31)), prepare(plan, secret));
    },
  },
  {
    name: 'secrets',
    classes: ['one that does not match', 'none at all'],
    isControl: false,
    batch: 4,
    make: (which) => {
      const { plan, headers, known, others } = stranger(() => []);
      return receive(plan, headers, which === 0 ? known : others);
    },
  },
  {
    name: 'secrets',
    classes: ['one that does not match', 'one that is over'],
    isControl: false,
    batch: 4,
    make: (which) => {
      const { plan, headers, known, others } = stranger(() => over);
      return receive(plan, headers, which === 0 ? known : others);
    },
  },
  {
    name: 'token',
    classes: ['wrong first byte', 'wrong last byte'],
    isControl: false,
    batch: 4,
    make: (which) => {
      const bytes = Buffer.from(secret, 'latin1');
      const given = changedDigit(bytes, which === 0 ? 0 : bytes.length - 1);
      const plan = planLike(fastcommentsLegacy);
      return receive(plan, { token: given }, prepare(plan, secret));
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
      const plan = planLike(fastcommentsLegacy);
      return receive(plan, { token: fresh(given) }, prepare(plan, own));
    },
  },
];

/** Another hexadecimal digit at one place: what is no token would be refused before it is compared. */
function changedDigit(bytes: Buffer, index: number): string {
  const copy = Buffer.from(bytes);
  const digit = Number.parseInt(String.fromCharCode(copy[index] ?? 0), 16);
  copy.write(((digit + randomInt(1, 16)) % 16).toString(16), index, 'latin1');
  return copy.toString('latin1');
}

let sink: unknown;

function time(trial: Trial, batch: number): number {
  const start = process.hrtime.bigint();
  for (let call = 0; call < batch; call += 1) sink = trial();
  return Number(process.hrtime.bigint() - start) / batch;
}

function measure({ make, batch }: Subject): Result {
  const times = new Float64Array(SAMPLES);
  const classes = Uint8Array.from(randomBytes(SAMPLES), (byte) => byte & 1);
  // Each input is measured once: of a few that come again and again, their places in the caches would be compared.
  const round = (first: number, count: number): void => {
    const trials = Array.from({ length: count }, (_, index) => make(classes[first + index] === 0 ? 0 : 1));
    for (const trial of trials) sink = trial();
    for (const [index, trial] of trials.entries()) times[first + index] = time(trial, batch);
  };
  // Once to warm up.
  for (let rounds = 0; rounds < 400; rounds += 1) round(0, Math.min(ROUND, SAMPLES));
  for (let first = 0; first < SAMPLES; first += ROUND) round(first, Math.min(ROUND, SAMPLES - first));

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
const rows = SUBJECTS.map((subject) => {
  const { t, resolution, crop, medians } = measure(subject);
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
});
console.log(`${SAMPLES} samples each, Node ${process.version}; told apart from |t| = ${THRESHOLD} on`);
console.table(rows);
if (sink === undefined) console.log('nothing was measured');
process.exitCode = failures === 0 ? 0 : 1;

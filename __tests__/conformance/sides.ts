import { sign, verifySync, WebhookError, type Provider } from 'hooklatch';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The clock of both sides. */
export const NOW = Date.UTC(2026, 8, 21, 14, 30);
export const URL_OF_HOOK = 'https://example.org/hook?tenant=a%20b';
export const DELIVERY_ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';

export type Fields = Readonly<Record<string, string>>;

/** A delivery as a vendor's package is given it: header names in lower case. */
export interface Signed {
  readonly headers: Fields;
  readonly body: string;
}

export interface Vendor {
  readonly provider: Provider;
  /** The package that is the other side. */
  readonly package: string;
  /** What the receiver has: for asymmetric schemes the public key. */
  readonly secret: string;
  readonly otherSecret: string;
  /** What the sender has, where it is another key. */
  readonly privateKey?: string;
  /** Their verifier: it refuses by `false`, or by an error whose message `refusal` matches. */
  readonly sdkVerify?: (delivery: Signed, secret: string) => unknown;
  /** Their signer: the headers for a body, with the name that hooklatch gives `DELIVERY_ID`. */
  readonly sdkSign?: (body: string, secret: string, now: number) => Fields | Promise<Fields>;
  /** Instead of the two, what `esm-vendors.mjs` has by this name: for packages that Jest cannot load. */
  readonly child?: { readonly name: string; readonly verifies: boolean; readonly signs: boolean };
  readonly refusal?: RegExp;
  /** Which side of the window their verifier looks at. */
  readonly window?: 'both' | 'past' | 'none';
  /** @default PAYLOADS */
  readonly payloads?: Fields;
  /** Makes of a payload what this sender could send; `undefined` where it could not. */
  readonly prepare?: (body: string, now: number) => string | undefined;
  /** Another body. @default one with a space behind it */
  readonly tamper?: (body: string) => string;
}

export interface Verdict {
  readonly accepted: boolean;
  readonly reason: string;
}

export type Question =
  | { readonly verify: Signed; readonly secret: string }
  | { readonly sign: string; readonly secret: string; readonly now: number };

export type Answer = Verdict | { readonly headers: Fields };

export const ACCEPTED: Verdict = { accepted: true, reason: '' };
export const refused = (reason: string): Verdict => ({ accepted: false, reason });

/** What hooklatch says about a delivery. */
export function ours(provider: Provider, { headers, body }: Signed, secret: string, now = NOW): Verdict {
  const delivery = { method: 'POST', url: '/hook', headers, body: Buffer.from(body) };
  const publicUrl = provider.signed.includes('{url}') ? URL_OF_HOOK : undefined;
  try {
    const { verified } = verifySync(delivery, { provider, secret, now, publicUrl });
    return { accepted: verified, reason: '' };
  } catch (error) {
    if (error instanceof WebhookError) return refused(error.code);
    throw error;
  }
}

/** A delivery that hooklatch signed. */
export function signOurs(provider: Provider, body: string, secret: string, now = NOW): Signed {
  const publicUrl = provider.signed.includes('{url}') ? URL_OF_HOOK : undefined;
  const settings = { secret, now, publicUrl, id: DELIVERY_ID, event: 'orders/create' };
  const headers = sign(provider, settings, { method: 'POST', body: Buffer.from(body) });
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { headers: Object.fromEntries(lower), body };
}

/** Freezes the clock that vendors' packages ask. Nothing else is faked. */
export async function atTime<Result>(now: number, run: () => Result | Promise<Result>): Promise<Result> {
  const realDate = Date;
  jest.useFakeTimers({
    now,
    doNotFake: [
      ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
      ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
    ],
  });
  try {
    return await run();
  } finally {
    jest.useRealTimers();
    expect(Date).toBe(realDate);
  }
}

/** What a vendor's verifier says about one delivery at `NOW`. */
export async function theirs(vendor: Vendor, verify: Signed, secret = vendor.secret): Promise<Verdict> {
  const [answer] = await atTime(NOW, () => answerAll(vendor, [{ verify, secret }]));
  return answer as Verdict;
}

/** Puts questions to the other side: here, or in one child process. */
export async function answerAll(vendor: Vendor, questions: readonly Question[]): Promise<readonly Answer[]> {
  if (vendor.child !== undefined) return askChild(vendor.child.name, questions);
  const answers: Answer[] = [];
  for (const question of questions) {
    answers.push(
      'verify' in question
        ? await verdictOf(() => vendor.sdkVerify!(question.verify, question.secret))
        : { headers: await vendor.sdkSign!(question.sign, question.secret, question.now) },
    );
  }
  return answers;
}

async function verdictOf(verify: () => unknown): Promise<Verdict> {
  try {
    return (await verify()) === false ? refused('false') : ACCEPTED;
  } catch (error) {
    return refused((error as Error).message);
  }
}

// ES modules run outside the test environment, all questions in one process.
function askChild(name: string, questions: readonly Question[]): readonly Answer[] {
  const output = execFileSync(process.execPath, [join(__dirname, 'esm-vendors.mjs'), name], {
    encoding: 'utf8',
    input: JSON.stringify({ now: NOW, deliveryId: DELIVERY_ID, questions }),
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(output) as readonly Answer[];
}

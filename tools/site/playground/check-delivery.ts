import { WebhookError } from '../../../src/errors';
import { parseRawRequest } from '../../../src/cli/raw-request';
import { readDelivery } from '../../../src/cli/saved-delivery';
import type { Delivery, Webhook } from '../../../src/core/delivery';
import type { Provider } from '../../../src/core/provider';
import { makeTestDelivery } from '../../../src/core/test-delivery';
import { verify, type VerifySettings } from '../../../src/core/verify';
import { getCompiled } from '../../../src/core/compiled-provider';
import { diagnose } from '../../../src/diagnose';
import type { Finding } from '../../../src/diagnose/findings';
import { guessProviders } from '../../../src/diagnose/guess-provider';
import { providers } from '../../../src/providers';
import { forgetMissing, listMissing } from './stand-ins/missing.mjs';

/** The fields of the page. */
export interface Input {
  readonly method: string;
  readonly url: string;
  /** Lines of `Name: value`. */
  readonly headers: string;
  readonly body: string;
  readonly isBase64: boolean;
  /** The name of a sender; empty: the one whose headers these are. */
  readonly provider: string;
  readonly secret: string;
  readonly publicUrl: string;
  /** When it arrived, in milliseconds since 1970; `undefined` for now. */
  readonly now: number | undefined;
}

/** The result of one check. */
export interface Result {
  readonly provider: string;
  readonly verified: boolean;
  /** Event, id and time of a delivery that is right. */
  readonly about: Readonly<Record<string, string>>;
  /** The code of a refusal; empty for a delivery that is right. */
  readonly code: string;
  readonly findings: readonly Finding[];
  /** The parts that a page lacks for this sender: then the delivery is neither right nor wrong. */
  readonly missing: readonly string[];
}

export const names: readonly string[] = Object.keys(providers);

/** Whether the sender signs the address, so that the page has to ask for it. */
export function signsAddress(name: string): boolean {
  const provider = providers[name];
  return provider !== undefined && getCompiled(provider).coversUrl;
}

/** Verifies a delivery by the package's own code, and diagnoses it where it is refused. */
export async function check(input: Input): Promise<Result> {
  const delivery = readInput(input);
  const settings = readSettings(input, delivery);
  const result = await judge(delivery, settings);
  if (result.verified || result.missing.length > 0) return result;
  try {
    return { ...result, findings: diagnose(delivery, settings).findings };
  } catch (error) {
    const missing = listMissing();
    if (missing.length > 0) return { ...result, missing };
    throw error;
  }
}

/** The same without the diagnosis, which takes longer. */
export async function verifyInput(input: Input): Promise<Result> {
  const delivery = readInput(input);
  return judge(delivery, readSettings(input, delivery));
}

async function judge(delivery: Delivery, settings: VerifySettings): Promise<Result> {
  const provider = settings.provider.name;
  const base = { provider, about: {}, code: '', findings: [], missing: [] };
  forgetMissing();
  try {
    return { ...base, verified: true, about: describeWebhook(await verify(delivery, settings)) };
  } catch (error) {
    const code = error instanceof WebhookError ? error.code : 'a receiver with these settings does not start';
    return { ...base, verified: false, code, missing: listMissing() };
  }
}

function describeWebhook({ event, id, timestamp, trusted }: Webhook): Readonly<Record<string, string>> {
  const show = (text: string | undefined, isSigned: boolean): string =>
    text === undefined ? '-' : `${text}${isSigned ? '' : ' (not signed)'}`;
  return {
    event: show(event, trusted.event),
    id: show(id, trusted.id),
    time: timestamp?.toISOString() ?? '-',
  };
}

/** Reads a saved delivery: a raw request, an export of the live page, or an HTTP archive. */
export async function readFile(bytes: Buffer): Promise<Delivery> {
  return readDelivery(
    undefined,
    {},
    { readStdin: () => Promise.resolve(bytes), readFile: () => Promise.reject(new Error()) },
  );
}

/** An example of a sender with a shared secret; `undefined` for one that signs with a key of its own. */
export function makeExample(name: string): (Delivery & { readonly secret: string }) | undefined {
  const provider = providers[name];
  if (provider === undefined) return undefined;
  const { encoding, prefix = '' } = provider.secret;
  const secret = prefix + Buffer.from('an example of a secret, 32 bytes').toString(encoding);
  const url = 'https://example.org/webhooks';
  const [event] = Object.keys(provider.events ?? {});
  try {
    const made = makeTestDelivery(provider, { secret, url, event });
    return { ...made, url: '/webhooks', secret };
  } catch {
    return undefined;
  }
}

function readInput({ method, url, headers, body, isBase64 }: Input): Delivery {
  const bytes = Buffer.from(isBase64 ? body.replaceAll(/\s/g, '') : body, isBase64 ? 'base64' : 'utf8');
  const lines = headers.split(/\r?\n/).filter((line) => line.trim() !== '');
  const head = [`${method} ${url.replaceAll(/\s/g, '')} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  return parseRawRequest(Buffer.concat([Buffer.from(head, 'latin1'), bytes]));
}

function readSettings({ provider, secret, publicUrl, now }: Input, delivery: Delivery): VerifySettings {
  return {
    provider: chooseProvider(provider, delivery),
    secret,
    ...(publicUrl === '' ? {} : { publicUrl }),
    ...(now === undefined ? {} : { now }),
  };
}

function chooseProvider(name: string, delivery: Delivery): Provider {
  if (name !== '') return findProvider(name);
  const [guessed] = guessProviders(delivery, Object.values(providers));
  if (guessed === undefined) throw new TypeError('these headers are of no sender that is known: choose one');
  return guessed;
}

function findProvider(name: string): Provider {
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider === undefined) throw new TypeError(`"${name}" is no sender that is known`);
  return provider;
}

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createColors } from 'picocolors';
import type { Provider } from '../core/provider';
import { sign, signBody } from '../core/sign';
import { formatTimestamp } from '../core/timestamp';
import { providers } from '../providers';
import { parseWords, UsageError, type Io } from './io';
import { makeSecret } from './secret';

export const SEND_HELP = `hooklatch send <provider> [event] --url <address> --secret-env <variable>

Signs a delivery as the provider would and sends it.

  --url <address>          where to send it
  --secret-env <variable>  the environment variable that holds the secret
  --method <method>        default: what the provider uses for the event
  --body <file>            the exact bytes to send, '-' for standard input; default: a sample
  --tamper                 change one bit of the body after it is signed
  --stale                  sign with a time outside the window
  --wrong-secret           sign with another secret
  --json                   print one JSON object

Exit code: 0 for an answer of 2xx, 1 for any other, 2 for wrong usage.

  export GITHUB_SECRET=...
  hooklatch send github push --url http://localhost:3000/webhooks/github --secret-env GITHUB_SECRET
  hooklatch send stripe invoice.paid --url ... --secret-env STRIPE_SECRET --tamper
`;

const OPTIONS = {
  url: { type: 'string' },
  'secret-env': { type: 'string' },
  method: { type: 'string' },
  body: { type: 'string' },
  tamper: { type: 'boolean' },
  stale: { type: 'boolean' },
  'wrong-secret': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

interface Trial {
  readonly provider: Provider;
  readonly event: string | undefined;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Sends one signed delivery and prints the answer. */
export async function send(args: readonly string[], io: Io): Promise<number> {
  const trial = await prepare(args, io);
  const { json = false } = parse(args).values;
  const { url, method, headers, body } = trial;
  const startedAt = performance.now();
  let response: Response;
  let answer: string;
  try {
    response = await fetch(url, { method, headers, body: new Uint8Array(body), redirect: 'manual' });
    answer = await response.text();
  } catch (error) {
    io.printError(`hooklatch send: no answer from ${url}: ${reasonOf(error)}`);
    return 1;
  }
  const milliseconds = Math.round(performance.now() - startedAt);
  const result = { status: response.status, statusText: response.statusText, answer, milliseconds };
  if (json) {
    io.print(JSON.stringify({ method, url, headers, bytes: body.length, ...result }));
  } else {
    printResult(trial, result, io);
  }
  return response.ok ? 0 : 1;
}

function parse(args: readonly string[]) {
  return parseWords(() => parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS }));
}

async function prepare(args: readonly string[], io: Io): Promise<Trial> {
  const { values, positionals } = parse(args);
  const [name = '', event, ...more] = positionals;
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider === undefined || more.length > 0) {
    throw new UsageError(
      `needs one provider, and at most one event; the providers are ${Object.keys(providers).join(', ')}`,
    );
  }
  const { url, method = provider.events?.[event ?? '']?.[0] ?? provider.methods[0] } = values;
  if (url === undefined || !URL.canParse(url)) throw new UsageError('needs --url with an address');
  const now = Date.now() - (values.stale === true ? staleness(provider) : 0);
  const secret =
    values['wrong-secret'] === true ? makeSecret(provider) : readSecret(values['secret-env'], io);
  const given =
    values.body === undefined ? sampleBody(provider, event, now) : await readBody(values.body, io);
  const settings = { secret, now, event, publicUrl: url };
  // Some senders sign inside the body.
  const body = signBody(provider, settings, { method, body: given });
  const signed = sign(provider, settings, { method, body });
  const headers = { 'Content-Type': 'application/json', 'User-Agent': 'hooklatch-send', ...signed };
  return { provider, event, url, method, headers, body: values.tamper === true ? tampered(body) : body };
}

function readSecret(variable: string | undefined, { env }: Io): string {
  if (variable === undefined)
    throw new UsageError('needs --secret-env with the name of an environment variable');
  const secret = env[variable];
  if (secret === undefined || secret === '') {
    throw new UsageError(`the environment variable ${variable} is not set; set it to the receiver's secret`);
  }
  return secret;
}

async function readBody(file: string, io: Io): Promise<Buffer> {
  if (file === '-') return io.readStdin();
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`cannot read --body ${file}: ${reasonOf(error)}`);
  }
}

function staleness({ name, timestamp }: Provider): number {
  if (timestamp === undefined) throw new UsageError(`${name} signs no timestamp, so nothing can be stale`);
  return (timestamp.toleranceSeconds + 60) * 1000;
}

/** JSON with the event, the id and the time where the provider has them in the body. */
export function sampleBody(
  { event: at, id, timestamp }: Provider,
  event: string | undefined,
  now: number,
): Buffer {
  const sample = { comment: 'Olá – a webhook from hooklatch ☕', sentAt: new Date(now).toISOString() };
  const eventPaths = [at?.body ?? []].flat();
  const idPaths = [id?.body ?? []].flat();
  let body: unknown = [...eventPaths, ...idPaths].some((path) => path.startsWith('[]')) ? [sample] : sample;
  const put = (path: string, value: unknown): void => {
    body = withValue(body, path.split('.'), value);
  };
  if (event !== undefined) {
    // A name that is joined of several fields is taken apart at its dots.
    const parts = eventPaths.length > 1 ? event.split('.') : [event];
    eventPaths.forEach((path, index) => put(path, parts[index]));
    if (at?.keys !== undefined) put(event, sample);
  }
  idPaths.forEach((path) => put(path, `sample-${randomBytes(6).toString('hex')}`));
  if (timestamp?.body !== undefined) {
    const text = formatTimestamp(now, timestamp.unit);
    put(timestamp.body, timestamp.unit === 'rfc3339' ? text : Number(text));
  }
  return Buffer.from(JSON.stringify(body));
}

/** A copy with the value at a path; `[]` stands for the first entry of a list. */
function withValue(inner: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (key === '[]') return [withValue(Array.isArray(inner) ? inner[0] : undefined, rest, value)];
  const fields = { ...(inner as Readonly<Record<string, unknown>> | undefined) };
  return { ...fields, [key]: withValue(fields[key], rest, value) };
}

function tampered(body: Buffer): Buffer {
  if (body.length === 0) return Buffer.from(' ');
  const changed = Buffer.from(body);
  const last = changed.length - 1;
  changed.writeUInt8(changed.readUInt8(last) ^ 1, last);
  return changed;
}

function printResult(
  { provider, event, url, method, headers, body }: Trial,
  {
    status,
    statusText,
    answer,
    milliseconds,
  }: { status: number; statusText: string; answer: string; milliseconds: number },
  { print, isTerminal }: Io,
): void {
  const colors = createColors(isTerminal);
  print(
    `${colors.bold('->')} ${method} ${url}  ${provider.name}${event === undefined ? '' : ` ${event}`}, ${body.length} bytes`,
  );
  for (const [name, value] of Object.entries(headers)) print(colors.dim(`   ${name}: ${value}`));
  const good = status >= 200 && status < 300;
  const paint = good ? colors.green : colors.red;
  print(
    `${colors.bold('<-')} ${paint(`${status} ${statusText} - ${good ? 'accepted' : 'refused'}`)}  ${milliseconds} ms`,
  );
  if (answer.trim() !== '') print(`   ${answer.trim()}`);
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { readonly cause?: Partial<NodeJS.ErrnoException> };
  return cause?.code ?? message;
}

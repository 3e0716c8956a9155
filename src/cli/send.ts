import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createColors } from 'picocolors';
import type { Provider } from '../core/provider';
import { contentTypeFor, makeTrial, type Trial as SignedTrial } from '../core/test-delivery';
import { providers } from '../providers';
import { parseWords, UsageError, type Io } from './io';

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

interface Trial extends SignedTrial {
  readonly provider: Provider;
  readonly event: string | undefined;
  readonly url: string;
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
  const { url, method, tamper: tampered, stale, 'wrong-secret': wrongSecret = false } = values;
  if (url === undefined || !URL.canParse(url)) throw new UsageError('needs --url with an address');
  // Where another secret is made up, there need not be one.
  const secret = wrongSecret ? '' : readSecret(values['secret-env'], io);
  const body = values.body === undefined ? undefined : await readBody(values.body, io);
  const trial = makeTrial(provider, { secret, url, event, method, body, tampered, stale, wrongSecret });
  const type = contentTypeFor(provider, trial.body);
  const headers = { 'Content-Type': type, 'User-Agent': 'hooklatch-send', ...trial.headers };
  return { ...trial, provider, event, url, headers };
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

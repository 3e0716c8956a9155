import { STATUS_CODES } from 'node:http';
import { getCompiled } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { contentTypeFor, makeTestDelivery, type TestDelivery } from '../core/test-delivery';
import { sendExact, type ExactAnswer } from '../inspector/exact-request';
import { listSamples, makeSample } from '../samples';
import { makeMasks } from '../trace/masks';
import { parseWords, UsageError } from './io';
import { printSampled, printSamples } from './list-samples';
import { PROVIDER_OPTION, PROVIDER_OPTION_HELP, takeProvider } from './named-provider';
import { hintAtEvent } from './verification-input';
import { explainNoAnswer } from './no-answer';
import { readNamedFile, readSecrets, SECRET_OPTIONS, SECRET_OPTIONS_HELP } from './secret-input';
import { paint, type Painted, type Terminal } from './terminal';

export const SEND_HELP = `hooklatch send <provider> [event] --url <address> --secret-env <variable>

Signs a delivery as the provider would and sends it.

  --url <address>          where to send it
${PROVIDER_OPTION_HELP}
${SECRET_OPTIONS_HELP}
  --method <method>        default: what the provider uses for the event
  --body <file>            the exact bytes to send, '-' for standard input; default: the sender's own sample of the
                           event, else a generic one
  --list                   show the samples and send nothing: all senders, one, or one event of it
  --tamper                 change one bit of the body after it is signed
  --stale                  sign with a time outside the window
  --wrong-secret           sign with another secret
  --json                   print one JSON object

Exit code: 0 for an answer of 2xx, 1 for any other, 2 for wrong usage.

  export GITHUB_SECRET=...
  hooklatch send github push --url http://localhost:3000/webhooks/github --secret-env GITHUB_SECRET
  hooklatch send stripe invoice.paid --url ... --secret-env STRIPE_SECRET --tamper
  hooklatch send github --list
`;

export const SEND_OPTIONS = {
  ...PROVIDER_OPTION,
  ...SECRET_OPTIONS,
  url: { type: 'string' },
  method: { type: 'string' },
  body: { type: 'string' },
  tamper: { type: 'boolean' },
  stale: { type: 'boolean' },
  'wrong-secret': { type: 'boolean' },
  list: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const MAX_LINES = 20;
const MAX_LINE = 1000;

interface DeliveryToSend extends TestDelivery {
  readonly provider: Provider;
  readonly event: string | undefined;
  readonly url: string;
  /** Whose the body is: the user's, the sender's own sample, or a generic one. */
  readonly sample: 'own' | 'generic' | null;
}

/** Sends one signed delivery and prints the answer. */
export async function send(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseWords(args, SEND_OPTIONS);
  const { json = false } = values;
  if (values.list === true) return list(positionals, values.provider, json, io);
  const test = await prepare(args, io);
  const { provider, method, body } = test;
  const masks = makeMasks([getCompiled(provider)], []);
  const url = masks.url(test.url);
  const headers = Object.entries(test.headers).map(
    ([name, value]) => [name, masks.secretHeader(name, value)] as const,
  );
  const startedAt = performance.now();
  let answer: ExactAnswer;
  try {
    answer = await sendTestDelivery(test);
  } catch (error) {
    io.printError(`hooklatch send: no answer from ${url}: ${explainNoAnswer(error)}`);
    return 1;
  }
  const milliseconds = Math.round(performance.now() - startedAt);
  const { status } = answer;
  const statusText = STATUS_CODES[status] ?? '';
  if (json) {
    const result = { status, statusText, answer: answer.body.toString(), milliseconds };
    const { sample } = test;
    io.printJson({
      method,
      url,
      headers: Object.fromEntries(headers),
      bytes: body.length,
      sample,
      ...result,
    });
    return isGood(status) ? 0 : 1;
  }
  const event = test.event === undefined ? '' : ` ${test.event}`;
  io.print(paint.bold('->'), ` ${method} ${url}  ${provider.name}${event}, ${body.length} bytes`);
  for (const [name, value] of headers) io.print(paint.dim(`   ${name}: ${value}`));
  if (test.sample === 'generic') io.print(paint.dim(`   ${describeGeneric(test)}`));
  io.print(paint.bold('<-'), ' ', judgeStatus(status, statusText), `  ${milliseconds} ms`);
  printText(answer.body.toString().trim(), io);
  return isGood(status) ? 0 : 1;
}

async function list(
  positionals: readonly string[],
  file: string | undefined,
  json: boolean,
  io: Terminal,
): Promise<number> {
  if (positionals.length === 0 && file === undefined) return printSampled(json, io);
  const { provider, words } = await takeProvider(positionals, file, io);
  if (words.length > 1) throw new UsageError('needs one provider, and at most one event');
  return printSamples(provider, words[0], json, io);
}

function describeGeneric({ provider, event }: DeliveryToSend): string {
  const what = event === undefined ? provider.name : `${event} of ${provider.name}`;
  return `the body is generic: hooklatch has no sample of ${what}; give yours with --body`;
}

async function prepare(args: readonly string[], io: Terminal): Promise<DeliveryToSend> {
  const { values, positionals } = parseWords(args, SEND_OPTIONS);
  const { provider, words } = await takeProvider(positionals, values.provider, io);
  const [named, ...more] = words;
  if (more.length > 0) throw new UsageError('needs one provider, and at most one event');
  hintAtEvent(provider, named, io);
  const { url = '', method, tamper: tampered, stale, 'wrong-secret': wrongSecret = false } = values;
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new UsageError('needs --url with an address');
  // Where another secret is made up, there need not be one.
  const [secret, ...others] = wrongSecret ? [''] : await readSecrets(values, io);
  if (others.length > 0) throw new UsageError('signs with one secret');
  const body = values.body === undefined ? undefined : await readBody(values.body, io);
  // A sample says which event it is of; bytes of the user's do so themselves.
  const event =
    named ?? (body === undefined ? listSamples(provider).find((name) => name !== '*') : undefined);
  const sample = (now: number): unknown => makeSample(provider, event, now);
  const kind = body !== undefined ? null : sample(0) === undefined ? 'generic' : 'own';
  const faults = { tampered, stale, wrongSecret };
  const test = makeTestDelivery(provider, { secret, url, event, method, body, sample, ...faults });
  const type = contentTypeFor(provider, test.body);
  const headers = { 'Content-Type': type, 'User-Agent': 'hooklatch-send', ...test.headers };
  return { ...test, provider, event, url, headers, sample: kind };
}

function readBody(file: string, io: Terminal): Promise<Buffer> {
  return file === '-' ? io.readStdin() : readNamedFile('--body', file, io);
}

function sendTestDelivery({ url: address, method, headers, body }: DeliveryToSend): Promise<ExactAnswer> {
  const url = new URL(address);
  const rawHeaders = ['Host', url.host, ...Object.entries(headers).flat()];
  return sendExact({ url, method, rawHeaders, body });
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A receiver acknowledges copies as well, and its handler may fail: only a 4xx is a refusal. */
function judgeStatus(status: number, statusText: string): Painted {
  const words = `${status} ${statusText}`;
  if (isGood(status)) return paint.green(`${words} - acknowledged`);
  if (status === 409) return paint.red(`${words} - being handled already`);
  if (status >= 500) return paint.red(`${words} - not refused: the receiver failed, or its handler did`);
  return paint.red(status >= 400 ? `${words} - refused` : `${words} - no answer that a sender follows`);
}

function printText(text: string, { print }: Terminal): void {
  const lines = text === '' ? [] : text.split(/\r?\n/);
  for (const line of lines.slice(0, MAX_LINES)) {
    print(`   ${line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}...` : line}`);
  }
  if (lines.length > MAX_LINES) print(paint.dim(`   ... and ${lines.length - MAX_LINES} lines more`));
}

import { isUtf8 } from 'node:buffer';
import { parseArgs } from 'node:util';
import { planOf } from '../core/compiled-provider';
import { contentTypeFor, makeTrial } from '../core/test-delivery';
import { parseWords, UsageError, type Io } from './io';
import { providerNamed, readTime } from './judging';
import { readNamedFile, readSecrets, SECRET_OPTIONS, SECRET_OPTIONS_HELP } from './secret-input';

export const SIGN_HELP = `hooklatch sign <provider> [event] --body <file> --secret-env <variable>

Prints the headers that the provider would send with a body.

  --body <file>            the exact bytes, '-' for standard input; default with --curl and --json: a sample
${SECRET_OPTIONS_HELP}
  --url <address>          where it goes to: for --curl, and for schemes that sign it
  --method <method>        default: what the provider uses for the event
  --now <time>             when it is sent: 2026-01-31T12:00:00Z, or milliseconds since 1970; default: now
  --curl                   print a curl command that sends it, for a POSIX shell
  --json                   print one JSON object: method, url, headers, bodyBase64

  hooklatch sign stripe invoice.paid --body body.json --secret-env STRIPE_SECRET
  hooklatch sign github push --curl --url http://localhost:3000/webhooks/github --secret-env GITHUB_SECRET | sh
  hooklatch sign slack --json --secret-env SLACK_SECRET | hooklatch verify slack --secret-env SLACK_SECRET
`;

// For schemes that do not sign the address.
const ANYWHERE = 'http://localhost/';

const OPTIONS = {
  ...SECRET_OPTIONS,
  body: { type: 'string' },
  url: { type: 'string' },
  method: { type: 'string' },
  now: { type: 'string' },
  curl: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Prints the headers of one signed delivery, or the whole of it. */
export async function signDelivery(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parse(args);
  const [name = '', event, ...more] = positionals;
  if (more.length > 0) throw new UsageError('takes one provider and at most one event');
  const provider = providerNamed(name);
  const { url = '', method, curl = false, json = false } = values;
  const needsUrl = curl || planOf(provider).coversUrl;
  if (url === '' ? needsUrl : !URL.canParse(url)) throw new UsageError('needs --url with an address');
  if (values.body === undefined && !curl && !json) throw new UsageError('needs --body with a file');
  const body = values.body === undefined ? undefined : await readBody(values.body, io);
  const [secret, ...others] = await readSecrets(values, io);
  if (others.length > 0) throw new UsageError('signs with one secret');
  const now = readTime(values.now);
  const trial = makeTrial(provider, { secret, url: url === '' ? ANYWHERE : url, event, method, body, now });
  const headers = { 'Content-Type': contentTypeFor(provider, trial.body), ...trial.headers };
  if (json) {
    const bodyBase64 = trial.body.toString('base64');
    io.print(JSON.stringify({ method: trial.method, url: url === '' ? '/' : url, headers, bodyBase64 }));
  } else if (curl) {
    io.print(curlOf(url, trial.method, headers, trial.body));
  } else {
    for (const [header, value] of Object.entries(trial.headers)) io.print(`${header}: ${value}`);
  }
  return 0;
}

function parse(args: readonly string[]) {
  return parseWords(() => parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS }));
}

function readBody(file: string, io: Io): Promise<Buffer> {
  return file === '-' ? io.readStdin() : readNamedFile('--body', file, io);
}

/** A command that sends exactly these bytes. Bytes that no shell can quote go through base64. */
function curlOf(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): string {
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const plain = isUtf8(body) && !body.includes(0);
  const before = plain ? '' : `printf %s '${body.toString('base64')}' | base64 -d | `;
  const data = plain ? `--data-raw ${quoted(body.toString('utf8'))}` : '--data-binary @-';
  return [`${before}curl -i -X ${quoted(method)} ${quoted(url)}`, ...lines, data].join(' \\\n  ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

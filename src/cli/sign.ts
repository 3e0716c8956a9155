import { getCompiled } from '../core/compiled-provider';
import { contentTypeFor, makeTestDelivery } from '../core/test-delivery';
import { writeCurl } from '../inspector/curl';
import { makeSample } from '../samples';
import { parseWords, UsageError } from './io';
import { PROVIDER_OPTION, PROVIDER_OPTION_HELP, takeProvider } from './named-provider';
import { hintAtEvent, readTime } from './verification-input';
import { readNamedFile, readSecrets, SECRET_OPTIONS, SECRET_OPTIONS_HELP } from './secret-input';
import type { Terminal } from './terminal';

export const SIGN_HELP = `hooklatch sign <provider> [event] --body <file> --secret-env <variable>

Prints the headers that the provider would send with a body.

  --body <file>            the exact bytes, '-' for standard input; default with --curl and --json: a sample
${PROVIDER_OPTION_HELP}
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

export const SIGN_OPTIONS = {
  ...PROVIDER_OPTION,
  ...SECRET_OPTIONS,
  body: { type: 'string' },
  url: { type: 'string' },
  method: { type: 'string' },
  now: { type: 'string' },
  curl: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Prints the headers of one signed delivery, or the whole of it. */
export async function signDelivery(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseWords(args, SIGN_OPTIONS);
  const { provider, words } = await takeProvider(positionals, values.provider, io);
  const [event, ...more] = words;
  if (more.length > 0) throw new UsageError('takes one provider and at most one event');
  hintAtEvent(provider, event, io);
  const { url = '', method, curl = false, json = false } = values;
  const needsUrl = curl || getCompiled(provider).coversUrl;
  if (url === '' ? needsUrl : !URL.canParse(url)) throw new UsageError('needs --url with an address');
  if (values.body === undefined && !curl && !json) throw new UsageError('needs --body with a file');
  const body = values.body === undefined ? undefined : await readBody(values.body, io);
  const [secret, ...others] = await readSecrets(values, io);
  if (others.length > 0) throw new UsageError('signs with one secret');
  const now = readTime(values.now);
  const test = makeTestDelivery(provider, {
    secret,
    url: url === '' ? ANYWHERE : url,
    event,
    method,
    body,
    sample: (at) => makeSample(provider, event, at),
    now,
  });
  const headers = { 'Content-Type': contentTypeFor(provider, test.body), ...test.headers };
  if (json) {
    const bodyBase64 = test.body.toString('base64');
    const address = url === '' ? '/' : url;
    io.printUnmasked(JSON.stringify({ method: test.method, url: address, headers, bodyBase64 }));
  } else if (curl) {
    const rawHeaders = Object.entries(headers).flat();
    const [origin, target] = splitAddress(url);
    io.printUnmasked(writeCurl({ ...test, url: target, rawHeaders }, origin));
  } else {
    for (const [header, value] of Object.entries(test.headers)) io.printUnmasked(`${header}: ${value}`);
  }
  return 0;
}

function readBody(file: string, io: Terminal): Promise<Buffer> {
  return file === '-' ? io.readStdin() : readNamedFile('--body', file, io);
}

/** Origin and target of an address, to the letter. */
function splitAddress(url: string): readonly [origin: string, target: string] {
  const host = url.indexOf('//') + 2;
  const end = host + url.slice(host).search(/[/?#]|$/);
  const target = url.slice(end, end + url.slice(end).search(/#|$/));
  return [url.slice(0, end), target.startsWith('/') ? target : `/${target}`];
}

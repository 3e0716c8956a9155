import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Decision } from 'hooklatch';
import { sqliteInbox, type InboxAttempt } from 'hooklatch/inbox';
import { makeReceiver, SENDERS, type Secrets } from './app';
import { openAuditFile } from './audit-file';
import { openInspector } from './inspector';

const VARIABLES = SENDERS.map((name) => [name, `${name.replaceAll('-', '_').toUpperCase()}_SECRET`] as const);
const made: string[] = [];

const secrets = Object.fromEntries(
  VARIABLES.map(([name, variable]) => [name, process.env[variable] ?? makeSecret(name, variable)]),
) as Secrets;

const { PORT = '3000', AUDIT_FILE = '', HANDLER_MS = '0', INBOX_FILE = '' } = process.env;
// On Node 20, SQLITE_DRIVER names what opens the file: '@photostructure/sqlite'.
const { SQLITE_DRIVER: driver } = process.env;
const inbox =
  INBOX_FILE === ''
    ? undefined
    : sqliteInbox({
        file: INBOX_FILE,
        driver,
        onAttempt: (attempt) => console.log(readableAttempt(attempt)),
      });
const audit = AUDIT_FILE === '' ? undefined : openAuditFile(AUDIT_FILE);

const { app, drain } = makeReceiver({
  secrets,
  inbox,
  onWebhook: async ({ provider, event, rawBody }) => {
    console.log(`          handling ${provider} ${event ?? '(no event named)'}, ${rawBody.length} bytes`);
    await pause(Number(HANDLER_MS));
  },
  onDecision: (decision) => {
    console.log(readable(decision));
    audit?.write(decision);
  },
});

const server = app.listen(Number(PORT), () => {
  const address = server.address();
  const base = `http://localhost:${typeof address === 'object' && address !== null ? address.port : ''}`;
  console.log(`hooklatch receiver listens on ${base}/webhooks/<name>: ${SENDERS.join(', ')}\n`);
  if (made.length > 0) {
    console.log('These secrets were made up just now. In the terminal that you send from:\n');
    for (const line of made) console.log(`  ${line}`);
    console.log('');
  }
  void greet(base);
});

/** Says where the page is, and how to send something. */
async function greet(base: string): Promise<void> {
  const page = await openInspector(base, secrets, inbox);
  if (page !== undefined) console.log(`Every delivery, live, and why it was refused: ${page.url}\n`);
  console.log('Send it something:\n');
  console.log(`  npx hooklatch send github push --url ${base}/webhooks/github --secret-env GITHUB_SECRET`);
  console.log(
    `  npx hooklatch send fastcomments create --method POST --url ${base}/webhooks/fastcomments --secret-env FASTCOMMENTS_SECRET`,
  );
  console.log(
    `  npx hooklatch send stripe invoice.paid --url ${base}/webhooks/stripe --secret-env STRIPE_SECRET --tamper\n`,
  );
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void shutDown());
}

/** Takes no new connections, lets the deliveries in flight end, writes the last decisions, and exits. */
async function shutDown(): Promise<void> {
  console.log('          shutting down');
  server.close();
  // A router answers within its handlerTimeoutMs, so this ends.
  await drain();
  // Handlers end; a delivery that waits is handled by the next process.
  await inbox?.close();
  await audit?.close();
  process.exit();
}

function makeSecret(name: string, variable: string): string {
  const secret =
    name === 'standard-webhooks'
      ? `whsec_${randomBytes(32).toString('base64')}`
      : randomBytes(32).toString('hex');
  made.push(`export ${variable}=${secret}`);
  return secret;
}

function readable(decision: Decision): string {
  const { time, status, outcome, provider, event, method, path, code, durationMs } = decision;
  const what = [provider, event ?? '-', method, path, code ?? '', `${durationMs.toFixed(1)} ms`];
  return `${time.slice(11, 19)}  ${status} ${outcome.padEnd(8)}  ${what.filter(Boolean).join('  ')}`;
}

function readableAttempt({ time, outcome, provider, event, attempt, code, waitedMs }: InboxAttempt): string {
  const what = [provider, event ?? '-', `attempt ${attempt}`, code ?? '', `waited ${waitedMs} ms`];
  return `${time.slice(11, 19)}  inbox ${outcome.padEnd(6)}  ${what.filter(Boolean).join('  ')}`;
}

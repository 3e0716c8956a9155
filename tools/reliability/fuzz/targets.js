'use strict';

// What the fuzzer calls: each takes bytes, and throws for what must not happen. The sources are compiled beforehand, to
// what the instrumenter of the fuzzer can read.
const { join } = require('node:path');

const BUILD = join(__dirname, '../../../node_modules/.cache/fuzz');
const load = (path) => require(join(BUILD, path));

const NOW = 1_767_225_600_000;
const SECRET = 'a secret for tests, long enough';
// What takes longer than this for some hundred bytes is not linear; the fuzzer's marks slow the code down a lot.
const MOST_MS = 2000;

/** Calls, and lets pass only errors that are ours to throw. */
function allow(call, isOurs) {
  const startedAt = performance.now();
  try {
    call();
  } catch (error) {
    if (!isOurs(error)) throw error;
  }
  const took = performance.now() - startedAt;
  if (took > MOST_MS) throw new Error(`it took ${Math.round(took)} ms`);
}

/** Bytes cut at line breaks: as many texts as are wanted, and what is left. */
function textsOf(bytes, count) {
  const [...texts] = bytes.toString('latin1').split('\n');
  return [...texts.slice(0, count), texts.slice(count).join('\n')];
}

/** Header parsing: any provider, any text in its headers. */
function headers(bytes) {
  const { providers } = load('providers/index.js');
  const { verifySync } = load('core/verify.js');
  const { WebhookError } = load('errors.js');
  const data = Object.values(providers).filter(({ algorithm }) => /^(hmac|token|sha256)/.test(algorithm));
  const [signature = '', timestamp = '', id = '', body = ''] = textsOf(bytes, 3);
  const provider = data[(bytes[0] ?? 0) % data.length];
  const name = (names, value) => ({ [String([names].flat()[0]).toLowerCase()]: value });
  const all = {
    ...name(provider.signature.header, signature.slice(1)),
    ...name(provider.timestamp?.header, timestamp),
    ...name(provider.id?.header, id),
  };
  const secret =
    provider.secret.encoding === 'utf8' ? SECRET : `${provider.secret.prefix ?? ''}${'ab'.repeat(16)}`;
  const delivery = { method: 'POST', url: '/', headers: all, body: Buffer.from(body, 'latin1') };
  const settings = { provider, secret, now: NOW, publicUrl: 'https://example.org/' };
  allow(
    () => verifySync(delivery, settings),
    (error) => error instanceof WebhookError,
  );
}

/** The grammar of providers: any JSON for a description. */
function grammar(bytes) {
  const { defineProvider } = load('core/define-provider.js');
  let definition;
  try {
    definition = JSON.parse(bytes.toString());
  } catch {
    return;
  }
  allow(
    () => defineProvider(definition),
    (error) => error instanceof TypeError && /defineProvider|option/.test(error.message),
  );
}

/** `diagnose`: it explains whatever came, and throws nothing. */
function diagnose(bytes) {
  // Loaded beforehand: the first call would load it, with the fuzzer's marks, and count as slow.
  load('diagnose/explain.js');
  const { diagnose: explain } = load('diagnose/index.js');
  const { providers } = load('providers/index.js');
  const names = ['github', 'stripe', 'standard-webhooks', 'fastcomments', 'slack', 'http-message-signatures'];
  const provider = providers[names[(bytes[0] ?? 0) % names.length]];
  const [signature = '', timestamp = '', body = ''] = textsOf(bytes, 2);
  const header = String([provider.signature?.header ?? 'Signature'].flat()[0]).toLowerCase();
  const delivery = {
    method: 'POST',
    url: '/hook',
    headers: {
      [header]: signature.slice(1),
      'webhook-timestamp': timestamp,
      'x-slack-request-timestamp': timestamp,
    },
    body: Buffer.from(body, 'latin1'),
  };
  const secret = provider.secret?.encoding === 'base64' ? 'whsec_YWJhYmFiYWJhYmFiYWJhYg==' : SECRET;
  allow(
    () => explain(delivery, { provider, secret, now: NOW, publicUrl: 'https://example.org/hook' }),
    () => false,
  );
}

/** The saved requests that the command reads. */
function request(bytes) {
  const { parseRawRequest } = load('cli/raw-request.js');
  const { UsageError } = load('cli/io.js');
  allow(
    () => parseRawRequest(bytes),
    (error) => error instanceof UsageError,
  );
}

module.exports = { headers, grammar, diagnose, request };

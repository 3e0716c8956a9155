// A delivery of GitHub by plain node:http, and what a program has found.
import { createRequire } from 'node:module';
import { request } from 'node:http';

export const load = createRequire(import.meta.url);
export const SECRET = 'a secret for tests, long enough';
const { signedRequest } = load('hooklatch/testing');
const { github } = load('hooklatch');

/** Sends a push; the answer is its status and text. */
export function deliver(port, path, { body = '{ "ref": "Zoë",  "n": 1.0 }', tamper = false, ...more } = {}) {
  const signed = signedRequest(github, { secret: SECRET, event: 'push', body });
  const bytes = Buffer.from(tamper ? `${body} ` : body);
  const length = more.chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': bytes.length };
  const headers = { 'Content-Type': 'application/json', ...signed.headers, ...length, ...more.headers };
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false }, (res) => {
      const chunks = [];
      res.on('data', (chunk) => chunks.push(chunk));
      res.on('end', () => resolve({ status: res.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    req.setTimeout(60_000, () => req.destroy(new Error('the request hangs')));
    req.on('error', reject);
    req.end(bytes);
  });
}

const found = [];

/** Notes whether something is as it has to be. */
export function expect(what, is, wanted) {
  if (JSON.stringify(is) === JSON.stringify(wanted)) found.push(true);
  else {
    found.push(false);
    console.log(`not so: ${what}: ${JSON.stringify(is)} is not ${JSON.stringify(wanted)}`);
  }
}

/** Ends the program: well where all was as it had to be. */
export function conclude() {
  const right = found.filter(Boolean).length;
  console.log(`${right} of ${found.length}`);
  process.exit(right === found.length ? 0 : 1);
}

import { isUtf8 } from 'node:buffer';
import type { ExactRequest } from '../trace/trace';
import { providers } from '../providers';
import { eachHeader, endToEndHeaders } from './exact-request';

const MADE_BY_CURL = ['host', 'content-length', 'accept-encoding', 'expect'];
// What a shell or a terminal would change, a null byte for one.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const NOT_PASTEABLE = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** The request as a command for a shell. */
export function curlOf({ method, url, rawHeaders, body }: ExactRequest, origin: string): string {
  const bytes = body ?? Buffer.alloc(0);
  const parts = [`curl -X ${method} ${quoted(origin + url)}`];
  eachHeader(endToEndHeaders(rawHeaders), (name, value) => {
    if (!MADE_BY_CURL.includes(name.toLowerCase())) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  });
  if (bytes.length === 0) return parts.join(' \\\n  ');
  if (isText(bytes)) return [...parts, `--data-binary ${quoted(bytes.toString())}`].join(' \\\n  ');
  return `printf %s ${bytes.toString('base64')} | base64 -d | \\\n${[...parts, '--data-binary @-'].join(' \\\n  ')}`;
}

/** The delivery as a test of the handler, signed when it runs. */
export function testOf(
  { method, url, body = Buffer.alloc(0) }: ExactRequest,
  { provider, variable, event }: { provider: string; variable: string; event: string | null },
): string {
  const bytes = isText(body)
    ? JSON.stringify(body.toString())
    : `Buffer.from('${body.toString('base64')}', 'base64')`;
  const name = Object.hasOwn(providers, provider) ? `providers['${provider}']` : 'provider /* yours */';
  const named = event === null ? '' : `event: ${JSON.stringify(event)}, `;
  return `import request from 'supertest';
import { providers } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { app } from '../app'; // your Express app

it('handles ${event ?? 'a delivery'} of ${provider}', async () => {
  const { headers, body } = signedRequest(${name}, {
    secret: process.env.${variable}!,
    ${named}method: '${method}',
    body: ${bytes},
  });
  const response = await request(app).${method.toLowerCase()}(${JSON.stringify(url)}).set(headers).send(body);
  expect(response.status).toBe(200);
});
`;
}

function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !NOT_PASTEABLE.test(bytes.toString());
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

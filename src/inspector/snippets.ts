import { isUtf8 } from 'node:buffer';
import { providers } from '../providers';
import { quoteForJavaScript } from '../quote';
import type { WrittenRequest } from './curl';

/** Of whom the delivery is, and what it says of itself. */
export interface TestNames {
  readonly provider: string;
  /** The environment variable that holds the secret. */
  readonly variable: string;
  readonly event: string | null;
}

/** The delivery as a test of the handler, signed when it runs. */
export function writeTest(
  { method, url, body }: WrittenRequest,
  { provider, variable, event }: TestNames,
): string {
  const quote = quoteForJavaScript;
  // A whole address, as for a proxy, would lead the test elsewhere.
  const path = url.startsWith('/') ? url : '/';
  const bytes = isUtf8(body)
    ? quote(body.toString())
    : `Buffer.from(${quote(body.toString('base64'))}, 'base64')`;
  const name = Object.hasOwn(providers, provider) ? `providers[${quote(provider)}]` : 'provider /* yours */';
  const named = event === null ? '' : `event: ${quote(event)}, `;
  return `import request from 'supertest';
import { providers } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { app } from '../app'; // your Express app

it(${quote(`handles ${event ?? 'a delivery'} of ${provider}`)}, async () => {
  const { headers, body } = signedRequest(${name}, {
    secret: process.env${accessMember(variable)}!,
    ${named}method: ${quote(method)},
    body: ${bytes},
  });
  const response = await request(app)${accessMember(method.toLowerCase())}(${quote(path)}).set(headers).send(body);
  expect(response.status).toBe(200);
});
`;
}

/** Access to a property by whatever name: `.post`, `["m-search"]`. */
function accessMember(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${quoteForJavaScript(name)}]`;
}

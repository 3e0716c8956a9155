import type { Provider } from 'hooklatch';
import { createHmac } from 'node:crypto';
import { SECRET, send, signed, startGuard, type Answer, type Receiver } from './http';
import { keysFor } from './keys';

export const TEXT = 'text/plain; charset=utf-8';
export const JSON_TYPE = 'application/json; charset=utf-8';

/** The request by which Zoom tries a receiver, and the answer that it wants. */
export const zoomBody = (plainToken: unknown): string =>
  JSON.stringify({ payload: { plainToken }, event: 'endpoint.url_validation' });
export const zoomAnswer = (plainToken: string): string =>
  JSON.stringify({
    plainToken,
    encryptedToken: createHmac('sha256', SECRET).update(plainToken).digest('hex'),
  });

/** Sends one signed delivery to a guard; tampered with, its body is another than the signed one. */
export async function deliver(
  provider: Provider,
  body: string,
  tampered = false,
): Promise<Receiver & { readonly answer: Answer }> {
  const { secret, verifyBy } = keysFor(provider);
  const receiver = await startGuard({ provider, secret: verifyBy });
  const headers = { 'Content-Type': 'application/json', ...signed(provider, body, { secret }) };
  const answer = await send(receiver.port, { headers, body: tampered ? `${body} ` : body });
  return { ...receiver, answer };
}

/** An answer that no browser takes for a page. */
export function expectPlain({ headers }: Answer, type: string | undefined): void {
  expect(headers['content-type']).toBe(type);
  if (type === undefined) return;
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['cache-control']).toBe('no-store');
}

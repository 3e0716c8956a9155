/** The word for a text in messages, how large it may be, and how it is asked for. */
export interface TextRequest {
  readonly word: string;
  readonly maxBytes: number;
  readonly init?: Pick<RequestInit, 'method' | 'headers' | 'body'>;
}

/**
 * Gets a text by HTTPS; `undefined` where the host is sure that there is none. Redirects are not followed, and what is
 * too large is not read to its end.
 */
export async function fetchText(
  url: string,
  signal: AbortSignal,
  { word, maxBytes, init }: TextRequest,
): Promise<string | undefined> {
  const response = await fetch(url, { ...init, signal, redirect: 'error' });
  const { status, body } = response;
  if (status === 200 && body !== null) return readLimited(body, word, maxBytes);
  await body?.cancel();
  // The host is sure that there is none; anything else may pass.
  if (status === 403 || status === 404 || status === 410) return undefined;
  throw new Error(`the ${word} could not be fetched: status ${status}`);
}

async function readLimited(
  body: ReadableStream<Uint8Array>,
  word: string,
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`the ${word} is too large`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

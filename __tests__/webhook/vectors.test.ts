import { isUtf8 } from 'node:buffer';
import { validateHeaderValue } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { eventually, requestText, send, startGuard, talk } from '../helpers/http';
import { vectors, type Vector } from '../helpers/vectors';

/** An HTTP client refuses to send some header values. */
function isSendable({ headers }: Vector): boolean {
  return Object.entries(headers).every(([name, value]) => {
    try {
      validateHeaderValue(name, value);
      return true;
    } catch {
      return false;
    }
  });
}

/** The bytes that were signed, of a sender that compresses. */
const inflated = (body: Buffer): Buffer => (body[0] === 0x1f ? gunzipSync(body) : body);

/** Whether the body is what the provider says, judged without the library. */
function isParseable({ provider, body: sent }: Vector): boolean {
  const { content, formField, formFieldOptional, compression, multipartForm } = provider;
  // The forms in parts are those of one sender, in tests of its own.
  if (content === 'raw' || (multipartForm === true && sent.toString().startsWith('--'))) return true;
  const body = compression === undefined ? sent : inflated(sent);
  if (!isUtf8(body)) return false;
  const isForm = content === 'form' || (content === 'json-or-form' && /^[^{["]*=/.test(body.toString()));
  if (content === 'text' || (isForm && formField === undefined)) return true;
  const text = isForm ? new URLSearchParams(body.toString()).get(formField!) : body.toString();
  if (text === null && formFieldOptional === true) return true;
  try {
    JSON.parse(text ?? '');
    return true;
  } catch {
    return false;
  }
}

// What cannot be inflated is no delivery of anyone's.
const BROKEN: Readonly<Record<string, number>> = { 'stream/gzip-cut': 400 };

function statusesOf(vector: Vector): readonly number[] {
  const broken = BROKEN[vector.id];
  if (broken !== undefined) return [broken];
  const good = isParseable(vector) ? 200 : 400;
  const bad = vector.provider.refusal.status;
  return vector.expect === 'valid' ? [good] : vector.expect === 'invalid' ? [bad] : [good, bad];
}

// Not by URL, which drops a port that is the usual one.
const ORIGIN = /^https?:\/\/[^/?#]+/;

async function startFor({ provider, secret, now, url }: Vector): ReturnType<typeof startGuard> {
  return startGuard({ provider, secret, publicUrl: url && ORIGIN.exec(url)?.[0], clock: () => now });
}

/** The path of the address that the sender has signed; no client sends a space as it is. */
function pathOf({ url }: Vector): string {
  return url === undefined ? '/' : url.replace(ORIGIN, '').replaceAll(' ', '%20');
}

/** A delivery by which the sender tries the receiver: it never reaches the handler. */
const HANDSHAKES = ['xero/itr'];

describe('webhookGuard() and the vectors of the senders', () => {
  it.each(vectors.map((vector) => [vector.expect, vector.id, vector] as const))(
    'answers as expected (%s) to %s',
    async (_expect, _id, vector) => {
      const { port, webhooks, decisions } = await startFor(vector);
      const { method, headers, body } = vector;
      const answer = await send(port, { method, path: pathOf(vector), headers, body });
      expect(statusesOf(vector)).toContain(answer.status);
      await eventually(() => decisions.length === 1);
      const [decision] = decisions;
      expect(decision!.code === null).toBe(answer.status === 200);
      const isHandled = answer.status === 200 && !HANDSHAKES.includes(vector.id);
      expect(webhooks.map(({ rawBody }) => rawBody)).toEqual(isHandled ? [inflated(body)] : []);
      // Of several secrets the vectors are signed by one that is not the newest.
      const handledNotes = isHandled && Array.isArray(vector.secret) ? ['old-secret'] : [];
      const isHandshake = answer.status === 200 && !isHandled;
      expect(decision!.notes).toEqual(isHandshake ? ['handshake'] : handledNotes);

      if (answer.status === vector.provider.refusal.status) {
        const unsigned = await send(port, { method, body });
        expect(answer.fingerprint).toBe(unsigned.fingerprint);
      }
    },
  );

  it('leaves out no vector: an HTTP client can send the headers of all', () => {
    expect(vectors.filter((vector) => !isSendable(vector)).map(({ id }) => id)).toEqual([]);
  });

  it('answers the same where the header lines come over a bare socket', async () => {
    const statuses: unknown[] = [];
    for (const vector of vectors) {
      const { port } = await startFor(vector);
      const headers = Object.entries(vector.headers).filter(([name]) => name !== 'content-length');
      const lines = headers.map(([name, value]) => `${name}: ${value}`);
      const length = `Content-Length: ${vector.body.length}`;
      const head = requestText(vector.method, [...lines, length], pathOf(vector));
      const text = await talk(port, [Buffer.concat([Buffer.from(head, 'latin1'), vector.body])]);
      const status = Number(text.slice(9, 12));
      if (!statusesOf(vector).includes(status)) statuses.push([vector.id, status]);
    }
    expect(statuses).toEqual([]);
  });
});

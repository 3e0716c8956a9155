import { isThenable } from '../../src/awaitable';
import { parseSignatureHeaders, getToleranceMs } from '../../src/core/authenticate';
import { getCompiled } from '../../src/core/compiled-provider';
import { authenticateDelivery } from '../../src/core/custom';
import { readEventAndId } from '../../src/core/event-and-id';
import { lowerCaseHeaders } from '../../src/core/headers';
import { makeWebhook, readPayload } from '../../src/core/make-webhook';
import { prepareSecrets } from '../../src/core/secrets';
import { deliveryOf, vectors, type Vector } from '../helpers/vectors';

const TYPES = [
  undefined,
  '',
  'nonsense',
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=iso-8859-1',
  'application/json; charset=utf-16le',
  'application/json; charset=shift_jis',
  'application/x-www-form-urlencoded',
  'APPLICATION/X-WWW-FORM-URLENCODED ; charset=x',
  'application/x-www-form-urlencoded; charset=windows-1252',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/plain; charset=utf-7',
  'application/octet-stream',
];

/** What the library makes of a delivery with this Content-Type: all of it as one text, or a code. */
function read(vector: Vector, type: string | undefined): string {
  const { provider, secret, now, url } = vector;
  const { method, headers, body } = deliveryOf(vector);
  const source = { headers: { ...lowerCaseHeaders(headers), 'content-type': type } };
  const compiled = getCompiled(provider);
  const parsedSignature = parseSignatureHeaders(compiled, source);
  if (typeof parsedSignature === 'string') return parsedSignature;
  const secrets = prepareSecrets(provider, secret, jest.fn());
  const delivery = { method, url: url ?? '/hook', ...source, body };
  const toleranceMs = getToleranceMs(compiled, undefined);
  const verdict = authenticateDelivery(parsedSignature, secrets, delivery, { now, toleranceMs });
  if (isThenable(verdict)) throw new Error('no vector needs time');
  if (typeof verdict === 'string') return verdict;
  const { payload, code } = readPayload(compiled, source, body);
  if (payload === undefined) return code;
  const eventAndId = readEventAndId(compiled, source, payload, verdict.covers);
  const received = { source, method, rawBody: body, scope: '', endpoint: { text: '', secret: undefined } };
  const { event, candidates, id, key } = makeWebhook(verdict, received, payload, eventAndId);
  return JSON.stringify([payload.value, event, candidates, id, key]);
}

const isRefusal = (result: string): boolean => result.startsWith('ERR_');

describe('a body has one payload, one event, one id and one key whatever the headers say', () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_id, vector) => {
    const readings = new Set(TYPES.map((type) => read(vector, type)).filter((result) => !isRefusal(result)));
    expect(readings.size).toBeLessThanOrEqual(1);
  });

  it('is no property of refusals alone', () => {
    const valid = vectors.filter((vector) => !isRefusal(read(vector, 'text/plain')));
    expect(valid.length).toBeGreaterThan(60);
    const forms = valid.filter(({ provider }) => provider.content === 'json-or-form');
    expect(new Set(forms.map(({ provider }) => provider.name))).toEqual(
      new Set(['dropbox-sign', 'formstack', 'gitea', 'github', 'slack', 'twilio']),
    );
    for (const vector of forms) expect(isRefusal(read(vector, 'multipart/form-data'))).toBe(false);
  });
});

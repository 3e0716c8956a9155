import { sign, slack, xero, zoom } from 'hooklatch';
import { createHmac } from 'node:crypto';
import { deliver, expectPlain, TEXT, zoomAnswer, zoomBody } from '../helpers/handshakes';
import { decisionOf, SECRET, send, signed, startGuard } from '../helpers/http';
import { rawVectors } from '../helpers/vectors';

describe('the answer to a challenge', () => {
  const slackBody = (challenge: unknown): string => JSON.stringify({ type: 'url_verification', challenge });

  it.each([
    ['of other scripts', 'défi ☕ 🎣'],
    ['with markup', '<script>alert(1)</script>'],
    ['with line breaks', 'a\r\nSet-Cookie: b=c'],
    ['that is long', 'x'.repeat(4096)],
  ])('echoes one %s byte for byte, as plain text', async (_what, challenge) => {
    const { answer } = await deliver(slack, slackBody(challenge));
    expect(Buffer.from(answer.text, 'latin1').toString('utf8')).toBe(challenge);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expectPlain(answer, TEXT);
  });

  it.each([
    ['too long', 'x'.repeat(4097)],
    ['a number', 7],
    ['null', null],
    ['a list', ['a']],
    ['an object', { a: 1 }],
    ['missing', undefined],
  ])(
    'is refused where the challenge is %s: half of it, or none, would be wrong',
    async (_what, challenge) => {
      for (const [provider, body] of [
        [slack, slackBody(challenge)],
        [zoom, zoomBody(challenge)],
      ] as const) {
        const { answer, webhooks, ...receiver } = await deliver(provider, body);
        expect([answer.status, answer.text, webhooks]).toEqual([403, '{"error":"Forbidden"}\n', []]);
        expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_EVENT', notes: [] });
      }
    },
  );

  it('is computed over the bytes of the token (zoom)', async () => {
    const { answer } = await deliver(zoom, zoomBody('tökén ☕'));
    expect(Buffer.from(answer.text, 'latin1').toString('utf8')).toBe(zoomAnswer('tökén ☕'));
  });

  it('is computed with the secret that matched (zoom)', async () => {
    const old = 'another secret for tests, long enough';
    const secret = [
      { id: 'new', value: SECRET },
      { id: 'old', value: old },
    ];
    const { port } = await startGuard({ provider: zoom, secret });
    const body = zoomBody('abc');
    const answer = await send(port, { headers: signed(zoom, body, { secret: old }), body });
    const encryptedToken = createHmac('sha256', old).update('abc').digest('hex');
    expect(JSON.parse(answer.text)).toEqual({ plainToken: 'abc', encryptedToken });
  });

  it('is that of the vector (challenge:zoom)', async () => {
    const vector = rawVectors.find(({ scheme }) => scheme === 'challenge:zoom')!;
    const { secret, now, body, answer } = vector as unknown as Record<string, string> & { now: number };
    const { port } = await startGuard({ provider: zoom, secret: secret!, clock: () => now });
    const headers = sign(zoom, { secret: secret!, now }, { body: Buffer.from(body!) });
    expect((await send(port, { headers, body: body! })).text).toBe(answer);
  });
});

describe('the intent to receive of Xero', () => {
  it('is answered 200 where it is good and 401 where it is bad, both without a body', async () => {
    const body = '{"events":[],"entropy":"a"}';
    const good = (await deliver(xero, body)).answer;
    const bad = (await deliver(xero, body, true)).answer;
    const answers = [good, bad].map(({ status, text, headers }) => [status, text, headers['content-length']]);
    expect(answers).toEqual([
      [200, '', '0'],
      [401, '', '0'],
    ]);
    expect(bad.headers).not.toHaveProperty('content-type');
  });
});

import {
  defineProvider,
  sign,
  verify,
  verifySync,
  type CustomContext,
  type CustomVerdict,
  type Delivery,
  type VerifySettings,
  type Webhook,
} from 'hooklatch';
import { BODY, codeOf, define, delivery, mac } from '../helpers/custom';
import { NOW, SECRET } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const answering = (verdict: unknown): VerifySettings => define({ verify: () => verdict as CustomVerdict });

describe('a provider with a "verify" of its own', () => {
  it('verifies what its function finds authentic, and refuses the rest', async () => {
    const settings = define({ event: { body: 'type' }, id: { body: 'id' }, refusal: { status: 403 } });
    const webhook = verifySync(delivery(), settings);
    expect(webhook).toMatchObject({
      provider: 'own',
      event: 'created',
      id: 'b-1',
      timestamp: undefined,
      secretId: 'default',
      verified: true,
      trusted: { event: true, id: true },
    });
    await expect(verify(delivery(), settings)).resolves.toMatchObject({ verified: true });
    const tampered = delivery({ body: Buffer.from('{}') });
    const refusal = { code: 'ERR_WEBHOOK_SIGNATURE', status: 403 };
    expect(() => verifySync(tampered, settings)).toThrow(expect.objectContaining(refusal) as Error);
    await expect(verify(tampered, settings)).rejects.toMatchObject(refusal);
  });

  it.each([
    ['missing', { headers: {} }],
    ['undefined', { headers: { 'X-Mac': undefined } }],
    ['there twice', { rawHeaders: ['X-Mac', 'a', 'x-mac', 'a'] }],
    ['there twice, by the case of its name', { headers: { 'X-Mac': 'a', 'x-MAC': 'b' } }],
    ['too long', { headers: { 'X-Mac': 'a'.repeat(4097) } }],
  ])('is not asked where a header that it needs is %s', (_what, more) => {
    const asked = jest.fn();
    expect(codeOf(() => verifySync(delivery(more), define({ verify: asked })))).toBe('ERR_WEBHOOK_HEADER');
    expect(asked).not.toHaveBeenCalled();
  });

  it('needs all of its headers, or none', () => {
    const two = define({ headers: ['X-Mac', 'X-Other'] });
    expect(codeOf(() => verifySync(delivery(), two))).toBe('ERR_WEBHOOK_HEADER');
    const headers = { 'x-mac': mac(SECRET, BODY), 'x-other': '' };
    expect(codeOf(() => verifySync(delivery({ headers }), two))).toBe('none');
    expect(codeOf(() => verifySync(delivery({ headers: {} }), answering({})))).toBe('ERR_WEBHOOK_HEADER');
    const none = define({ headers: [], verify: () => ({}) });
    expect(codeOf(() => verifySync(delivery({ headers: {} }), none))).toBe('none');
  });

  it('gives its function the delivery, the key, the time and the window', () => {
    const seen: unknown[][] = [];
    const settings = define({
      toleranceSeconds: 60,
      readSecret: (text) => text.toUpperCase(),
      verify: (...given) => {
        seen.push(given);
        return {};
      },
    });
    const rawHeaders = ['X-Mac', 'a'];
    const sent = delivery({ rawHeaders, url: '/hook?a=1' });
    verifySync(sent, settings);
    verifySync(sent, { ...settings, toleranceSeconds: 5, publicUrl: 'https://example.org/hook' });
    const context = { key: SECRET.toUpperCase(), secretId: 'default', secretIds: ['default'], now: NOW };
    const headers = { 'x-mac': mac(SECRET, BODY) };
    expect(seen).toEqual([
      [
        { ...sent, headers, url: '/hook?a=1' },
        { ...context, toleranceMs: 60_000 },
      ],
      [
        { ...sent, headers, url: 'https://example.org/hook?a=1' },
        { ...context, toleranceMs: 5_000 },
      ],
    ]);
  });

  it('has a window of 300 seconds where it names none', () => {
    let toleranceMs = 0;
    const asked = (_delivery: Delivery, context: CustomContext): CustomVerdict => {
      ({ toleranceMs } = context);
      return {};
    };
    verifySync(delivery(), define({ verify: asked }));
    expect(toleranceMs).toBe(300_000);
  });

  it('demands the address where the scheme signs it', () => {
    const settings = define({ signsUrl: true });
    expect(typeErrorOf(() => verifySync(delivery(), settings))).toContain(
      'option "publicUrl" is required for own',
    );
    expect(typeErrorOf(() => sign(settings.provider, { secret: SECRET }, { body: BODY }))).toContain(
      'publicUrl',
    );
    expect(codeOf(() => verifySync(delivery(), define({ signsUrl: false })))).toBe('none');
  });
});

describe('a provider with a "read" of its own', () => {
  const secret = [
    { id: 'one', value: 'another-secret-of-thirty-two-chars' },
    { id: 'two', value: SECRET },
  ];
  const provider = (read: (sent: Delivery) => unknown): VerifySettings => ({
    provider: defineProvider({
      name: 'own',
      headers: ['X-Mac'],
      read,
      verify: ({ body }, { key, message }) => (message === mac(key, body) ? {} : undefined),
    }),
    secret,
    now: NOW,
  });

  it('reads a delivery once for all secrets', async () => {
    const read = jest.fn(({ headers }: Delivery) => headers['x-mac']);
    expect(verifySync(delivery(), provider(read)).secretId).toBe('two');
    expect(read).toHaveBeenCalledTimes(1);
    const later = provider(async (sent) => Promise.resolve(read(sent)));
    await expect(verify(delivery(), later)).resolves.toMatchObject({ secretId: 'two' });
  });

  it('refuses what it answers undefined to, and asks no further', async () => {
    const asked = jest.fn(() => ({}));
    for (const read of [() => undefined, async () => Promise.resolve(undefined)]) {
      const settings = { ...define({ verify: asked, read }), secret };
      await expect(verify(delivery(), settings)).rejects.toMatchObject({ code: 'ERR_WEBHOOK_SIGNATURE' });
    }
    expect(asked).not.toHaveBeenCalled();
  });

  it('hands on what it throws or rejects with', async () => {
    const thrown = new RangeError('no certificate');
    const throwing = (): never => {
      throw thrown;
    };
    expect(() => verifySync(delivery(), provider(throwing))).toThrow(thrown);
    await expect(
      verify(
        delivery(),
        provider(async () => Promise.reject(thrown)),
      ),
    ).rejects.toBe(thrown);
  });
});

describe('the verdict of a function', () => {
  it.each([
    [NOW, 'none'],
    [NOW - 300_000, 'none'],
    [NOW + 300_000, 'none'],
    [NOW - 300_001, 'ERR_WEBHOOK_TIMESTAMP'],
    [NOW + 300_001, 'ERR_WEBHOOK_TIMESTAMP'],
    [NaN, 'ERR_WEBHOOK_TIMESTAMP'],
    [Infinity, 'ERR_WEBHOOK_TIMESTAMP'],
  ])('with the signed time %d it is judged: %s', (timestamp, code) => {
    expect(codeOf(() => verifySync(delivery(), answering({ timestamp })))).toBe(code);
  });

  it('tells the signed time and the signed id', () => {
    const webhook = verifySync(delivery(), answering({ timestamp: NOW - 5, id: 's-1' }));
    expect(webhook.timestamp).toEqual(new Date(NOW - 5));
    expect([webhook.id, webhook.trusted.id]).toEqual(['s-1', true]);
  });

  it.each([
    ['covers the body unless it says otherwise', {}, true, true],
    ['covers no body', { coversBody: false }, false, false],
    ['covers the id alone', { coversBody: false, id: 's-1' }, false, true],
    ['has an id that is empty', { coversBody: false, id: '' }, false, false],
    ['has nothing', { timestamp: undefined, id: undefined, coversBody: undefined }, true, true],
  ])('says what can be trusted where it %s', (_what, verdict, event, id) => {
    const verifyAll = (): CustomVerdict => verdict;
    const settings = define({ event: { body: 'type' }, id: { body: 'id' }, verify: verifyAll });
    expect(verifySync(delivery(), settings).trusted).toEqual({ event, id });
  });

  it.each<[string, CustomVerdict, unknown, unknown]>([
    ['the body', {}, { id: 'b-1', type: 'created' }, undefined],
    ['a part of the body', { payload: { type: 'created' } }, { type: 'created' }, { id: 'b-1' }],
    ['nothing of the body', { coversBody: false }, {}, { id: 'b-1', type: 'created' }],
  ])('divides the body where the signature covers %s', (_what, verdict, payload, unsigned) => {
    const webhook = verifySync(delivery(), answering(verdict));
    expect([webhook.payload, webhook.unsigned]).toEqual([payload, unsigned]);
    expect(JSON.parse(JSON.stringify(webhook))).toMatchObject({ payload });
  });

  it('trusts an event and an id that are in the signed part, and no other', () => {
    const eventAndId = { event: { body: 'type' }, id: { body: 'id' } };
    const judged = (payload: Record<string, unknown>): unknown => {
      const { event, id, trusted } = verifySync(
        delivery(),
        define({ ...eventAndId, verify: () => ({ payload }) }),
      );
      return [event, id, trusted];
    };
    expect(judged({ type: 'created' })).toEqual(['created', 'b-1', { event: true, id: false }]);
    expect(judged({ id: 'signed' })).toEqual(['created', 'signed', { event: false, id: true }]);
    expect(judged({})).toEqual(['created', 'b-1', { event: false, id: false }]);
  });

  it('says whether the header of the event is signed', () => {
    const event = { header: 'X-Event' };
    const headers = { 'X-Mac': 'a', 'X-Event': 'e' };
    const trusted = (verdict: CustomVerdict): Webhook['trusted'] =>
      verifySync(delivery({ headers }), define({ event, verify: () => verdict })).trusted;
    expect([trusted({}).event, trusted({ coversEvent: true }).event]).toEqual([false, true]);
  });

  it.each([true, false, null, 0, 1, '', 'yes', [], () => ({})])(
    'refuses to take %p for one, so that no comparison passes by itself',
    async (verdict) => {
      const message = 'the "verify" of own must answer with a verdict or undefined, got ';
      expect(typeErrorOf(() => verifySync(delivery(), answering(verdict)))).toContain(message);
      await expect(verify(delivery(), answering(Promise.resolve(verdict)))).rejects.toThrow(message);
    },
  );

  it.each([
    [{ timestamp: 'kept' }, 'option "timestamp" must be milliseconds'],
    [{ timestamp: new Date(NOW) }, 'option "timestamp" must be milliseconds'],
    [{ timestamp: null }, 'option "timestamp" must be milliseconds'],
    [{ id: 7 }, 'option "id" must be a string'],
    [{ id: ['kept'] }, 'option "id" must be a string'],
    [{ coversBody: 'no' }, 'option "coversBody" must be true or false'],
    [{ payload: ['kept'] }, 'option "payload" must be an object'],
    [{ coversEvent: 1 }, 'option "coversEvent" must be true or false'],
    [{ alsoSigned: ['kept'] }, 'option "alsoSigned" must be a string'],
    [{ coversbody: false }, 'unknown option "coversbody"'],
  ])('refuses the verdict %p', (verdict, message) => {
    const thrown = typeErrorOf(() => verifySync(delivery(), answering(verdict)));
    expect(thrown).toContain(`the verdict of own: ${message}`);
    expect(thrown).not.toContain('kept');
  });
});

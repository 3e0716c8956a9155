import {
  defineProvider,
  sign,
  verify,
  verifySync,
  webhookGuard,
  type CustomContext,
  type SecretLookupResult,
} from 'hooklatch';
import { BODY, codeOf, define, DEFINITION, delivery, mac } from '../helpers/custom';
import { NOW, SECRET } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

describe('a "verify" that needs time', () => {
  const later = define({ verify: async (...given) => DEFINITION.verify(...given) });

  it('is waited for by verify()', async () => {
    await expect(verify(delivery(), later)).resolves.toMatchObject({ verified: true });
    const tampered = delivery({ body: Buffer.from('{}') });
    await expect(verify(tampered, later)).rejects.toMatchObject({ code: 'ERR_WEBHOOK_SIGNATURE' });
  });

  it('is a TypeError for verifySync(), even where it would refuse or reject, and nothing is left to catch', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const failing = define({ verify: () => Promise.reject(new Error('later')) });
    for (const [sent, settings] of [
      [delivery(), later],
      [delivery({ body: Buffer.from('{}') }), later],
      [delivery(), failing],
    ] as const) {
      expect(typeErrorOf(() => verifySync(sent, settings))).toBe(
        'verifySync() cannot be used for own, which needs time: use verify()',
      );
    }
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('is not needed to refuse what has not the headers', () => {
    expect(codeOf(() => verifySync(delivery({ headers: {} }), later))).toBe('ERR_WEBHOOK_HEADER');
  });

  it('hands on what it throws or rejects with', async () => {
    const thrown = new RangeError('the certificate could not be fetched');
    const throwing = (): never => {
      throw thrown;
    };
    expect(() => verifySync(delivery(), define({ verify: throwing }))).toThrow(thrown);
    await expect(verify(delivery(), define({ verify: throwing }))).rejects.toBe(thrown);
    const rejecting = define({ verify: () => Promise.reject(thrown) });
    await expect(verify(delivery(), rejecting)).rejects.toBe(thrown);
  });
});

describe('the secrets of a provider with functions of its own', () => {
  const OTHER = 'another-secret-of-thirty-two-chars';
  const keyOf = (text: string): string => (text === 'bad' ? fail(text) : text);
  const fail = (text: string): never => {
    throw new Error(`cannot read ${text}`);
  };

  it('are tried one after the other, and the one that matched is named', async () => {
    const asked: string[] = [];
    const settings = define({
      verify: (sent, context) => {
        asked.push(`${context.secretId} of ${context.secretIds.join()}`);
        return DEFINITION.verify(sent, context);
      },
    });
    const secret = [
      { id: 'new', value: OTHER },
      { id: 'old', value: SECRET },
      { id: 'more', value: OTHER },
    ];
    expect(verifySync(delivery(), { ...settings, secret }).secretId).toBe('old');
    expect(asked).toEqual(['new of new,old,more', 'old of new,old,more']);
    const later = define({ verify: async (...given) => DEFINITION.verify(...given) });
    await expect(verify(delivery(), { ...later, secret })).resolves.toMatchObject({ secretId: 'old' });
    const tampered = delivery({ body: Buffer.from('{}') });
    await expect(verify(tampered, { ...later, secret })).rejects.toMatchObject({
      code: 'ERR_WEBHOOK_SIGNATURE',
    });
  });

  it.each([
    ['before its time', { notBefore: new Date(NOW + 1) }, false],
    ['after its time', { notAfter: new Date(NOW - 1) }, false],
    ['at its first moment', { notBefore: new Date(NOW) }, true],
    ['at its last moment', { notAfter: new Date(NOW) }, true],
  ])('are used in their time only: %s', (_when, times, isUsed) => {
    const keys: string[] = [];
    const asked = (_delivery: unknown, { key }: CustomContext): object => {
      keys.push(key);
      return {};
    };
    const secret = { id: 'a', value: SECRET, ...times };
    const code = codeOf(() => verifySync(delivery(), { ...define({ verify: asked }), secret }));
    expect([code, keys.length, keys.includes(SECRET)]).toEqual(
      isUsed ? ['none', 1, true] : ['ERR_WEBHOOK_SIGNATURE', 1, false],
    );
  });

  it('are read once, by a function of its own', () => {
    const readSecret = jest.fn((text: string) => ({ raw: Buffer.from(text) }));
    const provider = defineProvider({
      ...DEFINITION,
      readSecret,
      verify: (sent, { key }: CustomContext<{ raw: Buffer }>) =>
        sent.headers['x-mac'] === mac(key.raw.toString(), sent.body) ? {} : undefined,
      sign: undefined,
    });
    expect(verifySync(delivery(), { provider, secret: SECRET, now: NOW }).verified).toBe(true);
    expect(readSecret.mock.calls).toEqual([[SECRET]]);
  });

  it('are not shown where that function refuses them, as it is said at construction', () => {
    const { provider } = define({ readSecret: keyOf });
    const message = 'option "secret" is not what own uses: its "readSecret" refused it';
    const calls: readonly (() => unknown)[] = [
      () => verifySync(delivery(), { provider, secret: 'bad', now: NOW }),
      () => webhookGuard({ provider, secret: 'bad' }),
      () => sign(provider, { secret: 'bad' }, { body: BODY }),
    ];
    for (const call of calls) expect(typeErrorOf(call)).toBe(message);
    expect(typeErrorOf(() => verifySync(delivery(), { provider, secret: '' }))).toContain('not blank');
  });

  it('may be short without a warning, because only the functions know what they are', async () => {
    const warned = jest.spyOn(process, 'emitWarning');
    webhookGuard({ provider: define().provider, secret: 'short' });
    expect(warned).not.toHaveBeenCalled();
    webhookGuard({ provider: define().provider, secret: '"short"' });
    expect(warned).toHaveBeenCalledTimes(1);
  });
});

describe('a dummy secret of a provider with functions of its own', () => {
  const over = { id: 'a', value: SECRET, notAfter: new Date(NOW - 1) };

  it('is tried where no secret is in use, and is a new one for each provider', () => {
    const seen: CustomContext[] = [];
    const verifyAll = (_delivery: unknown, context: CustomContext): undefined => {
      seen.push(context);
    };
    const settings = [define({ verify: verifyAll }), define({ verify: verifyAll })];
    for (const setting of settings) {
      expect(codeOf(() => verifySync(delivery(), { ...setting, secret: over }))).toBe(
        'ERR_WEBHOOK_SIGNATURE',
      );
    }
    expect(seen).toMatchObject([
      { key: expect.stringMatching(/^[0-9a-f]{64}$/) as string, secretId: '', secretIds: [''], now: NOW },
      { secretId: '' },
    ]);
    expect(seen[0]!.key).not.toBe(seen[1]!.key);
  });

  it('lets a stranger in by no verdict, at once or later, whatever that says', async () => {
    for (const verdict of [{}, { timestamp: 0 }]) {
      const settings = { ...define({ verify: async () => Promise.resolve(verdict) }), secret: over };
      await expect(verify(delivery(), settings)).rejects.toMatchObject({ code: 'ERR_WEBHOOK_SIGNATURE' });
    }
  });

  it('is made once, by a function of its own, and read as a secret is', () => {
    const makeDummySecret = jest.fn(() => 'no secret');
    const readSecret = jest.fn((text: string) => text);
    const settings = { ...define({ makeDummySecret, readSecret }), secret: over };
    for (const round of [1, 2]) {
      expect(codeOf(() => verifySync(delivery(), settings))).toBe('ERR_WEBHOOK_SIGNATURE');
      expect([makeDummySecret.mock.calls.length, round]).toEqual([1, round]);
    }
    expect(readSecret.mock.calls.filter(([text]) => text === 'no secret')).toHaveLength(1);
  });

  it('is done without where "readSecret" refuses it, but not for a look-up, where time would tell of tenants', () => {
    const readSecret = (text: string): string => (/[^0-9a-f]/.test(text) ? text : fail());
    const fail = (): never => {
      throw new Error('another form');
    };
    const settings = define({ readSecret });
    expect(codeOf(() => verifySync(delivery(), { ...settings, secret: over }))).toBe('ERR_WEBHOOK_SIGNATURE');
    const lookUp = (): SecretLookupResult => ({ secrets: SECRET, scope: false });
    expect(typeErrorOf(() => webhookGuard({ provider: settings.provider, secret: lookUp }))).toBe(
      'option "secret" of own cannot be a look-up: where it finds nothing a dummy secret is tried, and its ' +
        '"readSecret" refuses the usual one (64 hexadecimal digits); give its definition a "makeDummySecret"',
    );
    const { provider } = define({ readSecret, makeDummySecret: () => SECRET });
    expect(() => webhookGuard({ provider, secret: lookUp })).not.toThrow();
  });
});

describe('sign() of a provider with functions of its own', () => {
  it('returns the headers of its function, and those of id and event', () => {
    const { provider } = define({ id: { header: 'X-Id' }, event: { header: ['X-Event', 'X-Old'] } });
    const settings = { secret: { id: 'mine', value: SECRET }, now: NOW, id: 'd-1', event: 'created' };
    expect(sign(provider, settings, { body: BODY })).toEqual({
      'X-Id': 'd-1',
      'X-Event': 'created',
      'X-Mac': mac(SECRET, BODY),
    });
  });

  it('gives its function the delivery, the key and the time', () => {
    const signs = jest.fn<Record<string, string>, [unknown, CustomContext]>(() => ({ 'X-Mac': 'a' }));
    const { provider } = define({ sign: signs, signsUrl: true, toleranceSeconds: 9, methods: ['PUT'] });
    const settings = { secret: SECRET, now: NOW, publicUrl: 'https://example.org/hook' };
    sign(provider, settings, { body: BODY, headers: { 'Content-Type': 'text/plain' } });
    const context = {
      key: SECRET,
      secretId: 'default',
      secretIds: ['default'],
      now: NOW,
      toleranceMs: 9_000,
    };
    expect(signs.mock.calls).toEqual([
      [
        {
          method: 'PUT',
          url: 'https://example.org/hook',
          headers: { 'content-type': 'text/plain' },
          body: BODY,
        },
        context,
      ],
    ]);
  });

  it('is a TypeError where it has no such function', () => {
    const { provider } = define({ sign: undefined });
    expect(typeErrorOf(() => sign(provider, { secret: SECRET }, { body: BODY }))).toBe(
      'sign(): own has no "sign" of its own',
    );
  });
});

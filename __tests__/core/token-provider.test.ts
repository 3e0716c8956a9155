import {
  basicProvider,
  postmark,
  sign,
  tokenProvider,
  verify,
  verifySync,
  WebhookError,
  type Delivery,
  type VerifySettings,
} from 'hooklatch';
import { typeErrorOf } from '../helpers/type-error';

const SECRET = 'clé-of-thirty-two-characters-or-so';
const provider = tokenProvider({ name: 'bearer', header: ['Authorization', 'X-Token'], prefix: 'Bearer ' });

const send = (headers: Delivery['headers']): unknown =>
  verifySync(
    { method: 'POST', url: '/', headers, body: Buffer.from('{"id":1}') },
    { provider, secret: SECRET, now: 0 },
  );

describe('tokenProvider()', () => {
  it('describes a sender that signs nothing', () => {
    expect(provider).toMatchObject({
      name: 'bearer',
      algorithm: 'token',
      signature: { header: ['Authorization', 'X-Token'], prefix: 'Bearer ', encoding: 'utf8' },
      signed: [],
      methods: ['POST'],
    });
  });

  it('verifies the bytes of the token that its own signer sends', () => {
    const headers = sign(provider, { secret: SECRET }, { body: Buffer.from('') });
    expect(Buffer.from(headers.Authorization!, 'latin1').toString()).toBe(`Bearer ${SECRET}`);
    expect(send(headers)).toMatchObject({ verified: true, trusted: { event: false, id: false } });
  });

  it.each([
    ['nothing', {}],
    ['an empty header', { authorization: '' }],
    ['the prefix alone', { authorization: 'Bearer ' }],
    ['no prefix', { authorization: Buffer.from(SECRET).toString('latin1') }],
    ['a longer token', { authorization: `Bearer ${Buffer.from(SECRET).toString('latin1')}x` }],
    ['a shorter token', { authorization: `Bearer ${Buffer.from(SECRET).toString('latin1').slice(0, -1)}` }],
    ['the token twice', { authorization: Array<string>(2).fill(`Bearer ${SECRET}`) }],
    ['a wrong token before the right one', { authorization: 'Bearer a', 'x-token': `Bearer ${SECRET}` }],
  ])('refuses %s', (_what, headers) => {
    expect(() => send(headers)).toThrow(WebhookError);
  });

  it.each(['algorithm', 'signature', 'timestamp', 'signed', 'secret'])('refuses "%s"', (option) => {
    const options = { name: 'p', header: 'token', [option]: {} };
    expect(typeErrorOf(() => tokenProvider(options))).toContain(
      `tokenProvider(): unknown option "${option}"`,
    );
  });

  it.each([null, NaN, 0, '', []])('refuses "header": %p', (header) => {
    expect(typeErrorOf(() => tokenProvider({ name: 'p', header: header as never }))).toContain(
      'tokenProvider(): option "header" must be a header name',
    );
  });

  it.each([null, NaN, 0, ''])('refuses "prefix": %p', (prefix) => {
    const options = { name: 'p', header: 'token', prefix: prefix as never };
    expect(typeErrorOf(() => tokenProvider(options))).toContain('option "prefix" must be');
  });

  it.each([null, undefined, 'hunter2-hunter2', []])('refuses %p instead of options', (options) => {
    expect(typeErrorOf(() => tokenProvider(options as never))).toMatch(
      /^tokenProvider\(\): expects an options object, got (null|undefined|a value of type string|an array of 0)$/,
    );
  });

  it('takes "prefix": undefined as absent', () => {
    const plain = tokenProvider({ name: 'p', header: 'token', prefix: undefined });
    expect(sign(plain, { secret: SECRET }, { body: Buffer.from('') })).toEqual({
      token: Buffer.from(SECRET).toString('latin1'),
    });
  });
});

describe('basicProvider()', () => {
  const basic = (headers: Delivery['headers'], secret: VerifySettings['secret']): Promise<unknown> =>
    verify({ method: 'POST', url: '/', headers, body: Buffer.from('{}') }, { provider: postmark, secret });
  const written = (text: string): Delivery['headers'] => ({
    authorization: `Basic ${Buffer.from(text).toString('base64')}`,
  });

  it('describes a sender that signs nothing', () => {
    expect(basicProvider({ name: 'p', event: { body: 'type' } })).toMatchObject({
      algorithm: 'token',
      signature: { header: 'Authorization', scheme: 'Basic', encoding: 'base64' },
      signed: [],
      event: { body: 'type' },
      duplicates: false,
    });
    expect(typeErrorOf(() => basicProvider({ name: 'p', header: 'a' } as never))).toContain('"header"');
  });

  it('takes the old and the new password while one replaces the other, and says which', async () => {
    const secret = [
      { id: 'new', value: 'hook:new-password-of-some-length' },
      { id: 'old', value: 'hook:old-password-of-some-length' },
    ];
    for (const { id, value } of secret) {
      expect(await basic(written(value), secret)).toMatchObject({ secretId: id, trusted: { event: false } });
    }
    await expect(basic(written('hook:a-password-of-a-stranger'), secret)).rejects.toThrow(WebhookError);
  });

  it('refuses user and password whose colon is elsewhere, and either of them alone', async () => {
    for (const text of ['ho:ok:password', 'hook', ':password', 'hook:', 'hookpassword', 'hook:Password']) {
      await expect(basic(written(text), 'hook:password')).rejects.toThrow(WebhookError);
    }
  });

  it('is signed by the header that it verifies', () => {
    const headers = sign(postmark, { secret: 'hook:pässword' }, { body: Buffer.from('') });
    expect(headers).toEqual({ Authorization: `Basic ${Buffer.from('hook:pässword').toString('base64')}` });
  });
});

import { defineProvider, tokenProvider } from 'hooklatch';
import { getCompiled } from '../../src/core/compiled-provider';
import { makeMasks } from '../../src/trace/masks';

const SECRET = 'kept to itself, "é" & more';
const MASK = '••••••••';
const SIGNATURE = 'Ab0+/_-Zz9876543';

const sealed = getCompiled(
  defineProvider({
    name: 'sealed',
    algorithm: 'hmac-sha256',
    signature: { header: 'X-Seal', encoding: 'hex' },
    signed: ['{body}'],
    secret: { encoding: 'utf8' },
  }),
);
const shared = getCompiled(tokenProvider({ name: 'shared', header: 'X-Pass' }));

describe('the masks of a trace', () => {
  const masks = makeMasks([sealed, shared], [SECRET]);

  it.each([
    'Authorization',
    'Proxy-Authorization',
    'Set-Cookie',
    'X-CSRF-Token',
    'Client-Secret',
    'X-Password',
    'X-Passwd',
    'ApiKey',
    'X-API-Key',
    'X-Amz-Credential',
    'auth',
    'X-Auth',
    'Auth-Value',
    'X-Auth-Value',
    'x-pass',
    'X-PASS',
  ])('show nothing of the header %s', (name) => {
    expect(masks.header(name, 'a b')).toBe(MASK);
    expect(masks.secretHeader(name, 'a b')).toBe(MASK);
  });

  it.each(['X-Hub-Signature-256', 'X-Shopify-Hmac-Sha256', 'Content-Digest', 'X-Seal', 'x-seal'])(
    'hide the long parts of the header %s, and leave them to who replays it',
    (name) => {
      const value = `t=1767225600,v1=${SIGNATURE}==,v0=${SIGNATURE.slice(1)}, ${SIGNATURE}more=`;
      expect(masks.header(name, value)).toBe(`t=1767225600,v1=${MASK},v0=${SIGNATURE.slice(1)}, ${MASK}`);
      expect(masks.secretHeader(name, value)).toBe(value);
    },
  );

  it.each(['X-Author', 'Authority', 'Reauth-Id', 'X-Authored', 'Content-Type', 'X-Seal-2'])(
    'leave the header %s as it is',
    (name) => {
      expect(masks.header(name, SIGNATURE)).toBe(SIGNATURE);
      expect(masks.secretHeader(name, SIGNATURE)).toBe(SIGNATURE);
    },
  );

  it('hide the secret in whatever header it stands', () => {
    for (const name of ['X-Other', 'X-Seal']) {
      const value = `1 ${Buffer.from(SECRET).toString('latin1')}`;
      expect(masks.header(name, value)).toBe(`1 ${MASK}`);
      expect(masks.secretHeader(name, value)).toBe(`1 ${MASK}`);
    }
  });

  it.each([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify({ at: SECRET }).slice('{"at":"'.length, -'"}'.length)],
    ['in an address', encodeURIComponent(SECRET)],
    ['in the path of an address', encodeURI(SECRET)],
    ['in a form', new URLSearchParams({ at: SECRET }).toString().slice('at='.length)],
    ['in a form that escapes nothing else', SECRET.replaceAll(' ', '+')],
    ['as Latin-1', Buffer.from(SECRET).toString('latin1')],
    ['in base64', Buffer.from(SECRET).toString('base64')],
  ])('hide a secret %s, wherever it stands', (_how, form) => {
    expect(masks.text(`<${form}> and ${form}`)).toBe(`<${MASK}> and ${MASK}`);
    expect(masks.url(`/a/${form}/${form}?page=${form}`)).toBe(`/a/${MASK}/${MASK}?page=${MASK}`);
    const bytes = Buffer.from(`<${form}> and ${form}`);
    const stars = '*'.repeat(Buffer.byteLength(form));
    expect(masks.bytes(bytes).toString()).toBe(`<${stars}> and ${stars}`);
    expect(bytes.toString()).toBe(`<${form}> and ${form}`);
  });

  it('know the secret without the spaces around it, and hide none that is too short to be one', () => {
    const { text } = makeMasks([], ['  eight888\n', 'seven77', '', ' \t\n          ']);
    expect(text('eight888 seven77           end')).toBe(`${MASK} seven77           end`);
  });

  it('give back the same bytes where there is nothing to hide', () => {
    const bytes = Buffer.from('nothing');
    expect(masks.bytes(bytes)).toBe(bytes);
  });

  it('hide of bytes every secret, also such as stand side by side', () => {
    const { bytes } = makeMasks([], ['aaaaaaaa', 'bbbbbbbb']);
    expect(bytes(Buffer.from('aaaaaaaaaaaaaaaa-aaaa-bbbbbbbbaaaaaaaa')).toString()).toBe(
      `${'*'.repeat(16)}-aaaa-${'*'.repeat(16)}`,
    );
  });

  it.each([
    ['/a?token=b', `/a?token=${MASK}`],
    ['/a?b=c&api_key=d&apikey=e&api-key=f', `/a?b=c&api_key=${MASK}&apikey=${MASK}&api-key=${MASK}`],
    ['/a?auth=b&my_auth=c&auth_by=d&author=e', `/a?auth=${MASK}&my_auth=${MASK}&auth_by=${MASK}&author=e`],
    ['/a?signature=b&page=2#token=c', `/a?signature=${MASK}&page=2#token=c`],
    ['/a?X-Goog-Signature=b', `/a?X-Goog-Signature=${MASK}`],
    ['/a?token=', `/a?token=${MASK}`],
    ['/a?b?token=c', `/a?b?token=${MASK}`],
    ['/a?token=b=c', `/a?token=${MASK}`],
    ['/a?token=b?c', `/a?token=${MASK}`],
    ['/a?page=2&of=3', '/a?page=2&of=3'],
    ['/token=b', '/token=b'],
    ['/a?token', '/a?token'],
    ['/a?#token=b', '/a?#token=b'],
  ])('hide of the address %s what a field of its query holds', (url, shown) => {
    expect(masks.url(url)).toBe(shown);
  });
});

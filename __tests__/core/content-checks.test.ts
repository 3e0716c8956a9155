import { defineProvider, tokenProvider, type ProviderDefinition } from 'hooklatch';

const define = (more: object): unknown =>
  defineProvider({
    name: 'p',
    algorithm: 'hmac-sha256',
    signature: { header: 'x-signature', encoding: 'hex' },
    signed: ['{body}'],
    secret: { encoding: 'utf8' },
    ...more,
  } as ProviderDefinition);

describe('defineProvider() and the content', () => {
  it.each([
    { content: 'form', nestedForm: true, charset: 'windows-1252', bodyRequired: true },
    { content: 'json-or-form', formField: 'payload', charset: 'Shift_JIS' },
    { content: 'json', nestedForm: false, charset: 'utf-16' },
    { content: 'text', charset: 'latin1' },
    { content: 'raw', bodyRequired: true },
  ])('takes %j', (more) => {
    expect(define(more)).toMatchObject(more);
    expect(tokenProvider({ name: 't', header: 'x-token', ...(more as object) })).toMatchObject(more);
  });

  it.each([
    [{ charset: 'utf-7' }, /"charset" must be the name of a charset, such as 'windows-1252', got 'utf-7'/],
    [{ charset: 8 }, /"charset" must be the name of a charset/],
    [{ nestedForm: 'yes' }, /"nestedForm" must be true or false, got 'yes'/],
    [{ bodyRequired: 1 }, /"bodyRequired" must be true or false, got 1/],
    [{ nestedForm: true }, /"nestedForm" is for content 'form' and 'json-or-form', got content 'json'/],
    [
      { content: 'text', formField: 'a' },
      /"formField" is for content 'form' and 'json-or-form', got content 'text'/,
    ],
    [{ content: 'form', formField: 'a', nestedForm: true }, /drop "nestedForm"/],
    [{ content: 'text', compression: 'gzip' }, /"compression" is for content 'json'.*got 'text'/],
    [{ compression: 'br' }, /"compression" must be 'gzip', got 'br'/],
    [{ multipartForm: true }, /"multipartForm" is for content 'form' and 'json-or-form', got content 'json'/],
    [{ content: 'raw', charset: 'utf-8' }, /"charset" is for texts, and content 'raw' stays bytes/],
    [
      { content: 'form', charset: 'utf-16be' },
      /"charset" of a form must be one that has ASCII in it, got 'utf-16be'/,
    ],
  ])('refuses %j', (more, message) => {
    expect(() => define(more)).toThrow(TypeError);
    expect(() => define(more)).toThrow(message);
  });
});

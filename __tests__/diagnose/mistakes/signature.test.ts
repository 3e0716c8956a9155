import {
  github,
  openai,
  shopify,
  standardWebhooks,
  telehealth,
  tokenProvider,
  type Provider,
} from 'hooklatch';
import { listSignatures } from '../../../src/diagnose/mistakes/signature';
import { getCompiled } from '../../../src/core/compiled-provider';

const HEX = 'ab'.repeat(32);
const BASE64 = Buffer.alloc(32, 7).toString('base64');

// Each with the codes of what would be wrong with it.
const found = (provider: Provider, text: string): string[] =>
  listSignatures(getCompiled(provider), text).map(({ value, differences }) =>
    [value.toString('latin1'), ...differences.map(({ code }) => code)].join(' '),
  );
const wordsOf = (text: string): string[] =>
  listSignatures(getCompiled(shopify), text).flatMap(({ differences }) =>
    differences.map(({ observed }) => String(/written in (.*), where/.exec(observed)?.[1])),
  );

describe('a header with a signature', () => {
  it('is hexadecimal only where all of it is, in pairs', () => {
    expect(wordsOf(`${'ab'.repeat(8)}-${'cd'.repeat(8)}`)).toEqual(['base64url']);
    expect(wordsOf(`${'ab'.repeat(8)}c`)).toEqual([
      'hex with a digit too few',
      'base64url',
      'base64 without its padding',
    ]);
  });

  it('has the name of an item at its beginning alone', () => {
    expect(found(telehealth, `++a=${HEX}`)).toEqual([]);
  });

  it('has a version in front of the comma where nothing else is there', () => {
    const bytes = Buffer.from(HEX, 'hex').toString('latin1');
    expect(found(github, `v1,sha256=${HEX}`)).toContain(bytes);
    const own = Buffer.alloc(32, 7).toString('latin1');
    expect(found(standardWebhooks, `v1,${BASE64}`)).toContain(own);
    expect(found(standardWebhooks, `xv1,${BASE64}`)).toContain(`${own} signature-prefix-missing`);
    expect(found(standardWebhooks, `xv1,${BASE64}`)).not.toContain(own);
  });

  it('may have none where the sender leaves it out as well', () => {
    const bytes = Buffer.from(HEX, 'hex').toString('latin1');
    expect(found(openai, HEX)).toContain(`${bytes} signature-encoding`);
    expect(found(openai, `v1,${HEX}`)).toContain(`${bytes} signature-encoding`);
    expect(found(openai, `v2,${HEX}`)).toContain(`${bytes} signature-prefix-wrong signature-encoding`);
    expect(found(standardWebhooks, HEX)).toContain(`${bytes} signature-prefix-missing signature-encoding`);
  });

  it('holds several where they have 8 characters and more', () => {
    const bytes = Buffer.from(HEX, 'hex').toString('latin1');
    expect(found(telehealth, `${HEX}, ${'a'.repeat(8)}`)).toContain(`${bytes} header-joined`);
    expect(found(telehealth, `${HEX}, ${'a'.repeat(7)}`)).toContain(bytes);
  });

  it('has quotes on both sides or none', () => {
    const bytes = Buffer.from(HEX, 'hex').toString('latin1');
    expect(found(telehealth, `"${HEX}"`)).toContain(`${bytes} signature-malformed`);
    expect(found(telehealth, `ab"${HEX}"`)).toEqual([]);
    expect(found(telehealth, `"${HEX}"ab`)).toEqual([]);
  });

  it('has a token whose bytes are those of the line', () => {
    const sender = tokenProvider({ name: 'sender', header: 'X-Token' });
    const token = Buffer.from('geheim-ä').toString('latin1');
    expect(found(sender, `Bearer ${token}`)).toContain(`${token} signature-prefix-wrong`);
    expect(found(sender, `${token}%20`)).toContain(`${token} signature-malformed`);
  });
});

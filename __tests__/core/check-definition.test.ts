import { defineProvider, type ProviderDefinition } from 'hooklatch';
import { typeErrorOf } from '../helpers/type-error';
import { BASE } from '../helpers/definition';

describe('defineProvider() on the signed content', () => {
  it.each([
    [
      { signed: ['{timestamp}', '{bdy}'] },
      '"signed" knows only {timestamp}, {id}, {method}, {url}, {body}, {secret}',
    ],
    [{ signed: ['{timestamp}.{body}'] }, '"signed" knows only'],
    [{ signed: ['{timestamp}', '}', '{body}'] }, '"signed" knows only'],
    [{ signed: ['{timestamp}', '{body}', '{body}'] }, '"signed" must have {body} once'],
    [{ signed: [] }, `"signed" must be empty for 'token', and only there`],
    [
      { algorithm: 'token', signature: { header: 'a', encoding: 'utf8' } },
      `"signed" must be empty for 'token', and only there`,
    ],
    [
      { signed: ['{secret}', '{timestamp}', '{body}'] },
      `"signed" must have {secret} for 'sha1', 'sha256' and 'sha512', and only there`,
    ],
    [
      { algorithm: 'sha256' },
      `"signed" must have {secret} for 'sha1', 'sha256' and 'sha512', and only there`,
    ],
    [
      { algorithm: 'sha256', signed: ['{timestamp}', '{secret}', '{body}'] },
      '"signed" must begin or end with {secret}',
    ],
    [
      { signed: ['{id}', '{timestamp}', '{body}'], id: undefined },
      '"signed" has {id}, so "id" must name its header',
    ],
    [
      { signed: ['{id}', '{timestamp}', '{body}'], id: { body: 'id' } },
      '"signed" has {id}, so "id" must name its header',
    ],
    [
      { signed: ['{body}'] },
      '"signed" must have {timestamp} exactly when "timestamp" names a header or a field',
    ],
    [{ timestamp: undefined }, '"signed" must have {timestamp} exactly when'],
    [
      {
        timestamp: { body: 'time', unit: 'seconds', toleranceSeconds: 300 },
        signed: ['{timestamp}', '{body}'],
      },
      '"signed" must have {timestamp} exactly when',
    ],
    [
      { timestamp: { body: 'time', unit: 'seconds', toleranceSeconds: 300 }, signed: ['{method}'] },
      '"signed" must have {body}, where the timestamp is',
    ],
  ])('refuses %p', (more, message) => {
    const call = (): unknown => defineProvider({ ...BASE, ...(more as Partial<ProviderDefinition>) });
    expect(typeErrorOf(call)).toContain(`defineProvider('p'): ${message}`);
  });

  it('takes literals twice', () => {
    const signed = ['.', '{timestamp}', '.', '{body}', '.'];
    expect(defineProvider({ ...BASE, signed }).signed).toEqual(signed);
  });
});

import { markSecret, nameEndpoint } from '../../src/core/endpoint';

const compute = (): Buffer => Buffer.alloc(0);
const secret = (name: string, createdAt = NaN) => ({ createdAt, mark: () => name, compute });
const listTexts = (...args: Parameters<typeof nameEndpoint>) => nameEndpoint(...args).map(({ text }) => text);

describe('nameEndpoint()', () => {
  it('is one name where the endpoint has one, whatever the secrets are', () => {
    expect(nameEndpoint('billing', [secret('a'), secret('b')])).toEqual([
      { text: 'name billing', secret: undefined },
    ]);
  });

  it('is every secret of the list, the oldest first', () => {
    expect(listTexts(undefined, [secret('a')])).toEqual(['secret a']);
    expect(listTexts(undefined, [secret('new'), secret('old')])).toEqual(['secret old', 'secret new']);
    const dated = [secret('old', 1), secret('new', 3), secret('middle', 2)];
    expect(listTexts(undefined, dated)).toEqual(['secret old', 'secret new', 'secret middle']);
  });

  it('has a secret once that is listed twice', () => {
    expect(listTexts(undefined, [secret('a'), secret('a')])).toEqual(['secret a']);
  });

  it('gives each name the secret that it comes from', () => {
    const list = [secret('new'), secret('old'), secret('new')];
    expect(nameEndpoint(undefined, list).map((name) => name.secret)).toEqual([list[2], list[1]]);
  });

  it('marks the secrets of a list once', () => {
    let marked = 0;
    const list = [{ createdAt: NaN, mark: () => `${(marked += 1)}`, compute }];
    const names = nameEndpoint(undefined, list);
    expect(nameEndpoint(undefined, list)).toBe(names);
  });
});

describe('markSecret()', () => {
  it('is equal for equal secrets only, and shows none', () => {
    expect(markSecret(Buffer.from('one'))).toBe(markSecret(Buffer.from('one')));
    expect(markSecret(Buffer.from('one'))).not.toBe(markSecret(Buffer.from('two')));
    expect(markSecret(Buffer.from('one'))).toMatch(/^[\w-]{43}$/);
  });
});

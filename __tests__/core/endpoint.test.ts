import { markSecret, nameEndpoint } from '../../src/core/endpoint';

const secret = (name: string, createdAt = NaN) => ({ createdAt, mark: () => name });

describe('nameEndpoint()', () => {
  it('is one name where the endpoint has one, whatever the secrets are', () => {
    expect(nameEndpoint('billing', [secret('a'), secret('b')])).toEqual(['name billing']);
  });

  it('is every secret of the list, the oldest first', () => {
    expect(nameEndpoint(undefined, [secret('a')])).toEqual(['secret a']);
    expect(nameEndpoint(undefined, [secret('new'), secret('old')])).toEqual(['secret old', 'secret new']);
    const dated = [secret('old', 1), secret('new', 3), secret('middle', 2)];
    expect(nameEndpoint(undefined, dated)).toEqual(['secret old', 'secret new', 'secret middle']);
  });

  it('has a secret once that is listed twice', () => {
    expect(nameEndpoint(undefined, [secret('a'), secret('a')])).toEqual(['secret a']);
  });

  it('marks the secrets of a list once', () => {
    let marked = 0;
    const list = [{ createdAt: NaN, mark: () => `${(marked += 1)}` }];
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

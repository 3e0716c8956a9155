import { A_SCHEMA, fit } from '../../src/core/schema';

const answering = (answer: unknown): Parameters<typeof fit>[0] => ({
  '~standard': { version: 1, validate: () => answer as never },
});

describe('fit()', () => {
  it('is the value that the schema makes, at once or later', async () => {
    expect(fit(answering({ value: 7 }), 'given')).toEqual({ value: 7 });
    await expect(fit(answering(Promise.resolve({ value: 7 })), 'given')).resolves.toEqual({ value: 7 });
    expect(fit(answering({ value: 7, issues: undefined }), 'given')).toEqual({ value: 7 });
  });

  it('is the first ten issues, each with its place', () => {
    const issues = [
      { message: 'all of it' },
      { message: 'here', path: ['a', 0, { key: 'b' }] },
      ...Array.from({ length: 10 }, () => ({ message: 'more', path: [] })),
    ];
    expect(fit(answering({ issues }), {})).toEqual({
      issues: ['all of it', 'a.0.b: here', ...Array.from({ length: 8 }, () => 'more')],
    });
  });

  it.each([
    [undefined, 'a schema must answer with "value" or "issues", got undefined'],
    [true, 'a schema must answer with "value" or "issues", got a value of type boolean'],
    [[], 'a schema must answer with "value" or "issues", got an array of 0'],
    [{ issues: 'none' }, '"issues" of a schema must be a list, got a value of type string'],
    [{ issues: null }, '"issues" of a schema must be a list, got null'],
  ])('throws where the answer is %p', (answer, message) => {
    expect(() => fit(answering(answer), {})).toThrow(new TypeError(message));
  });
});

describe('A_SCHEMA', () => {
  const validate = (): unknown => ({ value: 1 });

  it.each([
    [{ '~standard': { version: 1, validate } }, true],
    [Object.assign(() => undefined, { '~standard': { version: 1, validate } }), true],
    [{ '~standard': { version: 2, validate } }, false],
    [{ '~standard': { version: 1 } }, false],
    [{}, false],
    [validate, false],
    ['text', false],
    [null, false],
    [undefined, false],
    [[], false],
  ])('says of %p: %p', (value, expected) => {
    expect(A_SCHEMA.accepts(value)).toBe(expected);
  });
});

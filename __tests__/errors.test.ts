import { WebhookError } from 'hooklatch';
import { inspect } from 'node:util';
import { ERROR_CODES, getStatus, type WebhookErrorCode } from '../src/errors';

const codes = Object.keys(ERROR_CODES) as WebhookErrorCode[];

describe('getStatus()', () => {
  it.each(['ERR_WEBHOOK_HEADER', 'ERR_WEBHOOK_SIGNATURE', 'ERR_WEBHOOK_TIMESTAMP'] as const)(
    'answers %s with the status of the provider',
    (code) => {
      expect(getStatus(code, { status: 401 })).toBe(401);
      expect(getStatus(code, { status: 403 })).toBe(403);
    },
  );

  it.each([
    ['ERR_WEBHOOK_BODY_SIZE', 413],
    ['ERR_WEBHOOK_ENCODING', 415],
    ['ERR_WEBHOOK_BODY_TIMEOUT', 408],
    ['ERR_WEBHOOK_BODY_INCOMPLETE', 400],
  ] as const)('answers %s with %d, or as any refusal where they are uniform', (code, status) => {
    expect(getStatus(code, { status: 401 })).toBe(status);
    expect(getStatus(code, { status: 403, uniform: false })).toBe(status);
    expect(getStatus(code, { status: 403, uniform: true })).toBe(403);
  });

  it.each([
    ['ERR_WEBHOOK_PAYLOAD', 400],
    ['ERR_WEBHOOK_HANDLER', 500],
    ['ERR_WEBHOOK_TIMEOUT', 503],
    ['ERR_WEBHOOK_SETUP', 500],
  ] as const)('answers %s with %d, uniform refusals or not: no stranger gets this far', (code, status) => {
    expect(getStatus(code, { status: 403, uniform: true })).toBe(status);
  });
});

describe('WebhookError', () => {
  it.each(codes)('has the fixed message, the status and no trace for %s', (code) => {
    const error = new WebhookError(code);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'WebhookError',
      code,
      message: ERROR_CODES[code].message,
      status: getStatus(code, { status: 401 }),
      statusCode: error.status,
      expose: false,
    });
    expect(error.stack).toMatch(/^WebhookError: [A-Z][A-Za-z ]+$/);
    expect(error.stack).not.toContain(error.message);
  });

  it('takes another status', () => {
    const error = new WebhookError('ERR_WEBHOOK_SIGNATURE', 403);
    expect([error.status, error.statusCode, error.stack]).toEqual([403, 403, 'WebhookError: Forbidden']);
  });

  it('has a stack for a status that HTTP does not know', () => {
    expect(new WebhookError('ERR_WEBHOOK_SIGNATURE', 499).stack).toBe('WebhookError: Error');
  });

  it('has a cause only where one is given', () => {
    const cause = new Error('handler');
    expect(new WebhookError('ERR_WEBHOOK_HANDLER', 500, cause).cause).toBe(cause);
    expect(Object.hasOwn(new WebhookError('ERR_WEBHOOK_HANDLER'), 'cause')).toBe(false);
  });

  it('leaves the traces of other errors as they are', () => {
    const limit = Error.stackTraceLimit;
    expect(limit).toBeGreaterThan(0);
    expect(inspect(new WebhookError('ERR_WEBHOOK_SIGNATURE'))).not.toContain('errors.test');
    expect(Error.stackTraceLimit).toBe(limit);
    expect(() => new WebhookError('ERR_NO_SUCH' as WebhookErrorCode, 401)).toThrow(TypeError);
    expect(Error.stackTraceLimit).toBe(limit);
  });
});

describe('ERROR_CODES', () => {
  it('has a message of its own for each code, in words that name no value', () => {
    const messages = codes.map((code) => ERROR_CODES[code].message);
    expect(new Set(messages).size).toBe(codes.length);
    for (const message of messages) expect(message).toMatch(/^[a-z][A-Za-z ,-]+$/);
  });
});

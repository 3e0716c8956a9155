import {
  captureRawBody,
  checkHeaders,
  defineProvider,
  fastcomments,
  github,
  stripe,
  rejectDuplicates,
  requireHttps,
  validatePayload,
  verifySignature,
  webhookGuard,
  webhookRouter,
  type StandardSchema,
} from 'hooklatch';
import { SECRET } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const handle = jest.fn();
const other = jest.fn();

const guard = (changes: object): unknown =>
  webhookGuard({ provider: fastcomments, secret: SECRET, ...changes });

describe('the message about an option', () => {
  it.each([
    ['bodyLimit', '10 megabytes', "'10 megabytes'", "'1mb'"],
    ['bodyLimit', 1.5, '1.5', ''],
    ['bodyLimit', '0mb', "'0mb'", ''],
    ['bodyTimeoutMs', 2 ** 31, '2147483648', 'an integer from 1'],
    ['bodyTimeoutMs', '30s', "'30s'", 'milliseconds'],
    ['toleranceSeconds', '300', "'300'", 'a number of seconds from 1 to 86400'],
    ['toleranceSeconds', 86_401, '86401', 'from 1 to 86400'],
    ['refusalStatus', 200, '200', 'a status of refusal (an integer from 400 to 499)'],
    ['refusalStatus', 500, '500', 'a status of refusal (an integer from 400 to 499)'],
    ['errors', 'throw', "'throw'", "'respond' or 'next'"],
    ['publicUrl', 'example.org', "'example.org'", 'https://'],
    ['publicUrl', 'https://', "'https://'", ''],
    // It may be a secret.
    ['provider', 'fastcomments', 'a value of type string', 'an object'],
    ['provider', { ...fastcomments }, 'a value of type object', 'made by defineProvider()'],
  ])('%s names the value %p and the fix', (option, value, shown, fix) => {
    const message = typeErrorOf(() => guard({ [option]: value }));
    expect(message).toContain(`"${option}"`);
    expect(message).toContain(shown);
    expect(message).toContain(fix);
  });

  it.each([
    [undefined, 'got undefined. If it comes from an environment variable, check that the variable is set'],
    ['', 'an empty string'],
    ['   ', 'a value of type string'],
    [[], 'an empty list'],
    [[''], 'an empty string'],
    [{ id: 'x' }, 'got undefined'],
    [{ id: '', value: 'private value' }, '"id" must be'],
    [{ id: 'x', value: 'private value', notAfter: 'tomorrow' }, '"notAfter" must be a valid Date'],
    [{ id: 'x', value: 'private value', expires: 1 }, 'unknown key "expires"'],
    [
      [
        { id: 'x', value: 'private value' },
        { id: 'x', value: 'private value 2' },
      ],
      "the id 'x'",
    ],
    [Buffer.from('private value'), 'option "secret"'],
  ])('secret %p is refused and not shown', (secret, text) => {
    const message = typeErrorOf(() => guard({ secret }));
    expect(message).toContain(text);
    expect(message).not.toContain('private value');
  });

  it.each([
    [{}, 'a list of { provider, secret }'],
    [['private value'], 'an array of 1'],
    [[{ provider: github, secret: 'private value' }, 'private value'], 'an array of 2'],
    [[{ provider: github, secret: '' }], 'option "secret" must be'],
    [[{ provider: github, secret: undefined }], 'option "secret" must be'],
    [[{ provider: 'github', secret: 'private value' }], '"provider" must be'],
    [[{ secret: 'private value' }], '"provider" must be'],
    [
      [{ provider: github, secret: 'private value', tolerance: 1 }],
      'option "also": unknown option "tolerance"',
    ],
  ])('also %j is refused without showing its secrets', (list, text) => {
    for (const make of [guard, (changes: object) => webhookRouterWith(changes)]) {
      const message = typeErrorOf(() => make({ also: list }));
      expect(message).toContain(text);
      expect(message).not.toContain('private value');
    }
  });
});

describe('an option that is a number', () => {
  const verify = { provider: fastcomments, secret: SECRET };
  const schema: StandardSchema = { '~standard': { version: 1, validate: (value) => ({ value }) } };
  const MAX_MS = 2 ** 31 - 1;

  it.each<[string, number, number, string, (value: object) => unknown]>([
    ['bodyTimeoutMs', 1, MAX_MS, 'milliseconds (an integer', captureRawBody],
    [
      'secretTimeoutMs',
      1,
      MAX_MS,
      'milliseconds (an integer',
      (more) => verifySignature({ ...verify, ...more }),
    ],
    ['maxSecretAgeDays', 1, 36_500, 'a number of days', (more) => verifySignature({ ...verify, ...more })],
    ['leaseMs', 1000, 3_600_000, 'milliseconds (an integer', rejectDuplicates],
    ['ttlMs', 1, 31_536_000_000, 'milliseconds (an integer', rejectDuplicates],
    ['acknowledge', 200, 299, 'a status of success (an integer', rejectDuplicates],
    ['handlerTimeoutMs', 1, MAX_MS, 'milliseconds (an integer', rejectDuplicates],
    [
      'handlerTimeoutMs',
      1,
      MAX_MS,
      'milliseconds (an integer',
      (more) => validatePayload({ schema, ...more }),
    ],
  ])('%s goes from %d to %d', (option, least, most, what, make) => {
    for (const value of [least, most]) expect(make({ [option]: value })).toEqual(expect.any(Function));
    for (const value of [least - 1, most + 1]) {
      const message = typeErrorOf(() => make({ [option]: value }));
      expect(message).toContain(`option "${option}" must be ${what} from ${least} to ${most}`);
    }
  });
});

function webhookRouterWith(changes: object): unknown {
  const options = { provider: fastcomments, secret: SECRET, events: { create: handle }, ...changes };
  return webhookRouter(options);
}

describe('an option that there is not', () => {
  const makers = {
    captureRawBody,
    checkHeaders,
    rejectDuplicates,
    requireHttps,
    validatePayload,
    verifySignature,
  };

  it.each(Object.entries(makers))('is named with the step that has not got it: %s()', (name, make) => {
    const message = typeErrorOf(() => make({ none: 1 } as never));
    expect(message).toContain(`${name}(): unknown option "none"; the options are `);
  });
});

describe('option "publicUrl"', () => {
  it('is required for a sender that signs the address', () => {
    const provider = defineProvider({
      ...stripe,
      name: 'signs-the-address',
      timestamp: undefined,
      signed: ['{url}', '{body}'],
    });
    const message = typeErrorOf(() => guard({ provider }));
    expect(message).toContain('"publicUrl" is required for signs-the-address');
    expect(message).toContain('such as https://example.org');
    expect(guard({ provider, publicUrl: 'https://example.org' })).toEqual(expect.any(Function));
  });
});

describe('option "events"', () => {
  it.each<[object | undefined, string]>([
    [{}, 'at least one event'],
    [{ create: null }, 'option "create" must be a handler, or an object with "handle", got null'],
    [{ create: undefined }, 'option "create" must be a handler'],
    [{ create: 'save' }, "got 'save'"],
    [{ create: [] }, 'option "create" must be a handler'],
    [{ create: {} }, 'event "create": option "handle" must be a function'],
    [{ create: { handle, methods: ['PUT'] } }, 'unknown option "methods"'],
    [{ create: { handle, method: null } }, 'option "method" must be a method or a list'],
    [{ create: { handle, method: '' } }, 'option "method" must be'],
    [{ create: { handle, method: [] } }, 'option "method" must be'],
    [{ create: { handle, method: 'put' } }, "got 'put'"],
    [{ create: { handle, method: 'TRACE' } }, 'GET, HEAD, POST, PUT, PATCH, DELETE'],
    [{ create: { handle, method: 'DELETE' } }, 'one that fastcomments can send for it (PUT, POST)'],
    [{ create: { handle, method: ['PUT', 'PATCH'] } }, "got 'PATCH'"],
    [{ create: { handle, path: 'made' } }, "a path that begins with '/', got 'made'"],
    [{ create: { handle, path: '' } }, 'option "path" must be'],
    [{ create: { handle, path: '/a?b' } }, 'option "path" must be'],
    [{ ' ': handle }, 'must not be blank'],
    [{ created: handle }, "not one of fastcomments's (create, update, delete)"],
  ])('is refused as %p', (events, text) => {
    expect(typeErrorOf(() => webhookRouterWith({ events }))).toContain(text);
  });

  it('takes an explicit undefined of an event as absent', () => {
    const events = { create: { handle, method: undefined, path: undefined } };
    expect(webhookRouterWith({ events })).toEqual(expect.any(Function));
  });

  it('has no paths where the sender names the event', () => {
    const events = { push: { handle, path: '/push' } };
    expect(typeErrorOf(() => webhookRouterWith({ provider: github, events }))).toContain('github names it');
  });

  it('names all four ways out where nothing tells two events apart', () => {
    const message = typeErrorOf(() => webhookRouterWith({ events: { create: handle, update: other } }));
    expect(message).toContain('"create" and "update" both arrive by PUT');
    for (const way of ['"method"', '"path"', '"resolveEvent"', 'one and the same handler']) {
      expect(message).toContain(way);
    }
  });

  it.each([
    ['other methods', { create: { method: 'POST', handle }, update: other }, {}],
    ['other paths', { create: { path: '/a', handle }, update: other }, {}],
    ['resolveEvent', { create: handle, update: other }, { resolveEvent: () => 'create' }],
    ['one handler', { create: handle, update: handle }, {}],
    ['a sender that names its events', { a: handle, b: other }, { provider: github }],
  ])('is accepted with %s', (_way, events, changes) => {
    expect(webhookRouterWith({ events, ...changes })).toEqual(expect.any(Function));
  });

  it('is refused where only an alternative provider leaves the events unnamed', () => {
    const events = { create: handle, update: other };
    const message = typeErrorOf(() =>
      webhookRouterWith({ provider: github, events, also: [{ provider: fastcomments, secret: SECRET }] }),
    );
    expect(message).toContain('nothing else tells them apart');
  });
});

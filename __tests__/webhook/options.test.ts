import {
  captureRawBody,
  checkHeaders,
  fastcomments,
  github,
  routeEvents,
  verifySignature,
  webhookErrors,
  webhookGuard,
  webhookRouter,
} from 'hooklatch';
import { SECRET } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

type Factory = (options: never) => unknown;

const handle = jest.fn();
const also = [{ provider: github, secret: SECRET }];

/** Every factory with options that it accepts, all of them given. */
const FACTORIES: readonly (readonly [string, Factory, Readonly<Record<string, unknown>>])[] = [
  ['checkHeaders', checkHeaders, { provider: fastcomments, also, toleranceSeconds: 10, clock: Date.now }],
  ['captureRawBody', captureRawBody, { bodyLimit: '1mb', bodyTimeoutMs: 10 }],
  [
    'verifySignature',
    verifySignature,
    {
      provider: fastcomments,
      secret: SECRET,
      also,
      toleranceSeconds: 10,
      publicUrl: 'https://example.org',
      clock: Date.now,
    },
  ],
  [
    'routeEvents',
    routeEvents,
    {
      provider: fastcomments,
      also,
      events: { create: handle },
      resolveEvent: handle,
      acknowledge: 202,
      unknownEvent: 'refuse',
      handlerTimeoutMs: 10,
    },
  ],
  ['webhookErrors', webhookErrors, { onDecision: handle }],
];

const GUARD = {
  ...FACTORIES[0]![2],
  ...FACTORIES[1]![2],
  ...FACTORIES[2]![2],
  refusalStatus: 403,
  onDecision: handle,
  errors: 'next',
};

const ALL: typeof FACTORIES = [
  ...FACTORIES,
  ['webhookGuard', webhookGuard, GUARD],
  ['webhookRouter', webhookRouter, { ...GUARD, ...FACTORIES[3]![2] }],
];

const REQUIRED = ['provider', 'secret', 'events'];
const WRONG = [null, NaN, 0, '', -1, Infinity, true, Symbol('x'), {}, [null], () => 7, '10%', 'GET /'];

const FUNCTIONS = WRONG.filter((value) => typeof value === 'function');
/** What each option accepts of `WRONG`. */
const RIGHT: Readonly<Record<string, readonly unknown[]>> = {
  clock: FUNCTIONS,
  resolveEvent: FUNCTIONS,
  onDecision: FUNCTIONS,
  secret: ['10%', 'GET /', ...FUNCTIONS],
};

describe.each(ALL)('the options of %s()', (name, make, options) => {
  const makeWith = (changes: object): unknown => make({ ...options, ...changes } as never);

  it('are accepted together', () => {
    expect(makeWith({})).toEqual(expect.any(Function));
  });

  it('are not written to, and may be frozen', () => {
    const frozen = Object.freeze({ ...options });
    expect(make(frozen as never)).toEqual(expect.any(Function));
    expect(frozen).toEqual(options);
  });

  it.each(Object.keys(options).filter((option) => !REQUIRED.includes(option)))(
    'take an explicit undefined for %s as absent',
    (option) => {
      expect(makeWith({ [option]: undefined })).toEqual(expect.any(Function));
    },
  );

  it('need the required ones', () => {
    for (const option of Object.keys(options).filter((each) => REQUIRED.includes(each))) {
      expect(typeErrorOf(() => makeWith({ [option]: undefined }))).toContain(`"${option}"`);
      const rest = Object.fromEntries(Object.entries(options).filter(([each]) => each !== option));
      expect(typeErrorOf(() => make(rest as never))).toContain(`"${option}"`);
    }
  });

  const wrong = Object.keys(options).flatMap((option) =>
    WRONG.filter((value) => !(RIGHT[option] ?? []).includes(value)).map((value) => [option, value] as const),
  );
  it.each(wrong)('refuse for %s the value %p', (option, value) => {
    const message = typeErrorOf(() => makeWith({ [option]: value }));
    expect(message).toContain(`option "${option}"`);
    expect(message).toMatch(/must|expects|unknown/);
  });

  it('name a misspelt one, and all that there are', () => {
    const message = typeErrorOf(() => makeWith({ tolerance: 5 }));
    expect(message).toContain(`${name}(): unknown option "tolerance"`);
    for (const option of Object.keys(options)) expect(message).toContain(option);
  });

  it.each([[null], ['text'], [7], [[]]])('are an object, not %p', (value) => {
    expect(typeErrorOf(() => make(value as never))).toContain(`${name}(): expects an options object`);
  });
});

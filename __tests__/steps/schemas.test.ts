import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RequestHandler } from 'express';
import {
  fastcomments,
  github,
  telehealth,
  validatePayload,
  webhookRouter,
  type StandardSchema,
  type Webhook,
  type WebhookGuardOptions,
} from 'hooklatch';
import * as v from 'valibot';
import { z } from 'zod';
import type { Trace } from '../../src/trace/trace';
import { makeGate } from '../helpers/handling';
import {
  decisionOf,
  eventually,
  freshCopy,
  pause,
  SECRET,
  send,
  signed,
  startGuard,
  startRouter,
  warnings,
  type Answer,
} from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const GOOD = '{"id":"c1","at":"2026-01-02T00:00:00Z","more":1}';
const BAD = '{"id":7,"at":"2026-01-02T00:00:00Z"}';
const MADE = { id: 'c1', at: new Date('2026-01-02T00:00:00Z') };

const zodComment = z.object({ id: z.string(), at: z.iso.datetime().transform((text) => new Date(text)) });
const date = (text: string): Date => new Date(text);
const valibotComment = v.object({
  id: v.string(),
  at: v.pipe(v.string(), v.isoTimestamp(), v.transform(date)),
});

/** Both libraries, checking at once and in their own time. */
const SCHEMAS: readonly (readonly [string, StandardSchema<typeof MADE>])[] = [
  ['zod', zodComment],
  ['zod, with time', zodComment.refine(async () => pause(1).then(() => true))],
  ['valibot', valibotComment],
  [
    'valibot, with time',
    v.pipeAsync(
      valibotComment,
      v.checkAsync(async () => pause(1).then(() => true)),
    ),
  ],
];

/** A schema that answers as it is told. */
function answering(validate: (value: unknown) => unknown): StandardSchema {
  return { '~standard': { version: 1, validate: validate as () => never } };
}

const never = (): Promise<never> => new Promise(() => undefined);
const raise = (thrown: unknown): never => {
  throw thrown;
};

interface Setting {
  readonly port: number;
  readonly decisions: Awaited<ReturnType<typeof startGuard>>['decisions'];
  readonly causes: unknown[];
  /** What came to the handler: payload and `req.body`. */
  readonly handled: unknown[];
}

type More = Partial<WebhookGuardOptions>;

const STARTS: readonly (readonly [string, (schema: StandardSchema, more?: More) => Promise<Setting>])[] = [
  [
    'webhookGuard()',
    async (schema, more = {}) => {
      const handled: unknown[] = [];
      const keep: RequestHandler = (req, _res, next) => {
        handled.push([req.webhook!.payload, (req as { body: unknown }).body]);
        next();
      };
      const receiver = await startGuard({ provider: github, schema, ...more }, [], [keep]);
      return { ...receiver, handled };
    },
  ],
  [
    'webhookRouter()',
    async (schema, more = {}) => {
      const handled: unknown[] = [];
      const handle = ({ payload }: Webhook, req: { body: unknown }): void =>
        void handled.push([payload, req.body]);
      const events = { push: { schema, handle } };
      return { ...(await startRouter({ provider: github, events, ...more })), handled };
    },
  ],
];

const deliver = (port: number, body: string, id = 'd-1'): Promise<Answer> =>
  send(port, { path: '/hooks', headers: signed(github, body, { event: 'push', id }), body });

describe.each(STARTS)('%s with a schema', (_name, startWith) => {
  it.each(SCHEMAS)('hands on what %s makes of the payload, as req.body too', async (_library, schema) => {
    const receiver = await startWith(schema);
    expect((await deliver(receiver.port, GOOD)).status).toBe(200);
    expect(receiver.handled).toEqual([[MADE, MADE]]);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', code: null, issues: [] });
  });

  it.each(SCHEMAS)('answers 422 to what does not fit %s', async (library, schema) => {
    const receiver = await startWith(schema);
    const answer = await deliver(receiver.port, BAD);
    expect([answer.status, answer.text]).toEqual([422, '{"error":"Unprocessable Entity"}\n']);
    expect(receiver.handled).toEqual([]);
    const { issues, ...decision } = await decisionOf(receiver);
    expect(decision).toMatchObject({ outcome: 'refused', code: 'ERR_WEBHOOK_SCHEMA', event: 'push' });
    expect(issues).toEqual([
      library.startsWith('zod')
        ? 'id: Invalid input: expected string, received number'
        : 'id: Invalid type: Expected string but received 7',
    ]);
    expect(receiver.causes).toEqual([undefined]);
  });

  it('answers every 422 alike', async () => {
    const receiver = await startWith(zodComment);
    const answers = [await deliver(receiver.port, BAD), await deliver(receiver.port, '[]', 'd-2')];
    expect(answers[1]!.fingerprint).toBe(answers[0]!.fingerprint);
  });

  it('looks at no payload that is not authentic, nor at a copy of what was handled', async () => {
    const validate = jest.fn((value: unknown) => ({ value }));
    const receiver = await startWith(answering(validate));
    expect((await send(receiver.port, { path: '/hooks', body: GOOD })).status).toBe(401);
    expect(validate).not.toHaveBeenCalled();
    for (const outcome of ['accepted', 'duplicate']) {
      expect((await deliver(receiver.port, GOOD)).status).toBe(200);
      await eventually(() => receiver.decisions.at(-1)?.outcome === outcome);
    }
    expect(validate).toHaveBeenCalledTimes(1);
  });

  it.each<[string, number, string, (value: unknown) => unknown]>([
    ['does not fit', 422, 'ERR_WEBHOOK_SCHEMA', () => ({ issues: [{ message: 'no' }] })],
    ['throws', 500, 'ERR_WEBHOOK_HANDLER', () => raise(new Error('of the schema'))],
    ['throws undefined', 500, 'ERR_WEBHOOK_HANDLER', () => raise(undefined)],
    ['rejects', 500, 'ERR_WEBHOOK_HANDLER', () => Promise.reject(new Error('of the schema'))],
    ['gives nothing', 500, 'ERR_WEBHOOK_HANDLER', () => undefined],
    ['gives issues that are no list', 500, 'ERR_WEBHOOK_HANDLER', () => ({ issues: 'no' })],
    ['does not end', 503, 'ERR_WEBHOOK_TIMEOUT', never],
  ])('gives the delivery back where the schema %s', async (_what, status, code, fault) => {
    const answers = [fault, (value: unknown) => ({ value })];
    const schema = answering((value) => answers.shift()!(value));
    const receiver = await startWith(schema, { handlerTimeoutMs: 20 });
    expect((await deliver(receiver.port, GOOD)).status).toBe(status);
    expect(receiver.handled).toEqual([]);
    expect((await deliver(receiver.port, GOOD)).status).toBe(200);
    expect(receiver.handled).toHaveLength(1);
    await eventually(() => receiver.decisions.length === 2);
    expect(receiver.decisions).toMatchObject([
      { code, status },
      { outcome: 'accepted', notes: [] },
    ]);
    if (status === 500) expect(receiver.causes[0]).toBeInstanceOf(Error);
  });

  it('runs no handler where the schema ends after the deadline', async () => {
    const gate = makeGate();
    const schema = answering((value) => gate.opened.then(() => ({ value })));
    const receiver = await startWith(schema, { handlerTimeoutMs: 20 });
    expect((await deliver(receiver.port, GOOD)).status).toBe(503);
    gate.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(receiver.handled).toEqual([]);
  });

  it('shows the issues in a trace, without what is secret', async () => {
    const traces: Trace[] = [];
    const listener = (trace: unknown): void => void traces.push(trace as Trace);
    subscribe('hooklatch:trace', listener);
    try {
      const receiver = await startWith(answering(() => ({ issues: [{ message: `not ${SECRET}` }] })));
      expect((await deliver(receiver.port, GOOD)).status).toBe(422);
      await eventually(() => traces.length === 1);
    } finally {
      unsubscribe('hooklatch:trace', listener);
    }
    expect(traces[0]!.decision.issues).toEqual([expect.stringMatching(/^not /)]);
    expect(traces[0]!.decision.issues.join()).not.toContain(SECRET);
    expect(traces[0]!.steps.at(-1)).toMatchObject({ state: 'failed', code: 'ERR_WEBHOOK_SCHEMA' });
  });

  it('cuts the issues, escapes their control characters, and keeps ten', async () => {
    const issues = Array.from({ length: 20 }, (_, index) => ({
      message: `a\n${'x'.repeat(300)}`,
      path: [index, { key: Symbol('s') }, 'b'],
    }));
    const receiver = await startWith(answering(() => ({ issues })));
    expect((await deliver(receiver.port, GOOD)).status).toBe(422);
    const decision = await decisionOf(receiver);
    expect(decision.issues).toHaveLength(10);
    expect(decision.issues[1]).toMatch(/^1\.Symbol\(s\)\.b: a\\u000ax+$/);
    expect(decision.issues[1]!.length).toBeLessThanOrEqual(256 + 5);
  });
});

describe('webhookRouter(), with a schema for each event', () => {
  it('asks the schema of the event that came, or of the rest', async () => {
    const handle = jest.fn();
    const label = (name: string): StandardSchema => answering(() => ({ value: name }));
    const events = {
      push: { schema: label('push'), handle },
      fork: { handle },
      '*': { schema: label('rest'), handle },
    };
    const receiver = await startRouter({ provider: github, events, duplicates: false });
    for (const event of ['push', 'fork', 'star']) {
      await send(receiver.port, { path: '/hooks', headers: signed(github, '{}', { event }), body: '{}' });
    }
    expect(handle.mock.calls.map(([{ payload }]: [Webhook]) => payload)).toEqual(['push', {}, 'rest']);
  });

  it('asks it where two events share handler and schema', async () => {
    const handle = jest.fn();
    const shared = { schema: answering(() => ({ value: 'made' })), handle };
    const receiver = await startRouter({
      provider: fastcomments,
      events: { create: shared, update: shared },
    });
    const sent = { method: 'PUT', path: '/hooks', headers: signed(fastcomments, '{}'), body: '{}' };
    expect((await send(receiver.port, sent)).status).toBe(200);
    expect(handle).toHaveBeenCalledTimes(1);
    expect(handle.mock.calls[0]![0]).toMatchObject({ payload: 'made', candidates: ['create', 'update'] });
  });

  it('throws where two events that nothing tells apart have different schemas', () => {
    const handle = jest.fn();
    const events = { create: { schema: zodComment, handle }, update: { schema: valibotComment, handle } };
    const make = (): unknown => webhookRouter({ provider: fastcomments, secret: 's'.repeat(16), events });
    expect(typeErrorOf(make)).toContain('one and the same handler and schema');
  });
});

describe('option "schema"', () => {
  const wrong: [string, unknown][] = [
    ['no schema', {}],
    ['null', null],
    ['a function that parses', (value: unknown) => value],
    ['a schema of another version', { '~standard': { version: 2, validate: jest.fn() } }],
    ['a schema without validate', { '~standard': { version: 1 } }],
    ['an empty standard', { '~standard': null }],
  ];

  it.each(wrong)('is a TypeError that names the fix: %s', (_what, value) => {
    const schema = value as StandardSchema;
    const secret = 's'.repeat(16);
    const events = { push: { schema, handle: jest.fn() } };
    const [, guard, router] = [
      typeErrorOf(() => validatePayload({ schema })),
      typeErrorOf(() => freshCopy().webhookGuard({ provider: github, secret, schema })),
      typeErrorOf(() => webhookRouter({ provider: github, secret, events })),
    ];
    const message =
      'option "schema" must be a Standard Schema, which has the property "~standard": pass a schema of';
    expect(guard).toContain(`webhookGuard(): ${message}`);
    expect(router).toContain(`event "push": ${message}`);
  });

  it('may be a function, as those of arktype are', async () => {
    const schema = Object.assign(
      () => undefined,
      answering(() => ({ value: 1 })),
    );
    const receiver = await startGuard({ provider: telehealth, schema });
    expect((await send(receiver.port, { headers: signed(telehealth, '{}'), body: '{}' })).status).toBe(200);
    expect(receiver.webhooks.map(({ payload }) => payload)).toEqual([1]);
  });
});

describe('validatePayload()', () => {
  it('refuses what does not fit where nothing is claimed', async () => {
    const validate = answering((value) => (value === 1 ? { value } : { issues: [{ message: 'no' }] }));
    const receiver = await startGuard({ provider: github, schema: validate, duplicates: false });
    expect([(await deliver(receiver.port, '1')).status, (await deliver(receiver.port, '2')).status]).toEqual([
      200, 422,
    ]);
  });

  it('answers 500 and warns where nothing was verified', async () => {
    const fresh = freshCopy();
    const guard = [fresh.validatePayload({ schema: zodComment }), fresh.webhookErrors()];
    const receiver = await startGuard({ provider: telehealth }, guard as RequestHandler[]);
    expect((await send(receiver.port, { body: '{}' })).status).toBe(500);
    expect(warnings).toEqual([expect.stringContaining('validatePayload() found no verified webhook')]);
  });
});

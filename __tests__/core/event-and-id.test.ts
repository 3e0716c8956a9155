import {
  defineProvider,
  github,
  slack,
  standardWebhooks,
  telehealth,
  type ProviderDefinition,
} from 'hooklatch';
import { readEventAndId, valueAt, type EventAndId, type Coverage } from '../../src/core/event-and-id';
import { getCompiled, type CompiledProvider } from '../../src/core/compiled-provider';

const SIGNED_BODY: Coverage = { body: true, id: '' };

const planWith = (more: Partial<ProviderDefinition>): CompiledProvider =>
  getCompiled(
    defineProvider({
      name: 'p',
      algorithm: 'hmac-sha256',
      signature: { header: 'x-signature', encoding: 'hex' },
      signed: ['{body}'],
      secret: { encoding: 'utf8' },
      ...more,
    }),
  );

const eventAndId = (
  compiled: CompiledProvider,
  headers: Record<string, string>,
  payload: unknown,
  signed: Coverage = SIGNED_BODY,
): EventAndId =>
  readEventAndId(compiled, { headers }, payload === undefined ? undefined : { value: payload }, signed);

describe('readEventAndId()', () => {
  it('says that event and id of a signed body are trusted', () => {
    const compiled = planWith({ event: { body: 'event.type' }, id: { body: 'id' } });
    expect(eventAndId(compiled, {}, { id: 7, event: { type: 'a' } })).toEqual({
      event: 'a',
      events: ['a'],
      id: '7',
      trusted: { event: true, id: true },
      disagree: false,
    });
  });

  it('takes event and id of a header, untrusted', () => {
    expect(
      eventAndId(getCompiled(github), { 'x-github-event': 'push', 'x-github-delivery': 'd' }, {}),
    ).toEqual({
      event: 'push',
      events: [],
      id: 'd',
      trusted: { event: false, id: false },
      disagree: false,
    });
  });

  it('prefers a signed id to the one in the body', () => {
    const compiled = planWith({ id: { header: 'x-id', body: 'id' }, signed: ['{id}', '.', '{body}'] });
    expect(eventAndId(compiled, {}, { id: 'other' }, { body: true, id: 'signed' })).toMatchObject({
      id: 'signed',
      trusted: { id: true },
    });
  });

  it('takes no event of a repeated or an empty header', () => {
    const source = {
      headers: { 'x-github-event': 'a', 'x-github-delivery': '' },
      rawHeaders: ['X-GitHub-Event', 'a', 'X-GitHub-Event', 'b'],
    };
    expect(readEventAndId(getCompiled(github), source, { value: {} }, SIGNED_BODY)).toMatchObject({
      event: undefined,
      id: undefined,
    });
  });

  it('prefers what is signed, and says where the header disagrees', () => {
    const header = { 'x-telehealth-event': 'b' };
    expect(eventAndId(getCompiled(telehealth), header, { event: 'a' })).toMatchObject({
      event: 'a',
      disagree: true,
    });
    expect(eventAndId(getCompiled(telehealth), header, { event: 'b' })).toMatchObject({
      event: 'b',
      disagree: false,
    });
    expect(eventAndId(getCompiled(telehealth), header, {})).toMatchObject({
      event: 'b',
      disagree: false,
      trusted: { event: false },
    });
  });

  it('prefers the id of the signed body to that of a header', () => {
    const compiled = planWith({ id: { header: 'x-id', body: 'id' } });
    expect(eventAndId(compiled, { 'x-id': 'h' }, { id: 'b' })).toMatchObject({
      id: 'b',
      trusted: { id: true },
    });
    expect(eventAndId(compiled, { 'x-id': 'h' }, {})).toMatchObject({ id: 'h', trusted: { id: false } });
  });

  it('takes the signed id and trusts it, whatever body and header say', () => {
    const compiled = getCompiled(standardWebhooks);
    const signed = { body: true, id: 'msg' };
    expect(eventAndId(compiled, { 'webhook-id': 'other' }, { type: 'a', id: 'b' }, signed)).toMatchObject({
      id: 'msg',
      trusted: { event: true, id: true },
    });
  });

  it('trusts nothing of a body that is not signed', () => {
    const compiled = planWith({ event: { body: 'type' }, id: { body: 'id' } });
    expect(eventAndId(compiled, {}, { type: 'a', id: 'b' }, { body: false, id: '' })).toMatchObject({
      event: 'a',
      id: 'b',
      trusted: { event: false, id: false },
    });
  });

  it('trusts the event of a header that the signature covers, where the body names none', () => {
    const compiled = planWith({ event: { header: 'x-event', body: 'type' } });
    const signed = { body: false, id: '', event: true };
    const trusted = (headers: Record<string, string>, payload: unknown): boolean =>
      eventAndId(compiled, headers, payload, signed).trusted.event;
    expect(trusted({ 'x-event': 'a' }, {})).toBe(true);
    expect(trusted({}, {})).toBe(false);
    expect(trusted({ 'x-event': 'a' }, { type: 'a' })).toBe(false);
  });

  it('knows neither where the body could not be parsed', () => {
    expect(eventAndId(getCompiled(slack), {}, undefined)).toMatchObject({
      event: undefined,
      events: [],
      id: undefined,
    });
  });

  it.each([[{}], [null], [true], [['a']], [''], [1.5], [NaN], [2 ** 53]])(
    'takes %p for no event and no id',
    (value) => {
      const compiled = planWith({ event: { body: 'event' }, id: { body: 'id' } });
      expect(eventAndId(compiled, {}, { event: value, id: value })).toMatchObject({
        event: undefined,
        events: [],
        id: undefined,
        trusted: { event: false, id: false },
      });
    },
  );

  it('takes no two numbers for the same id, because none is above what a number can tell apart', () => {
    const compiled = planWith({ id: { body: 'id' } });
    const idOf = (text: string): string | undefined =>
      eventAndId(compiled, {}, { id: JSON.parse(text) as unknown }).id;
    expect([idOf('9007199254740991'), idOf('9007199254740992'), idOf('9007199254740993')]).toEqual([
      '9007199254740991',
      undefined,
      undefined,
    ]);
    expect([idOf('0'), idOf('-1')]).toEqual(['0', '-1']);
  });
});

describe('valueAt()', () => {
  it.each([
    [{ a: { b: 1 } }, 'a.b', 1],
    [{ a: [{ b: 1 }] }, 'a.0.b', 1],
    [{ a: [{ b: 1 }, { b: 2 }] }, 'a.[].b', 1],
    [{ a: null }, 'a', null],
    [{ a: null }, 'a.b', undefined],
    [{ a: 'text' }, 'a.length', undefined],
    [{}, 'toString', undefined],
    [{}, '__proto__.toString', undefined],
    [{ a: 1 }, 'a.', undefined],
    [undefined, 'a', undefined],
  ])('finds in %p at %p the value %p', (payload, path, value) => {
    expect(valueAt(payload, path)).toBe(value);
  });
});

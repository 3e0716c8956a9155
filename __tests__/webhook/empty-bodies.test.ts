import { createHmac } from 'node:crypto';
import {
  defineProvider,
  fastcomments,
  telehealth,
  tokenProvider,
  verifySync,
  type Provider,
} from 'hooklatch';
import { decisionOf, eventually, NOW, SECRET, send, signed, startGuard, startRouter } from '../helpers/http';

const addressed = defineProvider({
  name: 'addressed',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Sig', encoding: 'hex' },
  signed: ['{method}', ' ', '{url}', ' ', '{body}'],
  secret: { encoding: 'utf8' },
  events: { create: ['POST'], remove: ['DELETE'] },
});

const plain = (more: object = {}): Provider =>
  defineProvider({
    name: 'plain',
    algorithm: 'hmac-sha256',
    signature: { header: 'X-Sig', encoding: 'hex' },
    signed: ['{body}'],
    secret: { encoding: 'utf8' },
    methods: ['POST', 'DELETE'],
    ...more,
  });

const token = tokenProvider({ name: 'token', header: 'X-Token', methods: ['POST', 'DELETE'] });

const headersOf = (provider: Provider): Record<string, string> => signed(provider, '');

describe('a delivery with an empty body', () => {
  it.each([
    ['signed', plain()],
    ['with a token', token],
    ['signed with its time', telehealth],
    ['as a form', plain({ content: 'form' })],
    ['as either', plain({ content: 'json-or-form' })],
  ])('reaches the handler with a payload that is undefined (%s)', async (_how, provider) => {
    const { port, webhooks } = await startGuard({ provider, duplicates: false });
    const [method] = provider.methods;
    for (const more of [{}, { 'Content-Length': '0' }, { 'Content-Type': 'application/json' }]) {
      expect((await send(port, { method, headers: { ...headersOf(provider), ...more } })).status).toBe(200);
    }
    expect(webhooks.map(({ payload, rawBody }) => [payload, rawBody.length])).toEqual(
      Array(3).fill([undefined, 0]),
    );
  });

  it('is refused with 400 where the provider says that a body is required', async () => {
    const provider = plain({ bodyRequired: true });
    const receiver = await startGuard({ provider });
    expect((await send(receiver.port, { headers: headersOf(provider) })).status).toBe(400);
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_PAYLOAD');
  });

  it('is refused like any other where its signature is wrong, or its time should be in it', async () => {
    const dated = plain({ timestamp: { body: 'at', unit: 'milliseconds', toleranceSeconds: 60 } });
    for (const [provider, headers] of [
      [plain(), { 'X-Sig': '0'.repeat(64) }],
      [dated, headersOf(dated)],
    ] as const) {
      const { port } = await startGuard({ provider });
      expect((await send(port, { headers })).status).toBe(401);
    }
  });

  it('gives verifySync() no payload either', () => {
    const headers = { 'x-sig': createHmac('sha256', SECRET).update('').digest('hex') };
    const delivery = { method: 'POST', url: '/', headers, body: Buffer.alloc(0) };
    expect(verifySync(delivery, { provider: plain(), secret: SECRET, now: NOW }).payload).toBeUndefined();
  });

  it('is 422 where a schema wants a payload', async () => {
    const schema = {
      '~standard': {
        version: 1 as const,
        vendor: 'own',
        validate: (value: unknown) =>
          value === undefined ? { issues: [{ message: 'required' }] } : { value },
      },
    };
    const provider = plain();
    const { port } = await startGuard({ provider, schema });
    expect((await send(port, { headers: headersOf(provider) })).status).toBe(422);
  });
});

describe('deliveries with empty bodies, one after the other', () => {
  it('are all handled where nothing that is signed varies', async () => {
    const provider = plain();
    const { port, webhooks } = await startGuard({ provider });
    for (let count = 0; count < 3; count += 1) {
      expect((await send(port, { method: 'DELETE', headers: headersOf(provider) })).status).toBe(200);
    }
    expect(webhooks).toHaveLength(3);
  });

  it('are copies where the signed time is the same', async () => {
    const { port, webhooks, decisions } = await startGuard({ provider: fastcomments });
    for (let count = 0; count < 2; count += 1) {
      await send(port, { method: 'PUT', headers: headersOf(fastcomments) });
    }
    await eventually(() => decisions.length === 2);
    expect([webhooks.length, decisions[1]!.outcome]).toEqual([1, 'duplicate']);
  });

  it('are told apart by the method and the address that are signed', async () => {
    const handled: string[] = [];
    const { port } = await startRouter({
      provider: addressed,
      publicUrl: 'https://example.org',
      events: { create: () => handled.push('create'), remove: () => handled.push('remove') },
    });
    const deliver = async (method: string, path: string, signedPath = path): Promise<number> => {
      const content = `${method} https://example.org${signedPath} `;
      const headers = { 'X-Sig': createHmac('sha256', SECRET).update(content).digest('hex') };
      return (await send(port, { method, path, headers })).status;
    };
    expect(await deliver('DELETE', '/hooks/42')).toBe(200);
    expect(await deliver('DELETE', '/hooks/43')).toBe(200);
    expect(await deliver('POST', '/hooks/42')).toBe(200);
    expect(handled).toEqual(['remove', 'remove', 'create']);
    // A captured one is still a copy, and still fits no other address.
    expect(await deliver('DELETE', '/hooks/42')).toBe(200);
    expect(await deliver('DELETE', '/hooks/44', '/hooks/42')).toBe(401);
    expect(handled).toHaveLength(3);
  });
});

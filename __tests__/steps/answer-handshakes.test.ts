import {
  answerHandshakes,
  captureRawBody,
  checkHeaders,
  defineProvider,
  github,
  meta,
  slack,
  telehealth,
  verifySignature,
  webhookErrors,
  type HandshakeDefinition,
  type Provider,
} from 'hooklatch';
import { createHmac } from 'node:crypto';
import { decisionOf, NOW, SECRET, send, signed, start, startGuard } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const CHALLENGE = '{"type":"url_verification","challenge":"abc"}';
const clock = (): number => NOW;

/** A provider with handshakes of its own. */
const providerWith = (...handshakes: readonly HandshakeDefinition[]): Provider =>
  defineProvider({
    name: 'p',
    algorithm: 'hmac-sha1',
    signature: { header: 'x-signature', encoding: 'hex' },
    signed: ['{body}'],
    secret: { encoding: 'utf8' },
    handshakes,
  });

/** The steps alone, in front of a handler that says it ran. */
const startSteps = async (provider: Provider, verifyToken?: string): Promise<number> => {
  const answering = answerHandshakes({ provider, verifyToken });
  const { port } = await start((app) => {
    app.use(answering);
    app.use(checkHeaders({ provider, clock }), captureRawBody());
    app.use(verifySignature({ provider, secret: SECRET, clock }), answering);
    app.use((_req, res) => void res.send('handled'));
    app.use(webhookErrors());
  });
  return port;
};

describe('answerHandshakes()', () => {
  it.each([
    [undefined, 'expects an options object, got undefined'],
    [{}, 'option "provider" must be'],
    [{ provider: { ...meta } }, 'option "provider" must be a provider'],
    [{ provider: meta, verifyToken: '' }, 'option "verifyToken" must be a string that is not blank'],
    [{ provider: meta, verifyToken: 7 }, 'option "verifyToken" must be a string that is not blank'],
    [{ provider: meta, verifytoken: 'x' }, 'unknown option "verifytoken"'],
  ])('refuses %p', (options, message) => {
    const text = typeErrorOf(() => answerHandshakes(options as never));
    expect(text).toContain(message);
    expect(text).toMatch(/^(answerHandshakes\(\): |option "provider" must be a provider)/);
  });

  it('does not show a token that is refused', () => {
    const options = { provider: meta, verifyToken: ['kept-to-itself'] };
    expect(typeErrorOf(() => answerHandshakes(options as never))).not.toContain('kept');
  });

  it('answers the unsigned ones before the headers are checked, alone as a step', async () => {
    const port = await startSteps(meta, 'token');
    const path = '/?hub.mode=subscribe&hub.verify_token=token&hub.challenge=1';
    expect((await send(port, { method: 'GET', path })).text).toBe('1');
    const wrong = await send(port, { method: 'GET', path: path.replace('=token', '=x') });
    expect(wrong.status).toBe(403);
  });

  it('answers the signed ones behind the signature, alone as a step', async () => {
    const port = await startSteps(slack);
    const good = await send(port, { headers: signed(slack, CHALLENGE), body: CHALLENGE });
    expect([good.status, good.text]).toEqual([200, 'abc']);
    const bad = await send(port, { headers: signed(slack, '{}'), body: CHALLENGE });
    expect(bad.status).toBe(401);
    const other = await send(port, { headers: signed(slack, '{}'), body: '{}' });
    expect(other.text).toBe('handled');
  });

  it('lets all pass where the provider has none', async () => {
    const port = await startSteps(github);
    expect((await send(port, { headers: signed(github, CHALLENGE), body: CHALLENGE })).text).toBe('handled');
    expect((await send(port, { method: 'GET', path: '/?challenge=1' })).status).toBe(401);
  });

  it('answers no challenge that another provider of the same route has signed', async () => {
    const also = [{ provider: telehealth, secret: SECRET }];
    const { port, webhooks } = await startGuard({ provider: slack, also });
    const answer = await send(port, { headers: signed(telehealth, CHALLENGE), body: CHALLENGE });
    expect(answer.text).toBe('{"received":true}');
    expect(webhooks.map(({ provider }) => provider)).toEqual(['telehealth']);
    const own = await send(port, { headers: signed(slack, CHALLENGE), body: CHALLENGE });
    expect(own.text).toBe('abc');
  });

  it('answers no challenge that passes unverified in the mode "report"', async () => {
    const receiver = await startGuard({ provider: slack, mode: 'report' });
    const answer = await send(receiver.port, { headers: signed(slack, '{}'), body: CHALLENGE });
    expect(answer.text).toBe('{"received":true}');
    expect(receiver.webhooks.map(({ verified }) => verified)).toEqual([false]);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'reported', notes: [] });
  });

  it('takes the first that fits, with its status, its literals and the HMAC of a field', async () => {
    const json = { ok: 1, text: 'as it is', field: '{data.text}', mac: '{hmac data.text}' };
    const provider = providerWith(
      { when: { has: 'data.text', lacks: 'data.other' }, answer: { status: 202, json } },
      { when: { has: 'data' }, answer: { status: 203 } },
    );
    const { port } = await startGuard({ provider });
    const ask = async (body: string) => send(port, { headers: signed(provider, body), body });
    const first = await ask('{"data":{"text":"t"}}');
    const mac = createHmac('sha1', SECRET).update('t').digest('hex');
    expect([first.status, JSON.parse(first.text)]).toEqual([202, { ...json, field: 't', mac }]);
    const second = await ask('{"data":{"text":"t","other":0}}');
    expect([second.status, second.text]).toEqual([203, '']);
    expect((await ask('{"other":{}}')).text).toBe('{"received":true}');
  });

  it('fills in a field only where the whole value names one', async () => {
    const json = { before: 'see {data.text}', behind: '{data.text}.', both: '({hmac data.text})', number: 7 };
    const provider = providerWith({ when: { has: 'data' }, answer: { json } });
    const { port } = await startGuard({ provider });
    const body = '{"data":{"text":"t"}}';
    const answer = await send(port, { headers: signed(provider, body), body });
    expect(JSON.parse(answer.text)).toEqual(json);
  });

  it.each(['{data.text}', '{hmac data.text}'])('refuses where the field of %s is missing', async (field) => {
    const provider = providerWith({ when: { has: 'data' }, answer: { json: { ok: 1, field } } });
    const receiver = await startGuard({ provider });
    const body = '{"data":{}}';
    expect((await send(receiver.port, { headers: signed(provider, body), body })).status).toBe(403);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_EVENT' });
  });

  it('answers GET and HEAD by what each is asked with', async () => {
    const provider = providerWith(
      { when: { method: 'HEAD' }, answer: { status: 204 } },
      { when: { method: 'GET', query: { a: '1', b: '2' } }, answer: {} },
      { when: { method: 'GET', query: { a: '2' } }, token: 'key', answer: { status: 201 } },
    );
    const { port } = await startGuard({ provider, verifyToken: 'right' });
    const ask = async (method: string, path: string): Promise<number> =>
      (await send(port, { method, path })).status;
    expect(await ask('HEAD', '/?a=1')).toBe(204);
    expect(await ask('GET', '/?b=2&a=1')).toBe(200);
    expect(await ask('GET', '/?a=1')).toBe(403);
    expect(await ask('GET', '/?a=2&key=right')).toBe(201);
    expect(await ask('GET', '/?a=2&key=wrong')).toBe(403);
  });
});

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync } from 'node:crypto';
import { github, sendgrid } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { send } from '../helpers/http';
import { runSnippet } from '../helpers/run-snippet';
import { blocksOf, readPage } from '../helpers/snippets';

const [multipart = '', proxy = ''] = blocksOf(readPage('docs/guides/behind-the-guard.md'), 'ts');
const { env } = process;
const closing: (() => void)[] = [];

afterEach(() => {
  process.env = env;
  for (const close of closing.splice(0)) close();
});

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('docs/guides/behind-the-guard.md', () => {
  it('has an app that verifies a multipart form and reads its fields', async () => {
    const logged = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const key = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    process.env = { ...env, SENDGRID_PUBLIC_KEY: key };
    const { exports } = await runSnippet(multipart);
    const port = await listen(exports.app as RequestListener);
    const body = '--xY\r\nContent-Disposition: form-data; name="subject"\r\n\r\nOl\u00e1\r\n--xY--\r\n';
    const secret = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const { headers } = signedRequest(sendgrid, { secret, body });
    const all = { ...headers, 'Content-Type': 'multipart/form-data; boundary=xY' };
    const deliver = (bytes: string) => send(port, { path: '/webhooks/parse', headers: all, body: bytes });
    expect((await deliver(body.replace('Ol', 'Al'))).status).toBe(403);
    expect(logged.mock.calls).toEqual([]);
    expect((await deliver(body)).status).toBe(200);
    expect(logged.mock.calls).toEqual([['mail', 'Ol\u00e1']]);
  });

  it('has a proxy that hands on the bytes that were signed, and nothing else', async () => {
    const arrived: string[] = [];
    const service = await listen((req, res) => {
      let text = '';
      req.on('data', (chunk) => (text += String(chunk)));
      req.on('end', () => {
        arrived.push(text);
        res.end('done');
      });
    });
    process.env = {
      ...env,
      GITHUB_SECRET: 'a secret for tests, long enough',
      SERVICE_URL: `http://127.0.0.1:${service}`,
    };
    const { exports } = await runSnippet(proxy);
    const port = await listen(exports.app as RequestListener);
    const body = '{ "price": 1.0, "name": "Zo\\u00eb" }';
    const { headers } = signedRequest(github, { secret: 'a secret for tests, long enough', body });
    const deliver = (bytes: string) => send(port, { path: '/webhooks/github', headers, body: bytes });
    expect((await deliver(body.replace('1.0', '9.0'))).status).toBe(401);
    expect(await deliver(body)).toMatchObject({ status: 200, text: 'done' });
    expect(arrived).toEqual([body]);
  });
});

import * as functions from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import express from 'express';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { telehealth, webhookRouter } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { send } from '../helpers/http';

const SECRET = 'a secret for tests, long enough';

describe('Cloud Functions', () => {
  it('keep the bytes of every content type in rawBody', async () => {
    const got: unknown[] = [];
    const app = express();
    app.use(
      webhookRouter({
        provider: telehealth,
        secret: SECRET,
        events: { '*': (w) => void got.push(w.payload) },
      }),
    );
    functions.http('hook', app as never);
    const server = getTestServer('hook');
    server.listen(0, '127.0.0.1');
    if (!server.listening) await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const type of [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/x',
    ]) {
      const { headers, body } = signedRequest(telehealth, { secret: SECRET, body: { type, name: 'Olá' } });
      const sent = { headers: { ...headers, 'Content-Type': type } };
      expect((await send(port, { ...sent, body: `${body} ` })).status).toBe(401);
      expect((await send(port, { ...sent, body })).status).toBe(200);
      expect(got.pop()).toEqual({ type, name: 'Olá' });
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

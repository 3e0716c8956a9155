import assert from 'node:assert/strict';
import { once } from 'node:events';
import express from 'express';
import { getWebhook, telehealth, webhookGuard } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';

const secret = 'a secret for a trial, long enough';
const received = [];
const app = express();
app.post('/hook', webhookGuard({ provider: telehealth, secret }), (req, res) => {
  received.push(getWebhook(req).event);
  res.sendStatus(204);
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');

const url = `http://127.0.0.1:${server.address().port}/hook`;
const event = 'consultation.created';
const send = async (variant) =>
  (await fetch(url, signedRequest(telehealth, { secret, event, variant }))).status;
assert.equal(await send(undefined), 204);
assert.equal(await send('tampered'), 401);
assert.equal(await send('unsigned'), 401);
assert.deepEqual(received, [event]);
server.close();
server.closeAllConnections();
console.log('received one delivery and refused two');

'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const express = require('express');
const { fastcomments, sign, webhookRouter } = require('hooklatch');

async function main() {
  const secret = 'a secret for a trial, long enough';
  const received = [];
  const create = { method: 'POST', handle: ({ payload }) => received.push(payload.id) };
  const app = express();
  app.use('/hook', webhookRouter({ provider: fastcomments, secret, events: { create } }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const url = `http://127.0.0.1:${server.address().port}/hook`;
  const body = '{"id":"1"}';
  const headers = sign(fastcomments, { secret }, { body: Buffer.from(body) });
  const send = async (request) => (await fetch(url, { method: 'POST', ...request })).status;
  assert.equal(await send({ headers, body }), 200);
  assert.equal(await send({ headers, body: '{"id":"2"}' }), 401);
  assert.equal(await send({ body }), 401);
  assert.deepEqual(received, ['1']);
  server.close();
  server.closeAllConnections();
  console.log('received one delivery and refused two');
}

module.exports = main();

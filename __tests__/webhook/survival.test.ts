import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { SECRET } from '../helpers/http';

// All that may go wrong, in a process that any unhandled rejection or exception would end.
const PROGRAM = `
  const Module = require('node:module');
  const { EXPRESS, BODY_PARSER } = process.env;
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (name, ...rest) =>
    name === 'express' ? EXPRESS : name === 'body-parser' ? BODY_PARSER : resolve(name, ...rest);

  const express = require('express');
  const net = require('node:net');
  const { fastcomments, sign, webhookErrors, webhookRouter } = require('hooklatch');
  const secret = ${JSON.stringify(SECRET)};
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const fail = (thrown) => { throw thrown; };
  const handlers = {
    throws: () => fail(undefined),
    rejects: () => Promise.reject(undefined),
    late: async () => { await pause(60); throw new Error('late'); },
    answered: async (webhook, req, res) => { res.json({}); await pause(10); throw null; },
    twice: (webhook, req, res) => { res.json({}); res.json({}); },
    half: async (webhook, req, res) => { res.write('a'); await pause(10); throw 'text'; },
    thenable: () => ({ then: () => fail(Object.create(null)) }),
    leaves: async (webhook, req, res) => { req.socket.destroy(); await pause(10); res.json({}); },
    leavesAndThrows: async (webhook, req) => { req.socket.destroy(); await pause(10); throw 1; },
  };
  const sinks = {
    none: undefined,
    throws: () => fail(null),
    rejects: () => Promise.reject(undefined),
  };
  const app = express();
  app.set('env', 'test');
  for (const [name, handle] of Object.entries(handlers)) {
    for (const [sink, onDecision] of Object.entries(sinks)) {
      for (const errors of ['respond', 'next']) {
        const options = { provider: fastcomments, secret, onDecision, errors, bodyLimit: 100 };
        const times = { handlerTimeoutMs: 30, bodyTimeoutMs: 30 };
        app.use('/' + [name, sink, errors].join('/'), webhookRouter({ ...options, ...times, events: { create: handle } }));
      }
    }
  }
  app.use(webhookErrors());
  const server = app.listen(0, '127.0.0.1', async () => {
    const { port } = server.address();
    const body = Buffer.from('{}');
    const headers = sign(fastcomments, { secret }, { body });
    const head = (path, more) =>
      ['PUT ' + path + ' HTTP/1.1', 'Host: x', ...Object.entries(headers).map((pair) => pair.join(': ')), ...more, '', ''].join('\\r\\n');
    const abort = (path, more, rest) => new Promise((done) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.write(head(path, more) + rest);
        setTimeout(() => socket.resetAndDestroy(), 15);
      });
      socket.on('error', () => undefined).on('close', done);
    });
    const paths = Object.keys(handlers).flatMap((name) =>
      Object.keys(sinks).flatMap((sink) => ['respond', 'next'].map((errors) => '/' + [name, sink, errors].join('/'))));
    await Promise.all(paths.flatMap((path) => [
      fetch('http://127.0.0.1:' + port + path, { method: 'PUT', headers, body }).then((answer) => answer.text()).catch(() => undefined),
      fetch('http://127.0.0.1:' + port + path, { method: 'PUT', body: 'x'.repeat(1e6) }).then((answer) => answer.text()).catch(() => undefined),
      abort(path, ['Content-Length: 2'], '{}'),
      abort(path, ['Content-Length: 9'], '{'),
      abort(path, ['Transfer-Encoding: chunked'], '5\\r\\nab'),
      abort(path, ['Transfer-Encoding: chunked'], 'zzz\\r\\n'),
      abort(path, ['Transfer-Encoding: chunked'], 'ff\\r\\n' + 'x'.repeat(255)),
    ]));
    await pause(200);
    const last = await fetch('http://127.0.0.1:' + port + '/throws/none/respond', { method: 'PUT', headers, body });
    console.log('still answers', last.status);
    server.close();
    server.closeAllConnections();
  });
`;

describe('webhookRouter()', () => {
  it('survives whatever handlers, sinks and senders do', () => {
    const register = join(__dirname, '../helpers/register-ts.js');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--unhandled-rejections=strict', '-r', register, '-e', PROGRAM],
      {
        encoding: 'utf8',
        timeout: 30_000,
        env: {
          ...process.env,
          // Of the version of Express that this run is about.
          EXPRESS: require.resolve('express'),
          BODY_PARSER: require.resolve('body-parser'),
          NODE_ENV: 'test',
        },
      },
    );
    expect([status, stdout, stderr.includes('Error:')]).toEqual([0, 'still answers 500\n', false]);
  }, 40_000);
});

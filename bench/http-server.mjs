// One server of the HTTP comparison, in a process of its own: node http-server.mjs <variant> <express>
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [, , variant, expressName] = process.argv;
const SECRET = 'a-secret-of-32-bytes-for-the-bench';
const key = createSecretKey(Buffer.from(SECRET));

let handled = 0;

const isRight = (req, body) => {
  const given = Buffer.from(String(req.headers['x-hub-signature-256']).slice(7), 'hex');
  const mac = createHmac('sha256', key).update(body).digest();
  return given.length === mac.length && timingSafeEqual(mac, given);
};

async function makeListener() {
  if (variant === 'node:http') {
    return (req, res) => {
      const chunks = [];
      req.on('data', (chunk) => chunks.push(chunk));
      req.on('end', () => {
        JSON.parse(Buffer.concat(chunks).toString());
        handled += 1;
        res.writeHead(200, { 'Content-Length': 0 });
        res.end();
      });
    };
  }
  const express = require(expressName);
  const app = express();
  const finish = (_req, res) => {
    handled += 1;
    res.status(200).end();
  };
  const json = (extra = {}) => express.json({ limit: '2mb', ...extra });
  const hooklatch = () => require('../dist/index.js');
  const guard = (options) =>
    hooklatch().webhookGuard({
      provider: hooklatch().github,
      secret: SECRET,
      bodyLimit: '2mb',
      onDecision: undefined,
      ...options,
    });
  const router = (options) =>
    hooklatch().webhookRouter({
      provider: hooklatch().github,
      secret: SECRET,
      bodyLimit: '2mb',
      events: { '*': () => void (handled += 1) },
      ...options,
    });
  const variants = {
    'express.json()': () => app.post('/', json(), finish),
    'by hand': () =>
      app.post('/', express.raw({ type: () => true, limit: '2mb' }), (req, res) => {
        if (!isRight(req, req.body)) return res.status(401).end();
        req.body = JSON.parse(req.body.toString());
        return finish(req, res);
      }),
    'express.json({ verify })': () =>
      app.post(
        '/',
        json({
          verify: (req, _res, body) => {
            if (!isRight(req, body)) throw new Error('wrong signature');
          },
        }),
        finish,
      ),
    octokit: async () => {
      const { verify } = await import('@octokit/webhooks-methods');
      app.post('/', express.text({ type: () => true, limit: '2mb' }), async (req, res) => {
        if (!(await verify(SECRET, req.body, req.headers['x-hub-signature-256'])))
          return res.status(401).end();
        req.body = JSON.parse(req.body);
        return finish(req, res);
      });
    },
    'hooklatch router': () => app.use('/', router()),
    'hooklatch router, lazy': () => app.use('/', router({ parse: 'lazy' })),
    'hooklatch router, no duplicates': () => app.use('/', router({ duplicates: false })),
    'hooklatch guard': () => app.post('/', guard(), finish),
    'hooklatch guard, allowIps': () =>
      app.post('/', guard({ allowIps: ['127.0.0.0/8', '10.0.0.0/8'] }), finish),
    'hooklatch guard, rateLimit': () => app.post('/', guard({ rateLimit: { limit: 100 } }), finish),
  };
  await variants[variant]();
  return app;
}

const server = createServer(await makeListener());
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

let began;
process.on('message', (message) => {
  if (message === 'begin') {
    handled = 0;
    began = process.cpuUsage();
    process.send({ began: true });
  } else if (message === 'end') {
    const { user, system } = process.cpuUsage(began);
    process.send({ cpu: user + system, handled, rss: process.memoryUsage().rss });
  } else {
    process.exit(0);
  }
});

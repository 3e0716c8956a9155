// One server of the HTTP comparison, in a process of its own: node http-server.mjs <variant> <express>
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { SECRET } from './secret.mjs';

const require = createRequire(import.meta.url);
const [, , variant, expressName] = process.argv;
const key = createSecretKey(Buffer.from(SECRET));
const LIMIT = '2mb';

const isRight = (req, body) => {
  const given = Buffer.from(String(req.headers['x-hub-signature-256']).slice(7), 'hex');
  const mac = createHmac('sha256', key).update(body).digest();
  return given.length === mac.length && timingSafeEqual(mac, given);
};

function bareListener(req, res) {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString());
    res.writeHead(200, { 'Content-Length': 0 });
    res.end();
  });
}

function answerLeast(req, res, body) {
  const isGenuine = isRight(req, body);
  if (isGenuine) req.body = JSON.parse(body.toString());
  res.statusCode = isGenuine ? 200 : 401;
  res.end();
}

async function makeListener() {
  if (variant === 'node:http') return bareListener;
  const express = require(expressName);
  const app = express();
  const finish = (_req, res) => res.status(200).end();
  const refuse = (res) => res.status(401).end();
  const json = (more = {}) => express.json({ limit: LIMIT, ...more });
  const raw = () => express.raw({ type: () => true, limit: LIMIT });
  const settings = () => {
    const { github } = require('../../dist/index.js');
    return { provider: github, secret: SECRET, bodyLimit: LIMIT };
  };
  const guard = (options) => require('../../dist/index.js').webhookGuard({ ...settings(), ...options });
  const router = (options) =>
    require('../../dist/index.js').webhookRouter({ ...settings(), events: { '*': () => {} }, ...options });

  const variants = {
    'express.json()': () => app.post('/', json(), finish),
    'by hand': () =>
      app.post('/', raw(), (req, res) => {
        if (!isRight(req, req.body)) return refuse(res);
        req.body = JSON.parse(req.body.toString());
        return finish(req, res);
      }),
    'express.json({ verify })': () => {
      const verify = (req, _res, body) => {
        if (!isRight(req, body)) throw Object.assign(new Error('wrong signature'), { status: 401 });
      };
      const onError = (error, _req, res, next) => {
        if (res.headersSent) next(error);
        else res.status(error.status).end();
      };
      app.post('/', json({ verify }), finish, onError);
    },
    octokit: async () => {
      const { Webhooks, createNodeMiddleware } = await import('@octokit/webhooks');
      const quiet = { debug() {}, info() {}, warn() {}, error() {} };
      const webhooks = new Webhooks({ secret: SECRET, log: quiet });
      webhooks.on('push', () => {});
      app.use(createNodeMiddleware(webhooks, { path: '/', log: quiet }));
    },
    stripe: async () => {
      const { default: Stripe } = await import('stripe');
      const { webhooks } = new Stripe('sk_test_x');
      app.post('/', raw(), (req, res) => {
        try {
          req.body = webhooks.constructEvent(req.body, req.headers['stripe-signature'], SECRET);
        } catch {
          return refuse(res);
        }
        return finish(req, res);
      });
    },
    standardwebhooks: async () => {
      const { Webhook } = await import('standardwebhooks');
      const webhook = new Webhook(Buffer.from(SECRET).toString('base64'));
      app.post('/', raw(), (req, res) => {
        try {
          req.body = webhook.verify(req.body, req.headers);
        } catch {
          return refuse(res);
        }
        return finish(req, res);
      });
    },
    // The least that can be done in Express: one function, an HMAC and JSON.parse.
    'least, body-parser': () => {
      const read = express.raw({ type: () => true, inflate: false, limit: LIMIT });
      app.use((req, res) => read(req, res, () => answerLeast(req, res, req.body)));
    },
    'least, own reading': () => {
      app.use((req, res) => {
        const chunks = [];
        req.on('data', (chunk) => chunks.push(chunk));
        req.on('end', () => answerLeast(req, res, Buffer.concat(chunks)));
      });
    },
    'hooklatch router': () => app.use('/', router()),
    'hooklatch router, lazy': () => app.use('/', router({ parse: 'lazy' })),
    'hooklatch guard': () => app.post('/', guard(), finish),
    'guard, no duplicates': () => app.post('/', guard({ duplicates: false }), finish),
    'guard, https: false': () => app.post('/', guard({ https: false }), finish),
    'guard, allowIps': () => app.post('/', guard({ allowIps: ['127.0.0.0/8', '10.0.0.0/8'] }), finish),
    'guard, rateLimit': () => app.post('/', guard({ rateLimit: { limit: 1e9 } }), finish),
    'guard, onDecision': () => app.post('/', guard({ onDecision: () => {} }), finish),
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
    began = { cpu: process.cpuUsage(), rss: process.memoryUsage().rss };
    process.send({ began: true });
  } else {
    const { user, system } = process.cpuUsage(began.cpu);
    process.send({ cpu: user + system, grown: process.resourceUsage().maxRSS * 1024 - began.rss });
  }
});
process.on('disconnect', () => process.exit(0));

// The usual middlewares in front, all at once, and a deadline that answers first.
import { conclude, deliver, expect, load, SECRET } from './deliver.mjs';

const express = load('express');
const { github, webhookGuard, webhookRouter } = load('hooklatch');
const [helmet, cors, compression, morgan, session, hpp, override, timeout] = [
  'helmet',
  'cors',
  'compression',
  'morgan',
  'express-session',
  'hpp',
  'method-override',
  'connect-timeout',
].map(load);
const lines = [];
const decisions = [];
const got = [];
const app = express();
app.use(
  helmet(),
  cors(),
  compression({ threshold: 0 }),
  morgan('tiny', { stream: { write: (line) => lines.push(line) } }),
);
app.use(
  session({ secret: 'x', resave: true, saveUninitialized: true }),
  hpp(),
  override('X-HTTP-Method-Override'),
);
app.use(timeout('10s'));
const settings = {
  provider: github,
  secret: SECRET,
  duplicates: false,
  onDecision: (one) => decisions.push(one),
};
const handle = (webhook, _req, res) => {
  got.push(webhook.payload.ref);
  res.json({ text: 'x'.repeat(3000) });
};
app.use('/hook', webhookRouter({ ...settings, events: { push: handle } }));
app.use('/guard', webhookGuard(settings), (_req, res) => res.json({}));
const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const headers = { 'Accept-Encoding': 'gzip', Origin: 'https://x.example' };
  for (const where of ['/hook', '/guard']) {
    expect(where, (await deliver(port, where, { headers })).status, 200);
    expect(`${where}, tampered`, (await deliver(port, where, { headers, tamper: true })).status, 401);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect('handled', got, ['Zoë']);
  expect(
    'decisions',
    decisions.map(({ status }) => status),
    [200, 401, 200, 401],
  );
  expect('lines of the log', lines.length, 4);
  conclude();
});

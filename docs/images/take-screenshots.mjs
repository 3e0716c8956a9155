// Takes the screenshots of the documentation: npm run screenshots. Needs a Chromium.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { chromium } from 'playwright-core';
import { fastcomments, github, sign, stripe, telehealth, webhookRouter } from 'hooklatch';
import { startInspector } from 'hooklatch/inspector';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SECRET = 'an example secret, nothing else';

const handle = () => undefined;
const routes = [
  {
    provider: fastcomments,
    events: { create: { method: 'POST', handle }, update: { method: 'PUT', handle }, delete: handle },
  },
  { provider: stripe, events: { 'invoice.paid': handle, 'charge.refunded': handle, '*': handle } },
  { provider: github, events: { push: handle, issues: handle } },
  { provider: telehealth, events: { '*': handle } },
];
const app = express();
for (const { provider, events } of routes) {
  const onDecision = handle;
  app.use(`/webhooks/${provider.name}`, webhookRouter({ provider, secret: SECRET, events, onDecision }));
}
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const base = `http://127.0.0.1:${server.address().port}`;
const endpoints = routes.map(({ provider, events }) => ({
  url: `${base}/webhooks/${provider.name}`,
  provider,
  events,
  secret: SECRET,
}));
const inspector = await startInspector({ port: 0, endpoints });

async function send(provider, event, value, { method = 'POST', now, change = (text) => text, ...more } = {}) {
  const text = JSON.stringify(value);
  const headers = sign(
    provider,
    { secret: SECRET, event, now, ...more },
    { method, body: Buffer.from(text) },
  );
  await fetch(`${base}/webhooks/${provider.name}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: change(text),
  });
}

const comment = {
  id: 'xkcd_1',
  urlId: '/1053',
  commenterName: 'Ada',
  comment: 'Today’s lucky ten thousand ☕',
  votes: 7,
};
const invoice = {
  id: 'evt_1P4qNa',
  type: 'invoice.paid',
  created: 1767225600,
  data: { object: { id: 'in_1P4qMz', customer: 'cus_Q9', amount_paid: 4900, currency: 'eur' } },
};
await send(fastcomments, 'create', comment);
await send(github, 'push', {
  ref: 'refs/heads/main',
  after: '0d1a26e',
  repository: { full_name: 'ada/engine' },
});
await send(fastcomments, 'update', { ...comment, votes: 8 }, { method: 'PUT' });
await send(stripe, undefined, invoice);
await send(stripe, undefined, invoice);
await send(telehealth, 'consultation.created', { event: 'consultation.created', consultation: { id: 71 } });
await send(
  github,
  'issues',
  { action: 'opened', issue: { number: 12 } },
  { secret: 'another secret, by mistake' },
);
await send(fastcomments, 'create', { ...comment, id: 'xkcd_2' }, { now: Date.now() - 3_600_000 });
await send(fastcomments, 'delete', { id: 'xkcd_1' }, { method: 'DELETE' });
await send(github, 'release', { action: 'published', release: { tag_name: 'v1.2.0' } });
await fetch(`${base}/webhooks/telehealth`, { method: 'POST', body: '{"event":"consultation.ended"}' });
await send(stripe, undefined, { ...invoice, id: 'evt_1P4qZz', type: 'charge.refunded' });
// What a proxy does that parses a body and writes it again.
const reserialise = (text) => JSON.stringify(JSON.parse(text), null, 2);
await send(stripe, undefined, { ...invoice, id: 'evt_1P4r0b' }, { change: reserialise });

const browser = await chromium.launch({ executablePath, args });
const shots = [
  ['inspector', 'light', 1240, 760, '#/deliveries/13'],
  ['inspector-dark', 'dark', 1240, 760, '#/deliveries/13'],
  ['inspector-narrow', 'light', 390, 844, '#/deliveries/13'],
  ['inspector-send', 'light', 1280, 720, '#/send'],
];
for (const [name, colorScheme, width, height, hash] of shots) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height } });
  page.on('console', (message) => console.log(`${name}: ${message.text()}`));
  await page.goto(inspector.url + hash);
  await page.waitForSelector('.list .row, .card', { state: 'attached' });
  if (hash.includes('deliveries')) await page.waitForSelector('.steps');
  if (hash.includes('send')) {
    for (const button of await page.locator('.card').first().locator('.trial button').all())
      await button.click();
    await page.waitForTimeout(300);
  }
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, import.meta.url)) });
  await page.close();
}
await browser.close();
await inspector.close();
server.close();

// Looks for tasks of more than 100 ms in the live page with 10,000 deliveries: node -r
// ./__tests__/helpers/register-ts.js tools/bench/page.ts. Needs a Chromium and a machine without other work, because
// the browser measures by the clock.
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import express from 'express';
import { chromium, type Page } from 'playwright-core';
import { github, sign, webhookRouter } from 'hooklatch';
import { startInspector } from 'hooklatch/inspector';
import type { Trace } from '../../src/trace/trace';

const SECRET = 'an example secret, nothing else';
const LIMIT_MS = 100;
const WATCH = `window.long = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => window.long.push(Math.round(duration))))
    .observe({ type: 'longtask', buffered: true })`;

const traces = channel('hooklatch:trace');

/** The trace of one real delivery, of which all others are copies. */
async function makeTrace(base: string): Promise<Trace> {
  let seen: Trace | undefined;
  const keep = (trace: unknown): void => void (seen = trace as Trace);
  subscribe('hooklatch:trace', keep);
  const body = '{"a":1}';
  const headers = sign(github, { secret: SECRET, event: 'push' }, { body: Buffer.from(body) });
  await fetch(`${base}/github`, { method: 'POST', headers, body });
  while (seen === undefined) await pause(10);
  unsubscribe('hooklatch:trace', keep);
  return seen;
}

async function report(page: Page, what: string): Promise<boolean> {
  await pause(700);
  const long: number[] = await page.evaluate('window.long.splice(0)');
  const most = Math.max(0, ...long);
  console.log(`${what.padEnd(28)} longest task ${most < 50 ? 'under 50' : most} ms`);
  return most <= LIMIT_MS;
}

async function main(): Promise<void> {
  process.env.NODE_ENV = 'test';
  const app = express();
  const events = { '*': (): void => undefined };
  app.use(
    '/github',
    webhookRouter({ provider: github, secret: SECRET, events, onDecision: () => undefined }),
  );
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoints = [{ url: `${base}/github`, provider: github, secret: SECRET }];
  const inspector = await startInspector({ port: 0, maxDeliveries: 10_000, endpoints });
  const trace = await makeTrace(base);
  const publish = (n: number): void => {
    const outcome = n % 7 === 0 ? 'refused' : 'accepted';
    traces.publish({
      ...trace,
      decision: { ...trace.decision, event: n % 3 === 0 ? 'issues' : 'push', outcome },
    });
  };
  for (let n = 1; n < 9000; n += 1) publish(n);

  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(WATCH);
  const results: boolean[] = [];
  await page.goto(inspector.url);
  await page.locator('#outcomes', { hasText: '9000' }).waitFor({ timeout: 120_000 });
  results.push(await report(page, 'catching up with 9,000'));
  for (let n = 9000; n < 10_000; n += 1) {
    publish(n);
    if (n % 50 === 0) await pause(10);
  }
  await page.locator('#outcomes', { hasText: '10000' }).waitFor({ timeout: 120_000 });
  results.push(await report(page, '1,000 more'));
  await page.locator('#filter').pressSequentially('issues refused');
  results.push(await report(page, 'typing into the filter'));
  await page.locator('#filter').fill('');
  await page.locator('#list').focus();
  for (const key of [...Array.from({ length: 30 }, () => 'PageDown'), 'End', 'Home'])
    await page.keyboard.press(key);
  results.push(await report(page, 'going by keys'));
  await page.mouse.move(300, 400);
  for (let turn = 0; turn < 20; turn += 1) await page.mouse.wheel(0, 8000);
  results.push(await report(page, 'scrolling'));
  await page.goto(`${inspector.url}#/events`);
  for (let n = 0; n < 300; n += 1) {
    publish(n);
    await pause(3);
  }
  results.push(await report(page, 'the events view'));
  await browser.close();
  await inspector.close();
  server.close();
  server.closeAllConnections();
  process.exitCode = results.every(Boolean) ? 0 : 1;
}

void main();

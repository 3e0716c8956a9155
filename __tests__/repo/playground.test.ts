import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { providers, verify } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import type { Input, Result } from '../../tools/site/playground/check-delivery';
import { start } from '../helpers/http';
import { describeInChromium, launchChromium } from '../helpers/browser';
import { ROOT } from '../helpers/snippets';
import { deliveryOf, settingsOf, vectors, type Vector } from '../helpers/vectors';

const SECRET = 'whsec_a_secret_for_the_playground';
const BODY = '{"id":"evt_1","type":"invoice.paid","text":"Olá ☕"}';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hooklatch-playground-'));
  const module = pathToFileURL(join(ROOT, 'tools/site/build-playground.mjs')).href;
  const script = `
    import { buildPlayground, bundle } from '${module}';
    await buildPlayground(${JSON.stringify(folder)});
    await bundle('check-delivery.ts', { outfile: ${JSON.stringify(join(folder, 'check.js'))}, format: 'cjs' });`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the code of the playground', () => {
  let code: { readonly verifyInput: (input: Input) => Promise<Result> };
  beforeAll(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- it has just been built
    code = require(join(folder, 'check.js')) as typeof code;
  });

  async function checkVector(vector: Vector, secret: string): Promise<Result> {
    const { method, headers, body, now, url = '' } = vector;
    return code.verifyInput({
      method,
      url: '/hook',
      headers: Object.entries(headers)
        .map((pair) => pair.join(': '))
        .join('\n'),
      body: body.toString('base64'),
      isBase64: true,
      provider: vector.provider.name,
      secret,
      publicUrl: url,
      now,
    });
  }

  it('agrees with the package on every vector, or says that it cannot check the sender', async () => {
    const wrong: string[] = [];
    const unable = new Set<string>();
    let right = 0;
    for (const vector of vectors) {
      const { secret, provider, id } = vector;
      if (typeof secret !== 'string' || headersAreOdd(vector)) continue;
      const isRight = await verify(deliveryOf(vector), settingsOf(vector)).then(
        () => true,
        () => false,
      );
      const { verified, missing } = await checkVector(vector, secret);
      if (missing.length > 0) unable.add(provider.name);
      else if (verified !== isRight) wrong.push(id);
      else if (verified) right++;
    }
    expect(wrong).toEqual([]);
    expect(right).toBeGreaterThan(300);
    // Only senders with such keys or compressed bodies; another one with a shared secret can always be checked.
    const algorithms = [...unable]
      .map((name) => providers[name]!)
      .flatMap(({ algorithm, compression }) => (compression === undefined ? [algorithm] : []));
    expect(algorithms.filter((algorithm) => !/^(?:rsa-|custom$)/.test(algorithm))).toEqual([]);
    expect([...unable]).toContain('wise');
  });
});

/** Header values that no line of text can hold. */
function headersAreOdd({ headers }: Vector): boolean {
  return Object.values(headers).some((value) => /[\r\n]|[^\x20-\x7e]|^\s|\s$/.test(value));
}

describeInChromium('the page of the playground', () => {
  let browser: Browser;
  let page: Page;
  /** The paths that the page asked for. */
  let asked: string[];
  let problems: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    const { url } = await start((app) => void app.use(express.static(folder)));
    const context = await browser.newContext();
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    asked = [];
    problems = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(`${url}/`);
    await page.locator('#provider option').nth(100).waitFor({ state: 'attached' });
    // From here on nothing could leave, and nothing has to.
    await context.setOffline(true);
  });
  afterEach(async () => {
    await page.context().close();
    expect(asked.sort()).toEqual(['/', '/playground.css', '/playground.js']);
    expect(problems).toEqual([]);
  });

  async function fillIn(name: string, secret: string, body = BODY): Promise<void> {
    const { headers, body: signed } = signedRequest(providers[name]!, { secret: SECRET, body });
    const lines = Object.entries(headers).map((pair) => pair.join(': '));
    await page.fill('#headers', lines.join('\n'));
    await page.fill('#body', signed);
    await page.fill('#secret', secret);
  }

  async function press(): Promise<string> {
    await page.click('#check');
    await page.locator('#result article').first().waitFor();
    return page.locator('#result').innerText();
  }

  it('verifies a delivery that is right, and guesses its sender', async () => {
    await fillIn('stripe', SECRET);
    expect(await press()).toMatch(/^Verified as stripe\n+event: invoice.paid\n+id: evt_1\n+time: 20/);
  });

  it('refuses a body that was changed', async () => {
    await fillIn('stripe', SECRET);
    await page.fill('#body', BODY.replace('paid', 'void'));
    expect(await press()).toMatch(/^Refused as stripe: ERR_WEBHOOK_SIGNATURE\n[^]*secret-unknown/);
  });

  it('names a body that was written anew', async () => {
    await fillIn('stripe', SECRET, BODY.replaceAll(/[:,]/g, '$& '));
    await page.fill('#body', BODY);
    expect(await press()).toMatch(/^Refused as stripe: [^]*\nbody-reserialised \(certain\)/);
  });

  it('names a secret in quotes, and does not show it', async () => {
    await page.selectOption('#provider', 'github');
    await fillIn('github', `"${SECRET}"`);
    const shown = await press();
    expect(shown).toMatch(/^Refused as github: [^]*\nsecret-quotes \(certain\)/);
    expect(shown).not.toContain(SECRET);
  });

  it('refuses a wrong secret', async () => {
    await fillIn('github', 'another secret for the playground');
    expect(await press()).toMatch(/^Refused as github: [^]*\nsecret-unknown \(likely\)/);
  });

  it('fills in an example that is right', async () => {
    await page.selectOption('#provider', 'slack');
    await page.click('#example');
    expect(await press()).toMatch(/^Verified as slack/);
  });

  it('reads a saved delivery with bytes that a field of text would change', async () => {
    const body = '{"a":1}\r\n';
    const { headers } = signedRequest(providers.github!, { secret: SECRET, body });
    const lines = Object.entries(headers).map((pair) => `${pair.join(': ')}\r\n`);
    const text = `POST /hook HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
    await page.setInputFiles('#file', { name: 'a.http', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await page.locator('#base64:checked').waitFor();
    await page.fill('#secret', SECRET);
    expect(await press()).toMatch(/^Verified as github/);
  });

  it('calls a delivery neither right nor wrong where a page cannot check its sender', async () => {
    await page.selectOption('#provider', 'monday');
    await page.fill('#public-url', 'https://example.org/webhooks');
    await page.fill('#headers', `Authorization: ${makeToken()}`);
    await page.fill('#secret', SECRET);
    expect(await press()).toMatch(/^This page cannot check monday\n[^]*npx hooklatch diagnose monday/);
  });

  it('asks for the address of a sender that signs it', async () => {
    expect(await page.locator('#public-url').isVisible()).toBe(false);
    await page.selectOption('#provider', 'twilio');
    expect(await page.locator('#public-url').isVisible()).toBe(true);
  });

  it('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it('says what is missing where no sender has these headers', async () => {
    await page.fill('#secret', SECRET);
    expect(await press()).toContain('these headers are of no sender that is known');
  });

  it('lets no script of its own send anything', async () => {
    await page.context().setOffline(false);
    const outcomes = await page.evaluate(async () => [
      await fetch('/leak').catch(() => 'blocked'),
      await new Promise((resolve) => {
        const socket = new WebSocket('ws://127.0.0.1:9/');
        socket.onerror = () => resolve('blocked');
      }).catch(() => 'blocked'),
    ]);
    expect(outcomes).toEqual(['blocked', 'blocked']);
    expect(problems.splice(0).join()).toContain("connect-src 'none'");
  });
});

/** A token as monday sends it, without a right signature. */
function makeToken(): string {
  const part = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
  const seconds = Math.floor(Date.now() / 1000);
  return [
    part({ alg: 'HS256', typ: 'JWT' }),
    part({ iat: seconds, exp: seconds + 300 }),
    'A'.repeat(43),
  ].join('.');
}

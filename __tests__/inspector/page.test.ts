import { fastcomments, fastcommentsLegacy, telehealth, type Decision } from 'hooklatch';
import { startInspector, type Inspector } from 'hooklatch/inspector';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInChromium, launchChromium } from '../helpers/browser';
import { eventually, SECRET, send, signed, start } from '../helpers/http';
import { readStream, startInspected } from '../helpers/inspector';

const BODY = '{"id":"c1","votes":1.0,"comment":"Olá ☕ <img src=x onerror=alert(1)>"}';

let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What went wrong in the page: exceptions, and what the content policy blocked. */
let problems: string[];
/** Every answer that the page got. */
let answers: string[];

beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser.close());
beforeEach(async () => {
  context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  problems = [];
  answers = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/ERR_CONNECTION|ERR_INCOMPLETE|404|422/.test(message.text()))
      problems.push(message.text());
  });
  page.on('response', (response) => {
    // A stream never ends, so it has no text.
    if (response.url().endsWith('/events') || response.url().includes('/events?')) return;
    response.text().then(
      (text) => answers.push(JSON.stringify(response.headers()) + text),
      () => undefined,
    );
  });
});
afterEach(async () => {
  await context.close();
  expect(problems).toEqual([]);
});

const handle = (): void => undefined;
const ROUTES = [
  {
    provider: fastcomments,
    also: [{ provider: fastcommentsLegacy, secret: SECRET }],
    events: { create: { method: 'POST', handle }, update: { method: 'PUT', handle }, delete: handle },
  },
  { provider: telehealth },
] as const;

const rows = (): ReturnType<Page['locator']> => page.locator('#list .row');

function sendComment(port: number, now = Date.now(), body = BODY, sent = BODY): ReturnType<typeof send> {
  return send(port, { path: '/fastcomments', headers: signed(fastcomments, body, { now }), body: sent });
}

describeInChromium('the page', () => {
  it('shows deliveries as they come, and of a refused one which step refused it and why', async () => {
    const { port, inspector } = await startInspected(ROUTES);
    await page.goto(inspector.url);
    await page.getByText('No delivery yet').waitFor();
    await sendComment(port);
    await rows().first().waitFor();
    await sendComment(port, Date.now() - 4_200_000);
    await page.getByText('refused: timestamp').click();
    await expect(rows().count()).resolves.toBe(2);
    expect(await rows().first().getAttribute('data-outcome')).toBe('refused');

    const failed = page.locator('.steps [data-state="failed"]');
    await failed.waitFor();
    expect(await failed.textContent()).toMatch(/check-headers.*ERR_WEBHOOK_TIMESTAMP/);
    expect(await page.locator('.steps [data-state="skipped"]').count()).toBe(4);
    expect(await page.locator('.why').textContent()).toMatch(/Why it was refused.*Certain/);
    expect(await page.locator('.facts-table').textContent()).toMatch(/signed 70 min ago/);

    await rows().last().click();
    await page.getByText('accepted', { exact: true }).first().waitFor();
    await page.locator('.delivery-head[data-outcome="accepted"]').waitFor();
    expect(await page.locator('.facts-table').textContent()).toMatch(
      /within a second.*default.*\d{10}\.body, \d+ bytes/,
    );
    // As it was written: 1.0 stays 1.0, and markup is text.
    expect(await page.locator('pre').first().textContent()).toContain(
      '"votes": 1.0,\n  "comment": "Olá ☕ <img',
    );
    await page.getByRole('button', { name: 'Raw' }).first().click();
    expect(await page.locator('pre').first().textContent()).toBe(BODY);
  });

  it.each([
    ['brackets alone', '['.repeat(15_000) + ']'.repeat(15_000)],
    ['objects in objects', '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)],
    [
      'lists that become a thousand times as long',
      `${'['.repeat(90)}${'1,'.repeat(100_000)}1${']'.repeat(90)}`,
    ],
    ['one long word', 'x'.repeat(250_000)],
  ])('stays awake over a body of a stranger: %s', async (_what, body) => {
    const { port, inspector } = await startInspected(ROUTES);
    await send(port, { path: '/telehealth', headers: { 'X-Telehealth-Signature': '0'.repeat(64) }, body });
    await page.goto(`${inspector.url}#/deliveries/1`);
    await page.locator('.delivery-head').waitFor();
    const shown = page.locator('.body pre').first();
    expect(await shown.evaluate((element) => element.textContent?.length)).toBe(body.length);
    expect(await page.locator('.body').first().getByRole('button').count()).toBe(0);
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('The curl command copied').waitFor();
  });

  it('proves what was changed on the way', async () => {
    const { port, inspector } = await startInspected(ROUTES);
    await sendComment(
      port,
      Date.now(),
      BODY,
      JSON.stringify(JSON.parse(BODY), null, 2).replace(': 1,', ': 1.0,'),
    );
    await page.goto(`${inspector.url}#/deliveries/1`);
    await page.locator('.why .fix').first().waitFor();
    expect(await page.locator('.why').textContent()).toMatch(/Certain.*Proved.*Fix/);
  });

  it('replays the exact bytes, signs anew, and copies', async () => {
    const { port, inspector } = await startInspected(ROUTES);
    await sendComment(port, Date.now() - 3_600_000);
    await page.goto(`${inspector.url}#/deliveries/1`);
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText(/^Replayed: answered 401/).waitFor();
    await page.getByRole('button', { name: 'Re-sign and send' }).click();
    await page.getByText(/^Re-signed: answered 200/).waitFor();
    expect(await rows().count()).toBe(3);
    expect(await rows().first().getAttribute('data-outcome')).toBe('accepted');

    const clipboard = (): Promise<string> => page.evaluate('navigator.clipboard.readText()');
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('The curl command copied').waitFor();
    expect(await clipboard()).toMatch(/^curl -i -X 'POST' 'http:\/\/127\.0\.0\.1:\d+\/fastcomments'/);
    await page.getByRole('button', { name: 'Copy as test' }).click();
    await page.getByText('The test copied').waitFor();
    expect(await clipboard()).toContain("from 'hooklatch/testing'");
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Export').click()]);
    expect(download.suggestedFilename()).toBe('delivery-1.json');
  });

  it('sends a good trial and each kind of bad one, and shows which event comes by which method', async () => {
    const { inspector } = await startInspected(ROUTES);
    await page.goto(`${inspector.url}#/send`);
    const card = page.locator('#send .card').first();
    await card.waitFor();
    for (const name of ['Good', 'Tampered', 'Stale', 'Wrong secret', 'Unsigned']) {
      await card.getByRole('button', { name }).click();
    }
    await eventually(() => answers.filter((text) => text.includes('"milliseconds"')).length === 5);
    expect(await card.locator('output').allTextContents()).toEqual([
      '200 ✓',
      '401 ✓',
      '401 ✓',
      '401 ✓',
      '401 ✓',
    ]);
    await card.getByLabel('Event for fastcomments').fill('delete');
    await card.getByLabel('Method for fastcomments').selectOption('PUT');
    await card.getByRole('button', { name: 'Good' }).click();
    // By PUT it is an update: sent as it was asked for.
    await eventually(() => answers.filter((text) => text.includes('"milliseconds"')).length === 6);
    expect(await page.locator('#send .card').last().getByRole('button', { name: 'Stale' }).isDisabled()).toBe(
      true,
    );

    await page.getByRole('link', { name: 'Events' }).click();
    const matrix = page.locator('#events .matrix').first();
    expect((await matrix.locator('thead').textContent())?.replace(/\s/g, '')).toBe('EventPUTPOSTDELETE');
    const readCells = (): Promise<string[]> =>
      matrix.locator('[data-configured="true"]').evaluateAll((all) => all.map((cell) => cell.title));
    // The page hears of deliveries behind their answers.
    await eventually(async () => (await readCells()).filter((title) => title.includes('1')).length === 2);
    expect(await readCells()).toEqual([
      'accepted, 1 received',
      'accepted, 1 received',
      'accepted, 0 received',
    ]);
  });

  it('shows no secret: not in the document, and in no answer', async () => {
    const { port, inspector } = await startInspected(ROUTES);
    const headers = {
      token: SECRET,
      Authorization: `Bearer ${SECRET}`,
      Cookie: `s=${SECRET}`,
      'X-Note': SECRET,
    };
    const path = `/fastcomments?token=${encodeURIComponent(SECRET)}`;
    await send(port, { method: 'PUT', path, headers, body: JSON.stringify({ leaked: SECRET }) });
    await send(port, { method: 'PUT', path, headers: { ...headers, token: `${SECRET}x` }, body: '{}' });
    await page.goto(inspector.url);
    for (const id of [1, 2]) {
      await page.goto(`${inspector.url}#/deliveries/${id}`);
      await page.locator(`#delivery-${id}[aria-selected="true"]`).waitFor();
      await page.locator('.steps').waitFor();
      const content = await page.content();
      expect(content).toContain('masked');
      for (const form of [SECRET, encodeURIComponent(SECRET)]) expect(content).not.toContain(form);
    }
    await page.goto(`${inspector.url}#/send`);
    await page.locator('.card').first().waitFor();
    expect(await page.content()).not.toContain(SECRET);
    expect(answers.length).toBeGreaterThan(10);
    for (const form of [SECRET, encodeURIComponent(SECRET)]) expect(answers.join('\n')).not.toContain(form);
  });

  it('filters, pauses and clears', async () => {
    const { port, inspector } = await startInspected(ROUTES);
    await page.goto(inspector.url);
    await sendComment(port);
    await sendComment(port, 0);
    await send(port, { path: '/telehealth', body: '{}' });
    await page.locator('#delivery-3').waitFor();
    const visible = (): Promise<number> => page.locator('#list .row:visible').count();
    await page.getByRole('searchbox').fill('refused fastcomments');
    expect(await visible()).toBe(1);
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('No delivery matches').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: /^Refused/ }).click();
    expect(await visible()).toBe(2);
    await page.getByRole('button', { name: /^All/ }).click();

    await page.getByRole('button', { name: 'Pause' }).click();
    await sendComment(port, 1);
    await page.getByRole('button', { name: 'Resume (1)' }).waitFor();
    expect(await rows().count()).toBe(3);
    await page.getByRole('button', { name: 'Resume (1)' }).click();
    expect(await rows().count()).toBe(4);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('No delivery yet').waitFor();
    expect(await rows().count()).toBe(0);
  });

  it('works with the keyboard alone', async () => {
    const { port, inspector } = await startInspected(ROUTES);
    for (const votes of [1, 2, 3]) await sendComment(port, Date.now(), `{"votes":${votes}}`);
    await page.goto(inspector.url);
    await page.locator('#delivery-3').waitFor();
    const focused = (): Promise<string> => page.evaluate('document.activeElement.id');
    const selected = (): Promise<string | null> =>
      page.locator('#list').getAttribute('aria-activedescendant');
    const { keyboard } = page;
    await keyboard.press('ArrowDown');
    expect([await focused(), await selected()]).toEqual(['list', 'delivery-3']);
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    expect(await selected()).toBe('delivery-1');
    await keyboard.press('ArrowUp');
    expect(await selected()).toBe('delivery-2');
    await page.locator('.delivery-head').waitFor();
    await keyboard.press('Enter');
    expect(await focused()).toBe('detail');
    await keyboard.press('Escape');
    expect(await focused()).toBe('list');
    await keyboard.press('Escape');
    await page.getByText('Choose a delivery').waitFor();
    await keyboard.press('/');
    expect(await focused()).toBe('filter');
    await keyboard.type('a/b');
    expect(await page.getByRole('searchbox').inputValue()).toBe('a/b');
    await keyboard.press('Escape');
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
  });

  it('gives everything that can be used a name', async () => {
    const { port, inspector } = await startInspected(ROUTES);
    await sendComment(port, 0);
    for (const hash of ['#/deliveries/1', '#/send', '#/events']) {
      await page.goto(inspector.url + hash);
      await page.locator('.steps:visible, .card:visible').first().waitFor();
      const nameless =
        await page.evaluate(`[...document.querySelectorAll('button, a, input, select, [role], main, section, nav')]
        .filter((element) => element.checkVisibility())
        .filter((element) => !['status', 'option'].includes(element.role) && !element.matches('main, .part, .why'))
        .filter((element) => !(element.ariaLabel ?? element.labels?.[0]?.textContent ?? '').trim() && !element.textContent.trim())
        .map((element) => element.outerHTML)`);
      expect(nameless).toEqual([]);
    }
  });

  it.each([
    ['narrow', 390, 'light'],
    ['narrow', 390, 'dark'],
    ['wide', 1280, 'dark'],
  ] as const)('fits a %s screen of %i pixels, %s', async (_name, width, colorScheme) => {
    const { port, inspector } = await startInspected(ROUTES);
    await sendComment(port, 0);
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const luminance: number[] = [];
    for (const hash of ['', '#/deliveries/1', '#/send', '#/events']) {
      await page.goto(inspector.url + hash);
      await page.locator('.row:visible, .steps:visible, .card:visible').first().waitFor();
      expect([hash, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([hash, width]);
      luminance.push(
        Number(/\d+/.exec(await page.evaluate('getComputedStyle(document.body).backgroundColor'))?.[0]),
      );
    }
    expect(luminance.every((value) => value < 128)).toBe(colorScheme === 'dark');
    if (width > 960) return;
    await page.goto(`${inspector.url}#/deliveries/1`);
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await page.locator('#list').waitFor();
    expect(await page.locator('#detail').isVisible()).toBe(false);
  });
});

describeInChromium('a lost connection', () => {
  it('is said, and what was missed comes after; another run starts anew', async () => {
    const { port, inspector } = await startInspected(ROUTES);
    const pagePort = Number(new URL(inspector.url).port);
    await page.goto(inspector.url);
    await page.getByText('Live', { exact: true }).waitFor();
    await sendComment(port, 0);
    await page.locator('#delivery-1').waitFor();
    // There is room for 16 pages: so many others cut this one.
    for (let count = 0; count < 16; count += 1) await readStream(pagePort);
    await page.getByText('Connection lost').waitFor();
    await sendComment(port, 1);
    await sendComment(port, 2);
    expect(await rows().count()).toBe(1);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('#delivery-3').waitFor();
    expect(await rows().count()).toBe(3);

    await inspector.close();
    await page.getByText('Connection lost').waitFor();
    const again: Inspector = await startInspector({ port: pagePort });
    try {
      await page.getByText('Live', { exact: true }).waitFor();
      expect(await rows().count()).toBe(0);
      await sendComment(port, 0);
      await page.locator('#delivery-1').waitFor();
    } finally {
      await again.close();
    }
  });
});

describeInChromium('a foreign page', () => {
  it('cannot read, send or embed, and its name for this machine is refused', async () => {
    const decisions: Decision[] = [];
    const { port, inspector } = await startInspected([
      { ...ROUTES[0], onDecision: (decision) => void decisions.push(decision) },
    ]);
    await sendComment(port, 0);
    const foreign = await start((app) => {
      app.use((_req, res) => void res.type('html').send(`<iframe src="${inspector.url}"></iframe>`));
    });
    await page.goto(foreign.url);
    const tries = [
      `fetch('${inspector.url}api/deliveries/1')`,
      `fetch('${inspector.url}api/deliveries/1/replay', { method: 'POST', mode: 'no-cors' })`,
      `fetch('${inspector.url}api/clear', { method: 'POST', body: '{}' })`,
      `new Promise((resolve, reject) => { const s = new EventSource('${inspector.url}events'); s.onopen = resolve; s.onerror = reject; })`,
      `import('${inspector.url}format.mjs')`,
    ];
    const outcomes = await Promise.all(
      tries.map((code) => page.evaluate(`${code}.then((r) => 'done ' + (r.type ?? ''), () => 'refused')`)),
    );
    expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused', 'refused']);
    expect(decisions).toHaveLength(1);
    expect(
      page
        .frames()
        .slice(1)
        .map((frame) => frame.url()),
    ).not.toContain(inspector.url);

    const { port: pagePort } = new URL(inspector.url);
    const named = await browser.newContext();
    const rebound = await named.newPage();
    // What DNS rebinding does: a name of somebody else's that leads here.
    const answer = await rebound.goto(`http://evil.localhost:${pagePort}/`);
    expect(answer?.status()).toBe(403);
    await named.close();
    expect(problems.every((text) => /blocked|ERR_|403/.test(text))).toBe(true);
    problems.length = 0;
  });
});

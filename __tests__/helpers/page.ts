import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from './browser';

/** A page of its own for each test; what goes wrong in it fails the test. */
export interface TestPage {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Exceptions in the page, and what its content policy blocked. */
  readonly problems: string[];
  /** Every answer that the page got, headers and text. */
  readonly answers: string[];
}

/** Opens Chromium for the tests of a file; the object that it gives is filled before each test. */
export function usePage(): TestPage {
  const current = {} as { -readonly [Name in keyof TestPage]: TestPage[Name] };
  beforeAll(async () => {
    current.browser = await launchChromium();
  }, 60_000);
  afterAll(() => current.browser.close());
  beforeEach(async () => {
    current.problems = [];
    current.answers = [];
    current.context = await current.browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    current.page = await current.context.newPage();
    current.page.setDefaultTimeout(10_000);
    listenTo(current);
  });
  afterEach(async () => {
    await current.context.close();
    expect(current.problems).toEqual([]);
  });
  return current;
}

function listenTo({ page, problems, answers }: TestPage): void {
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/ERR_CONNECTION|ERR_INCOMPLETE|404|422/.test(message.text())) {
      problems.push(message.text());
    }
  });
  page.on('response', (response) => {
    // A stream never ends, so it has no text.
    if (/\/events(?:\?|$)/.test(response.url())) return;
    response.text().then(
      (text) => answers.push(JSON.stringify(response.headers()) + text),
      () => undefined,
    );
  });
}

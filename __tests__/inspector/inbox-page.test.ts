import { github, webhookRouter, type Inbox } from 'hooklatch';
import { PermanentError } from 'hooklatch/inbox';
import { listAxeFaults } from '../helpers/axe';
import { describeInChromium } from '../helpers/browser';
import { eventually, SECRET, send, signed, start } from '../helpers/http';
import { makeStored, openInbox } from '../helpers/inbox';
import { inspect } from '../helpers/inspector';
import { usePage } from '../helpers/page';

const current = usePage();

/** A receiver with an inbox whose handlers fail as long as `fails` says so. */
async function startStoring(options: Parameters<typeof openInbox>[0] = {}) {
  const seen = { fails: true, handled: [] as (string | undefined)[] };
  const inbox = openInbox({ retry: { delayMs: () => 3_600_000 }, onAttempt: () => undefined, ...options });
  const { url, port } = await start((app) => {
    const router = webhookRouter({
      provider: github,
      secret: SECRET,
      inbox: { store: inbox, storeHeaders: ['x-note'] },
      onDecision: () => undefined,
      events: {
        push: ({ event }) => void seen.handled.push(event),
        issues: () => {
          if (seen.fails) throw new PermanentError(`no database at ${SECRET}`);
          seen.handled.push('issues');
        },
        star: () => {
          if (seen.fails) throw new Error('come again');
          seen.handled.push('star');
        },
      },
    });
    app.use('/github', router);
  });
  const endpoints = [{ url: `${url}/github`, provider: github, secret: SECRET }];
  const inspector = await inspect({ endpoints, inbox });
  const deliver = async (event: string, body = `{"of":"${event}"}`): Promise<void> => {
    const headers = { ...signed(github, body, { event }), 'X-Note': SECRET };
    const { status } = await send(port, { path: '/github', headers, body });
    expect(status).toBe(200);
  };
  return { seen, inbox, inspector, deliver };
}

const countOf = (inbox: Inbox, state: 'dead' | 'done' | 'waiting'): (() => Promise<number>) => {
  return async () => (await inbox.view!.counts())[state];
};

const rows = (): ReturnType<typeof current.page.locator> => current.page.locator('#inbox-list .row');
const stateOf = (id: number) => current.page.locator(`#stored-${id}`).getAttribute('data-state');

describeInChromium('the tab of the inbox', () => {
  it('shows counts, the age of the oldest, and of each delivery its attempts and what its handler threw', async () => {
    const { inspector, deliver, inbox } = await startStoring();
    const { page } = current;
    for (const event of ['push', 'issues', 'star']) await deliver(event);
    await eventually(async () => (await countOf(inbox, 'dead')()) === 1);
    await page.goto(inspector.url);
    await page.getByRole('link', { name: 'Inbox' }).click();
    await rows().first().waitFor();
    expect(await page.locator('#inbox-states button').allTextContents()).toEqual([
      '3all',
      '1waiting',
      '0running',
      '0behind',
      '1done',
      '1dead',
    ]);
    expect(await page.locator('.oldest').textContent()).toMatch(/^The oldest open one came \d s ago\.$/);
    expect(await rows().allTextContents()).toEqual([
      expect.stringMatching(/githubstarwaiting1×come again/),
      expect.stringMatching(/githubissuesdead1×no database at •+$/),
      expect.stringMatching(/githubpushdone1×$/),
    ]);

    await page.locator('#stored-2').click();
    await page.locator('#inbox-detail .why').waitFor();
    expect(await page.locator('#inbox-detail .why').textContent()).toMatch(/Last errorno database at •+$/);
    expect(await page.locator('.attempts tbody').textContent()).toMatch(
      /^1.*dead: handler.*no database at •+$/,
    );
    const detail = await page.locator('#inbox-detail').textContent();
    expect(detail).toMatch(/RequestPOST \/github/);
    expect(detail).not.toContain('"of"');
    await page.getByRole('button', { name: 'Show the body' }).click();
    await page.locator('#inbox-detail pre.json').waitFor();
    expect(await page.locator('#inbox-detail pre.json').textContent()).toBe('{\n  "of": "issues"\n}');
  });

  it('retries, discards and replays one delivery, and asks before it handles one again', async () => {
    const { seen, inspector, deliver, inbox } = await startStoring();
    const { page } = current;
    for (const event of ['issues', 'star', 'star']) await deliver(event, `{"n":"${event}${Math.random()}"}`);
    await eventually(async () => (await countOf(inbox, 'dead')()) === 1);
    await eventually(async () => (await countOf(inbox, 'waiting')()) === 2);
    seen.fails = false;
    await page.goto(`${inspector.url}#/inbox/1`);
    const actions = page.locator('#inbox-detail .actions');
    await actions.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('1 handled now').waitFor();
    await eventually(() => seen.handled.length === 1);
    // The page hears of the attempt and shows what has become of it.
    await page.locator('#stored-1[data-state="done"]').waitFor();

    await page.goto(`${inspector.url}#/inbox/2`);
    await actions.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('1 discarded').waitFor();
    await page.locator('#stored-2[data-state="dead"]').waitFor();
    expect(await actions.getByRole('button', { name: 'Discard' }).isDisabled()).toBe(true);

    await page.locator('#stored-1').click();
    await page.locator('#inbox-detail .delivery-head[data-state="done"]').waitFor();
    await actions.getByRole('button', { name: 'Replay' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('although its work may be done already');
    expect(await listAxeFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(seen.handled).toEqual(['issues']);
    await actions.getByRole('button', { name: 'Replay' }).click();
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await eventually(() => seen.handled.length === 2);
    expect(await stateOf(3)).toBe('waiting');
  });

  it('filters by state, route, event, error and time, and moves all that match and no other', async () => {
    const { seen, inspector, deliver, inbox } = await startStoring();
    const { page } = current;
    for (const event of ['issues', 'issues', 'push', 'star']) await deliver(event, `{"n":${Math.random()}}`);
    await eventually(async () => (await countOf(inbox, 'dead')()) === 2);
    await page.goto(`${inspector.url}#/inbox`);
    const visible = (count: number): Promise<void> =>
      eventually(async () => (await rows().count()) === count);
    await visible(4);
    await page.getByRole('button', { name: /waiting/ }).click();
    await visible(1);
    await page.getByRole('button', { name: /^\d+\s*all$/ }).click();
    await page.getByRole('combobox', { name: 'Event' }).fill('issues');
    await visible(2);
    await page.getByLabel('In the last error').fill('no such text');
    await page.getByText('No stored delivery matches.').waitFor();
    await page.getByLabel('In the last error').fill('no database');
    await page.getByLabel('Received', { exact: true }).selectOption('Last 30 min');
    await visible(2);

    seen.fails = false;
    await page.locator('.bulk').getByRole('button', { name: 'Retry' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toMatch(/Only: event “issues”, search “no database”, last 30 min\./);
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('2 handled now').waitFor();
    await eventually(() => seen.handled.length === 3);
    expect(seen.handled).toEqual(['push', 'issues', 'issues']);
    expect(await countOf(inbox, 'waiting')()).toBe(1);

    // What is erased cannot be handled again, and the page says so.
    await page.getByLabel('In the last error').fill('');
    await page.locator('.bulk').getByRole('button', { name: 'Purge' }).click();
    await dialog.getByRole('button', { name: 'Purge' }).click();
    await page.getByText('2 erased').waitFor();
    await page.locator('.bulk').getByRole('button', { name: 'Replay' }).click();
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Not possible any more').waitFor();
    expect(seen.handled).toHaveLength(3);
  });

  it('works with the keyboard alone, and comes back from a detail on a narrow screen', async () => {
    const { inspector, deliver } = await startStoring();
    const { page } = current;
    for (const event of ['push', 'issues', 'star']) await deliver(event);
    await page.goto(`${inspector.url}#/inbox`);
    await rows().nth(2).waitFor();
    const selected = (): Promise<string | null> =>
      page.locator('#inbox-list').getAttribute('aria-activedescendant');
    await page.keyboard.press('End');
    expect(await selected()).toBe('stored-1');
    await page.keyboard.press('Home');
    await page.keyboard.press('j');
    expect(await selected()).toBe('stored-2');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('inbox-detail');
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.id')).toBe('inbox-list');
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.locator('#inbox-list').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await page.locator('#inbox-list').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it('shows no secret: not in the document, and in no answer', async () => {
    const { inspector, deliver, inbox } = await startStoring();
    const { page, answers } = current;
    await deliver('issues', JSON.stringify({ leaked: SECRET }));
    await eventually(async () => (await countOf(inbox, 'dead')()) === 1);
    await page.goto(`${inspector.url}#/inbox/1`);
    await page.getByRole('button', { name: 'Show the body' }).click();
    await page.locator('#inbox-detail pre.json').waitFor();
    expect(await page.locator('#inbox-detail').textContent()).toContain('"leaked": "***');
    expect(await page.content()).not.toContain(SECRET);
    await eventually(() => answers.some((text) => text.includes('***')));
    expect(answers.join('\n')).not.toContain(SECRET);
  });

  it('is not there without an inbox, and says so to one who goes there', async () => {
    const inspector = await inspect();
    const { page } = current;
    await page.goto(`${inspector.url}#/inbox`);
    await page.getByText('startInspector() was given no inbox.').waitFor();
    expect(await page.getByRole('link', { name: 'Inbox' }).isVisible()).toBe(false);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('has nothing that axe reports: %s, %i pixels', async (colorScheme, width) => {
    const { inspector, deliver, inbox } = await startStoring();
    const { page } = current;
    for (const event of ['push', 'issues', 'star']) await deliver(event);
    await inbox.put(makeStored('long', { route: 'a route with a name that is long' }));
    await eventually(async () => (await countOf(inbox, 'dead')()) === 1);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    for (const hash of ['#/inbox', '#/inbox/2']) {
      await page.goto(inspector.url + hash);
      await page.locator('#inbox-list .row:visible, #inbox-detail .why:visible').first().waitFor();
      expect([hash, await listAxeFaults(page)]).toEqual([hash, []]);
    }
  });
});

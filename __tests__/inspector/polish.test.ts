import {
  fastcomments,
  github,
  medplumSubscription,
  standardWebhooksV1a,
  telehealth,
  type Provider,
} from 'hooklatch';
import { listAxeFaults } from '../helpers/axe';
import { describeInChromium } from '../helpers/browser';
import { SECRET, send, signed } from '../helpers/http';
import { startInspected, type Inspected } from '../helpers/inspector';
import { usePage } from '../helpers/page';

const current = usePage();
const handle = (): void => undefined;

const ROUTES = [
  {
    provider: fastcomments,
    events: {
      create: { method: 'POST', handle },
      update: {
        method: 'PUT',
        handle: () => {
          throw new Error(`no database for ${SECRET}`);
        },
      },
    },
  },
  { provider: github },
  { provider: telehealth },
  { provider: medplumSubscription },
] as const;

/** Sends one delivery; what is given for its body may be changed on the way. */
async function deliver(
  { port }: Inspected,
  provider: Provider,
  {
    body = '{"a":1}',
    sent = body,
    event,
    method = 'POST',
    secret = SECRET,
    now = Date.now(),
  }: {
    body?: string;
    sent?: string;
    event?: string;
    method?: string;
    secret?: string;
    now?: number;
  } = {},
): Promise<number> {
  const headers = signed(provider, body, { now, event, secret });
  return (await send(port, { method, path: `/${provider.name}`, headers, body: sent })).status;
}

const rows = (): ReturnType<typeof current.page.locator> => current.page.locator('#list .row');
const selected = (): Promise<string | null> =>
  current.page.locator('#list').getAttribute('aria-activedescendant');

/** Opens one delivery anew, so that nothing is left of another one. */
async function open({ inspector }: Inspected, id: number): Promise<void> {
  await current.page.goto('about:blank');
  await current.page.goto(`${inspector.url}#/deliveries/${id}`);
  await current.page.locator('.delivery-head').waitFor();
}

describeInChromium('a delivery whose handler fails', () => {
  it('is called a failure, with what was thrown, and no secret in it', async () => {
    const receiver = await startInspected(ROUTES);
    const { page } = current;
    expect(await deliver(receiver, fastcomments, { method: 'PUT' })).toBe(500);
    await open(receiver, 1);
    await page.locator('.why .thrown').waitFor();
    const why = await page.locator('.why').textContent();
    expect(why).toMatch(
      /Why it failed.*The handler failed.*Error: no database for •+\n\s+at .*polish\.test/s,
    );
    expect(why).toContain('The delivery itself is authentic');
    expect(why).not.toMatch(/refused|handled before/);
    expect(await page.locator('.steps [data-state="failed"]').textContent()).toContain('route-events');
    expect(await page.locator('.answer').textContent()).toContain(
      'a failure (handler): the sender will come again',
    );
  });
});

describeInChromium('a refused delivery', () => {
  it('shows the event that it names, as what it is: not verified', async () => {
    const receiver = await startInspected(ROUTES);
    const { page } = current;
    await deliver(receiver, github, { event: 'push', secret: `${SECRET}!` });
    await deliver(receiver, telehealth, { body: '{"event":"call.ended"}', secret: `${SECRET}!` });
    await open(receiver, 2);
    expect(await page.locator('.delivery-head h2').textContent()).toBe('telehealthcall.endedunverified');
    expect(await page.locator('#list .event').allTextContents()).toEqual(['call.ended', 'push']);
    await page.getByRole('searchbox', { name: 'Filter deliveries' }).fill('call.ended');
    expect(await rows().count()).toBe(1);
  });

  it('shows what of the body was signed and what was received, where that is what is wrong', async () => {
    const receiver = await startInspected(ROUTES);
    const { page } = current;
    const body = '{"id":"c1","votes":10}';
    await deliver(receiver, github, { body, sent: '{"id": "c1", "votes":10}\n' });
    await open(receiver, 1);
    await page.locator('.diff').waitFor();
    expect(await page.locator('.diff pre ins').allTextContents()).toEqual([
      'only received: ·',
      'only received: ·',
      'only received: ⏎\n',
    ]);
    expect(await page.locator('.diff pre del').count()).toBe(0);

    await deliver(receiver, github, { body, secret: `${SECRET}!` });
    await open(receiver, 2);
    expect(await page.locator('.diff').count()).toBe(0);
  });

  it('says of no step what did not happen', async () => {
    const receiver = await startInspected([
      { provider: standardWebhooksV1a, secret: `whpk_${Buffer.alloc(32, 7).toString('base64')}` },
      ...ROUTES,
    ]);
    const { page } = current;
    await deliver(receiver, github, { event: 'push', secret: `${SECRET}!` });
    await open(receiver, 1);
    await page.locator('.steps').waitFor();
    const skipped = page.locator('.steps [data-state="skipped"]');
    expect(await skipped.locator('.title').allTextContents()).toEqual(
      (await skipped.allTextContents()).map(() => ''),
    );
    expect(await page.locator('.steps').textContent()).not.toContain('A trial by the sender');
    await deliver(receiver, telehealth);
    await deliver(receiver, telehealth);
    await open(receiver, 3);
    await page.getByText('It was handled before', { exact: true }).waitFor();
    expect(await page.locator('.steps').textContent()).not.toContain('It was not handled before');
  });
});

describeInChromium('the list', () => {
  it.each([1280, 1440, 1024])(
    'cuts no name of a provider, and aligns its columns, at %i pixels',
    async (width) => {
      const receiver = await startInspected(ROUTES);
      const { page } = current;
      await page.setViewportSize({ width, height: 800 });
      for (const provider of [medplumSubscription, fastcomments, github]) await deliver(receiver, provider);
      await page.goto(receiver.inspector.url);
      await rows().nth(2).waitFor();
      const cut = await page.evaluate(
        `[...document.querySelectorAll('#list .provider')].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)`,
      );
      expect(cut).toEqual([]);
      const lefts: number[][] = await page.evaluate(
        `[...document.querySelectorAll('#deliveries .row')].map((row) => [...row.children].map((cell) => {
        const right = getComputedStyle(cell).textAlign === 'right';
        const box = cell.getBoundingClientRect();
        return Math.round(right ? box.right : box.left);
      }))`,
      );
      expect(lefts).toHaveLength(4);
      for (const row of lefts) expect(row).toEqual(lefts[0]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
  );

  it('has room for the example of its own filter, and its counts follow the filter', async () => {
    const receiver = await startInspected(ROUTES);
    const { page } = current;
    await deliver(receiver, github);
    await deliver(receiver, github, { secret: `${SECRET}!` });
    await deliver(receiver, telehealth, { secret: `${SECRET}!` });
    const filter = page.getByRole('searchbox', { name: 'Filter deliveries' });
    for (const width of [1280, 961, 390]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(receiver.inspector.url);
      const example = await filter.getAttribute('placeholder');
      await filter.fill(String(example));
      expect(await filter.evaluate((input) => input.scrollWidth <= input.clientWidth)).toBe(true);
      await filter.fill('');
    }
    await filter.fill('github');
    expect(await page.locator('#outcomes button').allTextContents()).toEqual([
      'All2',
      'Accepted1',
      'Refused1',
      'Failed0',
    ]);
    await page.getByRole('button', { name: /^Refused/ }).click();
    expect(await rows().count()).toBe(1);
    expect(await page.locator('#outcomes button').allTextContents()).toEqual([
      'All2',
      'Accepted1',
      'Refused1',
      'Failed0',
    ]);
  });

  it('goes by Home, End, PageUp, PageDown, j and k, and leaves the letters to those who type', async () => {
    const receiver = await startInspected(ROUTES, { maxDeliveries: 1000 });
    const { page } = current;
    for (let n = 0; n < 60; n += 1) await deliver(receiver, github, { body: `{"n":${n}}` });
    await page.goto(receiver.inspector.url);
    await rows().first().waitFor();
    const press = async (key: string): Promise<string | null> => {
      await page.keyboard.press(key);
      return selected();
    };
    expect(await press('End')).toBe('delivery-1');
    expect(await page.locator('#delivery-1').isVisible()).toBe(true);
    expect(await press('k')).toBe('delivery-2');
    expect(await press('Home')).toBe('delivery-60');
    expect(await press('j')).toBe('delivery-59');
    const down = Number((await press('PageDown'))?.split('-')[1]);
    expect(down).toBeLessThan(50);
    expect(await press('PageUp')).toBe('delivery-59');
    expect(await press('PageUp')).toBe('delivery-60');
    // While one is read, a letter leads to the next, and the page keys scroll.
    await page.locator('.delivery-head').waitFor();
    await page.keyboard.press('Enter');
    expect(await press('j')).toBe('delivery-59');
    expect(await page.evaluate('document.activeElement.id')).toBe('detail');
    expect(await press('PageDown')).toBe('delivery-59');
    await page.keyboard.press('/');
    await page.keyboard.type('jk');
    expect(await page.getByRole('searchbox', { name: 'Filter deliveries' }).inputValue()).toBe('jk');
  });

  it('selects the delivery that a replay has become', async () => {
    const receiver = await startInspected(ROUTES);
    const { page } = current;
    await deliver(receiver, github, { event: 'push' });
    await deliver(receiver, telehealth);
    await open(receiver, 1);
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.locator('#delivery-3[aria-selected="true"]').waitFor();
    await page.locator('.delivery-head[data-outcome="duplicate"]').waitFor();
    expect(page.url()).toMatch(/#\/deliveries\/3$/);
    expect(await selected()).toBe('delivery-3');
  });
});

describeInChromium('a body', () => {
  const BODY = '{"id":"c1","none":null,"list":[{"a":1.0},{"a":2}],"empty":{},"text":"a [1] b"}';

  it('has colours, folds, and is as it was written when it is copied', async () => {
    const receiver = await startInspected(ROUTES);
    const { page } = current;
    await deliver(receiver, github, { body: BODY });
    await open(receiver, 1);
    const pre = page.locator('.body pre').first();
    await pre.waitFor();
    for (const [kind, text] of [
      ['key', '"id"'],
      ['string', '"c1"'],
      ['word', 'null'],
      ['number', '1.0'],
    ] as const) {
      expect(await pre.locator(`.${kind}`).first().textContent()).toBe(text);
    }
    const whole = await pre.textContent();
    const lines = pre.locator('.line:visible');
    expect(await lines.count()).toBe(14);
    const fold = pre.getByRole('button', { name: 'Lines inside line 4' });
    await fold.click();
    expect(await fold.getAttribute('aria-expanded')).toBe('false');
    expect(await lines.count()).toBe(8);
    await pre.getByRole('button', { name: 'Lines inside line 1' }).click();
    expect(await lines.count()).toBe(2);
    expect(await pre.textContent()).toBe(whole);
    await pre.getByRole('button', { name: 'Lines inside line 1' }).click();
    // What was folded inside is folded still.
    expect(await lines.count()).toBe(8);
    await page.locator('.body-part').first().getByRole('button', { name: 'Copy' }).click();
    await page.getByText('The body copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(BODY);
  });

  it('is searched, folded parts and characters of expressions too', async () => {
    const receiver = await startInspected(ROUTES);
    const { page } = current;
    await deliver(receiver, github, { body: BODY });
    await open(receiver, 1);
    const part = page.locator('.body-part').first();
    const find = part.getByRole('searchbox', { name: 'Find in the body' });
    const count = part.locator('.found-count');
    await find.fill('"A"');
    expect(await count.textContent()).toBe('1 of 2');
    await find.press('Enter');
    expect(await count.textContent()).toBe('2 of 2');
    await find.press('Enter');
    await find.press('Shift+Enter');
    expect(await count.textContent()).toBe('2 of 2');
    expect(await page.evaluate(`[...CSS.highlights.get('found-now')].map(String)`)).toEqual(['"a"']);
    await find.fill('[1]');
    expect(await count.textContent()).toBe('1 of 1');
    await find.fill('not there');
    expect(await count.textContent()).toBe('none');
    await part.getByRole('button', { name: 'Lines inside line 4' }).click();
    await find.fill('2');
    expect(
      await part.getByRole('button', { name: 'Lines inside line 4' }).getAttribute('aria-expanded'),
    ).toBe('true');
    await find.press('Escape');
    expect([await find.inputValue(), await count.textContent()]).toEqual(['', '']);
  });
});

describeInChromium('the choices of a user', () => {
  it('are kept: less motion, and the colours of the system', async () => {
    const receiver = await startInspected(ROUTES);
    const { page } = current;
    await deliver(receiver, github, { body: '{"a":1}', sent: '{"a": 1}' });
    await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
    await open(receiver, 1);
    await page.locator('.diff').waitFor();
    const motions: string[] = await page.evaluate(
      `[...document.querySelectorAll('*')].map((e) => getComputedStyle(e)).flatMap((s) => [s.transitionDuration, s.animationName])`,
    );
    expect(motions.filter((motion) => !['0s', 'none'].includes(motion))).toEqual([]);
    // With one ground for all, a border, a line or a decoration tells.
    const style = (selector: string, name: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}'))['${name}']`);
    expect(await style('#list .row[aria-selected="true"]', 'outlineStyle')).toBe('solid');
    expect(await style('.status', 'borderStyle')).toBe('solid');
    expect(await style('.diff pre ins', 'textDecorationLine')).toBe('underline');
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('have no view of which axe reports anything: %s, %i pixels', async (colorScheme, width) => {
    const receiver = await startInspected(ROUTES);
    const { page } = current;
    await deliver(receiver, github, { event: 'push', body: '{"a":[{"b":1}],"c":null}' });
    await deliver(receiver, github, { event: 'push', body: '{"a":1,"b":2}', sent: '{"a": 1, "b":2}' });
    await deliver(receiver, fastcomments, { method: 'PUT' });
    await deliver(receiver, github, { event: 'push', body: '{"a":[{"b":1}],"c":null}' });
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    for (const hash of [
      '#/',
      '#/deliveries/1',
      '#/deliveries/2',
      '#/deliveries/3',
      '#/deliveries/4',
      '#/send',
      '#/events',
    ]) {
      await page.goto('about:blank');
      await page.goto(receiver.inspector.url + hash);
      await page.locator('.row:visible, .steps:visible, .card:visible').first().waitFor();
      if (hash.includes('deliveries')) await page.locator('.steps').waitFor();
      expect([hash, await listAxeFaults(page)]).toEqual([hash, []]);
    }
  });
});

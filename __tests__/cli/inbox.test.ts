import { main } from '../../src/cli/main';
import { eventually } from '../helpers/http';
import { DRIVER, makeStored, numberIn, openInbox } from '../helpers/inbox';
import { recordedIo } from '../helpers/io';

async function run(words: string, more: object = {}): Promise<{ code: number; out: string; err: string }> {
  const io = recordedIo(more);
  const code = await main(['inbox', ...words.split(' ')], io);
  return { code, out: io.out.join('\n'), err: io.err.join('\n') };
}

async function filled() {
  const handled: unknown[] = [];
  let broken = true;
  const inbox = openInbox({ retry: { attempts: 1 } });
  inbox.work('r', (webhook) => {
    if (broken && String(numberIn(webhook)).startsWith('bad')) throw new Error('no such table');
    handled.push(numberIn(webhook));
  });
  for (const name of ['bad1', 'bad2', 'good']) await inbox.put(makeStored(name));
  await inbox.put(makeStored('idle', { route: 'nothing works this' }));
  await eventually(async () => {
    const { done, dead } = await inbox.view.counts();
    return done + dead === 3;
  });
  const at = `--file ${inbox.file} --driver ${DRIVER}`;
  return { inbox, handled, at, repair: () => (broken = false) };
}

describe('hooklatch inbox', () => {
  it('lists and shows what a running app has stored; bodies on request only', async () => {
    const { at } = await filled();
    const list = await run(`list ${at} --state dead --after 1d`);
    expect(list.code).toBe(0);
    expect(list.out).toMatch(/waiting 1 {2}running 0 {2}behind 0 {2}done 1 {2}dead 2\n/);
    expect(list.out).toMatch(/ 2 {2}\S+ {2}dead {5}1x {2}r {2}push {2}no such table/);
    expect(list.out).not.toContain('good');
    const json = await run(`list ${at} --limit 1 --json`);
    expect(JSON.parse(json.out)).toMatchObject({ counts: { dead: 2 }, deliveries: [{ id: '4' }] });
    expect((await run(`show 1 ${at}`)).out).not.toContain('{"n"');
    expect((await run(`show 1 ${at} --body`)).out).toContain('{"n":"bad1"}');
    expect(JSON.parse((await run(`show 1 ${at} --json --body`)).out)).toMatchObject({
      id: '1',
      body: '{"n":"bad1"}',
    });
    expect(await run(`show 99 ${at}`)).toMatchObject({ code: 1, err: 'there is no delivery 99' });
  });

  it('lists unless it is told otherwise, and what names no event', async () => {
    const inbox = openInbox({ work: false });
    const stored = makeStored(1);
    await inbox.put({ ...stored, meta: { ...stored.meta, event: undefined } });
    const io = recordedIo();
    expect(await main(['inbox', '--file', inbox.file, '--driver', DRIVER], io)).toBe(0);
    expect(io.out.at(-1)).toMatch(/waiting {2}0x {2}r {2}-$/);
    expect(await main(['inbox', 'list', '--file', inbox.file], recordedIo())).toBe(
      DRIVER === 'node:sqlite' ? 0 : 2,
    );
  });

  it('says how long the oldest has waited', async () => {
    const inbox = openInbox({ work: false });
    const words = `list --file ${inbox.file} --driver ${DRIVER}`;
    expect((await run(words)).out).not.toContain('oldest');
    await inbox.put(makeStored(1, { receivedAt: Date.now() - 3 * 3_600_000 - 1000 }));
    expect((await run(words)).out).toContain('came 3h ago');
    await inbox.put(makeStored(2, { receivedAt: Date.now() - 12_000 }));
    await run(`discard 1 --file ${inbox.file} --driver ${DRIVER}`);
    expect((await run(words)).out).toMatch(/came 1[2-9]s ago/);
  });

  it('retries after a repair all that is dead, each once', async () => {
    const { inbox, at, repair, handled } = await filled();
    repair();
    expect(await run(`retry --all --state dead --after 1d ${at}`)).toMatchObject({
      code: 0,
      out: '2 of 2 handled now',
    });
    await eventually(async () => (await inbox.view.counts()).done === 3);
    expect(handled).toEqual(['good', 'bad1', 'bad2']);
    expect(await run(`retry --all ${at} --json`)).toMatchObject({ code: 1, out: '{"retry":0,"of":0}' });
  });

  it('asks before a replay and a purge, and says what was erased and cannot come back', async () => {
    const { at, inbox } = await filled();
    const prompt = (answer: string) => ({ prompt: () => Promise.resolve(answer) });
    expect((await run(`replay 3 ${at}`, prompt('n'))).code).toBe(1);
    expect((await run(`replay 3 ${at}`, prompt(' yes '))).out).toBe('1 of 1 handled again');
    await eventually(async () => (await inbox.view.counts()).done === 1);
    expect(await run(`replay 3 ${at}`)).toMatchObject({ code: 2, err: expect.stringMatching(/needs --yes/) });
    expect((await run(`purge ${at}`, prompt('no'))).code).toBe(1);
    expect((await run(`purge ${at} --state done --yes`)).out).toBe('1 erased');
    expect(await run(`purge ${at} --state done --yes --json`)).toMatchObject({ code: 1, out: '{"purge":0}' });
    expect((await run(`replay 3 --yes ${at}`)).out).toMatch(
      /^0 of 1 handled again; a body that was erased cannot/,
    );
    expect((await run(`show 3 --body ${at}`)).out).toContain('(the body was erased)');
    expect(JSON.parse((await run(`show 3 --body --json ${at}`)).out)).toMatchObject({ body: null });
  });

  it('discards what waits', async () => {
    const { at, inbox } = await filled();
    expect((await run(`discard 4 1 ${at}`)).out).toBe('1 of 2 discarded; only what waits can be discarded');
    expect((await inbox.view.list({ state: 'dead' }, 1))[0]).toMatchObject({ id: '4', error: 'discarded' });
  });

  it('shows how far it is with many', async () => {
    const inbox = openInbox({ work: false });
    await Promise.all(Array.from({ length: 1001 }, (_, n) => inbox.put(makeStored(n))));
    const at = `--file ${inbox.file} --driver ${DRIVER}`;
    expect(await run(`discard --all ${at}`)).toMatchObject({
      out: '1001 of 1001 discarded',
      err: '1000 of 1001',
    });
  });

  it('opens what is sealed with the keys of a variable, and prints none of them', async () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const inbox = openInbox({ work: false, seal: { keys: [{ id: 'a', key }] } });
    await inbox.put(makeStored(1));
    const words = `show 1 --body --seal-env KEYS --file ${inbox.file} --driver ${DRIVER}`;
    expect((await run(words, { env: { KEYS: `a:${key}` } })).out).toContain('{"n":1}');
    const wrong = await run(words, { env: { KEYS: `a:${key.slice(4)}` } });
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/the key "a" must be 32 bytes/) });
    expect((await run(words, { env: {} })).code).toBe(2);
  });

  it.each([
    ['lists --file x', /has no action "lists" – did you mean|has no action "lists".*list/],
    ['show', /needs --file/],
    ['show --file F', /show needs an id/],
    ['retry --file F', /needs ids, or --all with filters/],
    ['retry x1 --file F', /"x1" is no id of a delivery/],
    ['purge 1 --file F', /purge takes filters and no ids/],
    ['list --file F --state deed', /--state must be one of waiting/],
    ['list --file F --after yesterday', /--after must be a span/],
    ['list --file F --limit 0', /--limit must be a number/],
    ['list --file F --driver nope', /cannot be loaded/],
  ])('refuses the words "%s"', async (words, message) => {
    const { file } = openInbox({ work: false });
    const given = words.includes('--driver') ? words : `${words} --driver ${DRIVER}`;
    const { code, err } = await run(given.replace(' F', ` ${file}`));
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });
});

import request from 'supertest';
import { sign, stripe } from 'hooklatch';
import { makeApp } from '../../examples/inbox';
import { main } from '../../src/cli/main';
import { eventually, SECRET } from '../helpers/http';
import { DRIVER, newFile } from '../helpers/inbox';
import { recordedIo } from '../helpers/io';
import { runSnippet } from '../helpers/run-snippet';
import { blocksOf, readPage } from '../helpers/snippets';

const { env } = process;
beforeEach(() => {
  process.env = { ...env, SQLITE_DRIVER: DRIVER, STRIPE_SECRET: SECRET };
});
afterEach(() => (process.env = env));

describe('docs/guides/inbox.md', () => {
  it('has an app that handles what its command sends, and a command that lists it', async () => {
    const logged: unknown[][] = [];
    jest.spyOn(console, 'log').mockImplementation((...words) => void logged.push(words));
    const once = jest.spyOn(process, 'once');
    const page = readPage('docs/guides/inbox.md');
    const file = newFile();
    const [app = ''] = blocksOf(page, 'ts');
    const { exports, port } = await runSnippet(`${app.replaceAll('webhooks.db', file)}\nexport { inbox };`);
    const [send = '', list = ''] = page.match(/^npx hooklatch (?:send|inbox list) .*$/gm)!;
    const words = (line: string): string[] =>
      line
        .replaceAll('localhost:3000', `127.0.0.1:${port}`)
        .replaceAll('webhooks.db', file)
        .split(' ')
        .slice(2);
    expect(await main(words(send), recordedIo({ env: process.env }))).toBe(0);
    await eventually(() => logged.length === 1);
    expect(logged[0]![0]).toBe(1);
    const io = recordedIo();
    expect(await main([...words(list), '--driver', DRIVER], io)).toBe(0);
    await (exports.inbox as { close(): Promise<void> }).close();
    for (const [signal, listener] of once.mock.calls) process.off(signal, listener);
  });
});

describe('examples/inbox.ts', () => {
  it('answers when a delivery is stored, books it, and books it again where that fails', async () => {
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const calls: unknown[] = [];
    const { app, close } = makeApp(
      newFile(),
      async (key, payload) => void calls.push([key.length, payload]),
      DRIVER,
    );
    const payload = { id: 'evt_1', type: 'invoice.paid', data: { object: { customer: 'c' } } };
    for (const body of [payload, { ...payload, id: 'evt_2', type: 'invoice.voided', data: undefined }]) {
      const text = JSON.stringify(body);
      const headers = sign(stripe, { secret: SECRET }, { body: Buffer.from(text) });
      const sent = request(app).post('/webhooks/stripe').set('Content-Type', 'application/json').set(headers);
      expect((await sent.send(text)).status).toBe(200);
    }
    await eventually(() => calls.length === 1);
    expect(calls).toEqual([[43, payload]]);
    await close();
  });
});

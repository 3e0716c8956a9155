import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type * as NodeUtil from 'node:util';
import { fastcomments } from 'hooklatch';
import { freshCopy, NOW, SECRET, send, signed, start, warnings } from '../helpers/http';

// One refused and one accepted delivery, in a process whose NODE_DEBUG Node itself reads.
const PROGRAM = `
  const express = require('express');
  const { fastcomments, sign, webhookGuard } = require('hooklatch');
  const app = express();
  const secret = ${JSON.stringify(SECRET)};
  app.use(webhookGuard({ provider: fastcomments, secret }), (req, res) => res.json({}));
  const server = app.listen(0, '127.0.0.1', async () => {
    const url = 'http://127.0.0.1:' + server.address().port;
    const body = '{}';
    await fetch(url, { method: 'PUT', body });
    const headers = sign(fastcomments, { secret }, { body: Buffer.from(body) });
    await fetch(url, { method: 'PUT', headers, body });
    setTimeout(() => { server.closeAllConnections(); server.close(); }, 50);
  });
`;

function run(env: Record<string, string>): string {
  const register = join(__dirname, '../helpers/register-ts.js');
  const { status, stderr } = spawnSync(process.execPath, ['-r', register, '-e', PROGRAM], {
    encoding: 'utf8',
    env: { ...process.env, NODE_DEBUG: '', ...env },
  });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return stderr;
}

describe('NODE_DEBUG=hooklatch', () => {
  it('prints every decision', () => {
    const text = run({ NODE_DEBUG: 'hooklatch' });
    const decisions = text
      .split('\n')
      .filter((line) => line.startsWith('HOOKLATCH '))
      .map((line) => JSON.parse(line.replace(/^HOOKLATCH \d+: /, '')) as object);
    expect(decisions).toMatchObject([
      { outcome: 'refused', code: 'ERR_WEBHOOK_HEADER', status: 401 },
      { outcome: 'accepted', code: null, status: 200 },
    ]);
    expect(text).not.toContain(SECRET);
  });

  it('is what the hint of a process without it tells of, as a warning of Node', () => {
    const text = run({});
    expect(text).toMatch(/HooklatchWarning: a webhook was refused\..*NODE_DEBUG=hooklatch/);
    expect(text).not.toContain('HOOKLATCH');
  });

  it('changes no answer, and does without the option "onDecision"', async () => {
    const debug = Object.assign(jest.fn(), { enabled: true });
    jest.doMock('node:util', () => ({
      ...jest.requireActual<typeof NodeUtil>('node:util'),
      debuglog: () => debug,
    }));
    const fresh = freshCopy();
    jest.dontMock('node:util');
    const { port } = await start((app) => {
      const options = { provider: fresh.fastcomments, secret: SECRET, clock: () => NOW };
      app.use(fresh.webhookGuard(options), (_req, res) => void res.json({}));
    });
    const headers = signed(fastcomments, '{}');
    expect((await send(port, { method: 'PUT', headers, body: '{}' })).status).toBe(200);
    expect((await send(port, { method: 'PUT', body: '{}' })).status).toBe(401);
    expect((await send(port, { method: 'PUT', body: '{}' })).status).toBe(401);
    expect(debug.mock.calls).toMatchObject([
      ['%j', { outcome: 'accepted' }],
      ['%j', { outcome: 'refused' }],
      ['%j', { outcome: 'refused' }],
    ]);
    expect(warnings).toEqual([expect.stringContaining('This hint appears once')]);
    expect(jest.spyOn(process, 'emitWarning').mock.calls[0]![1]).toBe('HooklatchWarning');
  });
});

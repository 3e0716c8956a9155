import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { github, sign } from 'hooklatch';
import { startTs } from '../helpers/run-ts';

const SECRET = 'a secret for tests, long enough';
const BODY = Buffer.from('{"ref":"refs/heads/main"}');

const folder = mkdtempSync(join(tmpdir(), 'hooklatch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a child has printed, and a wait for more of it. */
function outputOf(child: ChildProcessWithoutNullStreams) {
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  return async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(text);
      if (found !== null) return found;
      await once(child.stdout, 'data');
    }
  };
}

function post(url: string): Promise<Response> {
  const headers = sign(github, { secret: SECRET, event: 'push', id: 'delivery-1' }, { body: BODY });
  return fetch(url, { method: 'POST', headers, body: new Uint8Array(BODY) });
}

describe('examples/receiver, when it is asked to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'answers the delivery in flight, writes its decision, and exits at %s',
    async (signal) => {
      const file = join(folder, `${signal}.jsonl`);
      const env = { PORT: '0', GITHUB_SECRET: SECRET, AUDIT_FILE: file, HANDLER_MS: '1500' };
      const child = startTs('examples/receiver/main.ts', [], env);
      const exit = once(child, 'exit');
      const printed = outputOf(child);
      const [, port = ''] = await printed(/localhost:(\d+)/);
      const url = `http://127.0.0.1:${port}/webhooks/github`;

      const answer = post(url);
      await printed(/handling github push/);
      child.kill(signal);
      await printed(/shutting down/);
      await expect(post(url)).rejects.toThrow('fetch failed');

      expect((await answer).status).toBe(200);
      expect(await exit).toEqual([0, null]);
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({ outcome: 'accepted', status: 200, event: 'push', id: 'delivery-1' }),
      ]);
      expect(lines.join()).not.toContain(SECRET);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    },
    60_000,
  );

  it('does not start where the audit file cannot be opened', async () => {
    const file = join(folder, 'no', 'such', 'folder');
    const child = startTs('examples/receiver/main.ts', [], { PORT: '0', AUDIT_FILE: file });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(errors).toContain('ENOENT');
  }, 60_000);
});

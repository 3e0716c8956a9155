import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { execFile } from 'node:child_process';
import { fastcomments, hubspotV3, sign, telehealth } from 'hooklatch';
import { UsageError } from '../../src/cli/io';
import { main } from '../../src/cli/main';
import { promptHidden } from '../../src/cli/prompt';
import { parseRawRequest } from '../../src/cli/raw-request';
import { recordedIo } from '../helpers/io';
import { start } from '../helpers/http';

const SECRET = 'a-secret-of-thirty-two-characters';
const NOW = 1_767_225_600_000;
const BODY = '{"id":1,\r\n "text":"Zoë"}';
const folder = mkdtempSync(join(tmpdir(), 'hooklatch-'));
const env = { SECRET, OTHER: 'another-secret-of-thirty-two-chars', BLANK: ' ' };

const headersOf = (body: string | Buffer): Record<string, string> =>
  sign(fastcomments, { secret: SECRET, now: NOW }, { body: Buffer.from(body as string) });

function raw(body: string | Buffer = BODY, more: readonly string[] = [], end = '\r\n'): Buffer {
  const fields = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}`);
  const head = ['PUT /hook HTTP/1.1', 'Host: example.org', ...fields, ...more, '', ''].join(end);
  return Buffer.concat([Buffer.from(head), Buffer.from(body as string)]);
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], settings: Parameters<typeof recordedIo>[0] = {}): Promise<Ran> {
  const io = recordedIo({ env, ...settings });
  const code = await main(args, io);
  return { code, out: io.out.join('\n'), err: io.err.join('\n') };
}

const WITH = ['--secret-env', 'SECRET', '--now', String(NOW)];
const verify = (stdin: string | Buffer, ...args: string[]): Promise<Ran> =>
  run(['verify', 'fastcomments', ...args, ...WITH], { stdin });

describe('hooklatch verify', () => {
  it('verifies a raw request, with CRLF or LF, from a file or standard input', async () => {
    expect(await verify(raw())).toMatchObject({ code: 0, out: expect.stringContaining('verified') });
    expect((await verify(raw(BODY, [], '\n'))).code).toBe(0);
    expect((await verify('', file('request.http', raw()))).code).toBe(0);
    expect((await verify(raw(), '-')).code).toBe(0);
    expect((await verify(Buffer.concat([Buffer.from('\r\n'), raw()]))).code).toBe(0);
  });

  it('keeps every byte of the body', async () => {
    const bytes = Buffer.from([0xff, 0, 13, 10, 0x80]);
    expect((await verify(raw(bytes))).code).toBe(0);
    expect((await verify(Buffer.concat([raw(), Buffer.from('\n')]))).code).toBe(1);
  });

  it('honours Content-Length where it fits, so that an editor may add a line break', async () => {
    const length = `Content-Length: ${Buffer.byteLength(BODY)}`;
    expect((await verify(Buffer.concat([raw(BODY, [length]), Buffer.from('\n')]))).code).toBe(0);
    expect((await verify(raw(BODY, ['Content-Length: 9999']))).code).toBe(0);
    // More than a line break is no work of an editor.
    expect((await verify(Buffer.concat([raw(BODY, [length]), Buffer.from('x')]))).code).toBe(1);
  });

  it('decodes chunks', async () => {
    const bytes = Buffer.from(BODY);
    const chunked = `5;x=y\r\n${BODY.slice(0, 5)}\r\n${(bytes.length - 5).toString(16)}\r\n${BODY.slice(5)}\r\n0\r\n\r\n`;
    const request = raw(BODY, ['Transfer-Encoding: chunked']).toString();
    expect((await verify(request.replace(BODY, chunked))).code).toBe(0);
    expect((await verify(request)).code).toBe(0);
    expect(await verify(request.replace(BODY, chunked.replace('\r\n0\r\n', 'x\r\n0\r\n')))).toMatchObject({
      code: 2,
      err: expect.stringContaining('the chunked body is damaged'),
    });
    expect((await verify(request.replace(BODY, '5\r\nabcde\r\nzzz'))).err).toContain(
      'damaged at its byte 10',
    );
  });

  it('reads folded lines, repeated headers and a request without a body', () => {
    const { headers, rawHeaders, method, url, body } = parseRawRequest(
      Buffer.from('post /a?b HTTP/2\nA: 1\nB: 2\n more\nA: 3'),
    );
    expect({ method, url, headers: { ...headers }, body: body.length }).toEqual({
      method: 'POST',
      url: '/a?b',
      headers: { a: '1, 3', b: '2 more' },
      body: 0,
    });
    expect(rawHeaders).toEqual(['A', '1', 'B', '2 more', 'A', '3']);
  });

  it.each([
    ['', 'the input is empty'],
    ['hello', 'no HTTP request'],
    ['[1]', 'no HTTP request'],
    ['\n\n', 'no HTTP request'],
    ['POST / HTTP/1.1\nno header\n\n', 'line 2 of the request is no header'],
    ['POST / HTTP/1.1\n folded first\n\n', 'line 2 of the request is no header'],
  ])('exits with 2 for %j', async (stdin, message) => {
    expect(await verify(stdin)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
    if (stdin !== '') expect(() => parseRawRequest(Buffer.from(stdin))).toThrow(UsageError);
  });

  it('prints what it has found, also as JSON', async () => {
    const { out } = await run(['verify', 'fastcomments', '--json', ...WITH], { stdin: raw() });
    expect(JSON.parse(out)).toEqual({
      verified: true,
      provider: 'fastcomments',
      event: null,
      id: null,
      timestamp: '2026-01-01T00:00:00.000Z',
      secretId: 'SECRET',
      bytes: Buffer.byteLength(BODY),
      trusted: { event: false, id: false },
    });
    const wrong = ['verify', 'fastcomments', '--json', '--secret-env', 'OTHER', '--now', String(NOW)];
    expect(JSON.parse((await run(wrong, { stdin: raw() })).out)).toMatchObject({
      verified: false,
      code: 'ERR_WEBHOOK_SIGNATURE',
    });
    const body = Buffer.from('{"event":"x"}');
    const fields = Object.entries(sign(telehealth, { secret: SECRET }, { body }));
    const request = `POST / HTTP/1.1\n${fields.map((field) => field.join(': ')).join('\n')}\n\n${body.toString()}`;
    const { out: text } = await run(['verify', 'telehealth', '--secret-env', 'SECRET'], { stdin: request });
    expect(text).toMatch(/event {6}x\n.*\n {2}timestamp {2}-/);
  });

  it('has colours on a terminal only', async () => {
    const args = ['verify', 'fastcomments', ...WITH];
    expect((await run(args, { stdin: raw() })).out).not.toContain('\u001b[');
    expect((await run(args, { stdin: raw(), isTerminal: true })).out).toContain('\u001b[');
  });

  it('takes a time, a window and an address', async () => {
    const at = async (...args: string[]): Promise<number> =>
      (await run(['verify', 'fastcomments', '--secret-env', 'SECRET', ...args], { stdin: raw() })).code;
    expect(await at('--now', '2026-01-01T00:04:00Z')).toBe(0);
    expect(await at('--now', '2026-01-01T00:06:00Z')).toBe(1);
    expect(await at('--now', '2026-01-01T00:06:00Z', '--tolerance', '600')).toBe(0);
    expect(await at()).toBe(1);
    expect(await at('--now', 'yesterday')).toBe(2);
    expect(await at('--now', '2026-99-01')).toBe(2);
    expect(await at('--tolerance', 'x')).toBe(2);
    const body = Buffer.from('{}');
    const publicUrl = 'https://example.org/hook';
    const signed = sign(hubspotV3, { secret: SECRET, now: NOW, publicUrl }, { body, method: 'POST' });
    const request = `POST /hook HTTP/1.1\n${Object.entries(signed)
      .map((field) => field.join(': '))
      .join('\n')}\n\n{}`;
    const args = ['verify', 'hubspot-v3', ...WITH];
    expect((await run([...args, '--public-url', publicUrl], { stdin: request })).code).toBe(0);
    expect(await run(args, { stdin: request })).toMatchObject({
      code: 2,
      err: expect.stringContaining('publicUrl'),
    });
  });

  it('takes secrets from files and several places, and never shows one', async () => {
    const secretFile = file('good.secret', `${SECRET}\n`);
    const args = [
      'verify',
      'fastcomments',
      '--now',
      String(NOW),
      '--secret-env',
      'OTHER',
      '--secret-file',
      secretFile,
    ];
    const { code, out } = await run(args, { stdin: raw() });
    expect([code, out]).toEqual([0, expect.stringContaining('good.secret')]);
    expect(out).not.toContain(SECRET);
  });

  it('asks for the secret at a terminal', async () => {
    const args = ['verify', 'fastcomments', '--now', String(NOW)];
    const asked: string[] = [];
    const prompt = async (question: string): Promise<string> => {
      asked.push(question);
      return SECRET;
    };
    expect((await run(args, { stdin: raw(), prompt })).code).toBe(0);
    expect(asked).toEqual(['Secret (not shown): ']);
    expect((await run(args, { stdin: raw(), prompt: async () => '' })).err).toContain('no secret was given');
    expect((await run(args, { stdin: raw() })).err).toContain('needs --secret-env or --secret-file');
  });

  it.each([
    [[], 'needs a provider; the providers are'],
    [['nobody'], 'needs a provider; the providers are'],
    [['github', 'a', 'b'], 'at most one file'],
    [['github', '--secret', 'x'], "Unknown option '--secret'"],
    [['github', '/no/such', ...WITH], 'cannot read the file /no/such: ENOENT'],
    [['github', 'x', '--har', 'y', ...WITH], 'not both'],
    [['github', '--secret-env', 'UNSET'], 'UNSET is not set'],
    [['github', '--secret-env', 'BLANK'], 'BLANK is not set'],
    [['github', '--secret-file', '/no/such'], 'cannot read --secret-file'],
    [['github', '--entry', '2', ...WITH], '--entry is for an HTTP archive'],
  ])('exits with 2 and says why: %j', async (args, message) => {
    const { code, err } = await run(['verify', ...args], { stdin: raw() });
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('exits with 2 for an empty file of a secret', async () => {
    const args = ['verify', 'github', '--secret-file', file('empty.secret', '\n')];
    expect((await run(args, { stdin: raw() })).err).toContain('is empty');
  });
});

describe('an HTTP archive', () => {
  const entry = (request: object): object => ({ request });
  const fields = Object.entries(headersOf(BODY)).map(([name, value]) => ({ name, value }));
  const good = {
    method: 'PUT',
    url: 'https://example.org/hook',
    headers: [{ name: ':authority', value: 'x' }, ...fields],
    postData: { mimeType: 'application/json', text: BODY },
  };
  const har = (...requests: object[]): string => JSON.stringify({ log: { entries: requests.map(entry) } });

  it('is read where it is named, or known by its form', async () => {
    expect((await verify('', '--har', file('one.har', har(good)))).code).toBe(0);
    expect((await verify(`\ufeff${har(good)}`)).code).toBe(0);
    expect((await verify(har({}, good), '--entry', '2')).code).toBe(0);
    const base64 = { text: Buffer.from(BODY).toString('base64'), encoding: 'base64' };
    expect((await verify(har({ ...good, postData: base64 }))).code).toBe(0);
    expect((await verify(har({ ...good, postData: undefined }))).code).toBe(1);
  });

  it.each([
    [har(good, good), [], 'has 2 entries: choose one with --entry'],
    [har(good), ['--entry', '2'], 'a number from 1 to 1'],
    [har(good), ['--entry', 'x'], 'a number from 1 to 1'],
    [har(), [], 'has no entries'],
    [har({ headers: 1 }), [], 'must have "method" and "url"'],
    ['{"log":{"entries":[1]}}', [], 'a number from 1 to 1'],
  ])('exits with 2: %s %j', async (stdin, args, message) => {
    expect(await verify(stdin, ...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });

  it('exits with 2 where a named one is none', async () => {
    expect((await verify('', '--har', file('no.har', 'x'))).err).toContain('has no entries');
    expect((await verify('', '--har', '/no/such')).err).toContain('cannot read --har');
  });
});

describe('an export of the live page', () => {
  const headers = headersOf(BODY);
  const bodyBase64 = Buffer.from(BODY).toString('base64');

  it('is read with headers or raw headers', async () => {
    const base = { method: 'PUT', url: '/hook', bodyBase64 };
    expect((await verify(JSON.stringify({ ...base, headers }))).code).toBe(0);
    expect((await verify(JSON.stringify({ ...base, rawHeaders: Object.entries(headers).flat() }))).code).toBe(
      0,
    );
    const twice = { ...headers, 'X-FastComments-Timestamp': ['1', '2'], odd: 1 };
    expect((await verify(JSON.stringify({ ...base, headers: twice }))).code).toBe(1);
    const empty = { method: 'DELETE', url: '/', headers: headersOf(''), bodyBase64: '' };
    expect((await verify(JSON.stringify(empty))).code).toBe(0);
  });

  it.each([
    [{}, '"bodyBase64"'],
    [{ bodyBase64: '!' }, '"bodyBase64"'],
    [{ bodyBase64: '' }, '"headers" or "rawHeaders"'],
    [{ bodyBase64: '', headers: {} }, '"method" and "url"'],
    [{ bodyBase64: '', rawHeaders: [1], headers: [] }, '"headers" or "rawHeaders"'],
  ])('exits with 2: %j', async (value, message) => {
    expect(await verify(JSON.stringify(value))).toMatchObject({
      code: 2,
      err: expect.stringContaining(message),
    });
  });
});

describe('hooklatch diagnose', () => {
  const diagnose = (stdin: string | Buffer, ...args: string[]): Promise<Ran> =>
    run(['diagnose', 'fastcomments', ...WITH, ...args], { stdin });

  it('says why, and what to do', async () => {
    const { code, out } = await diagnose(Buffer.concat([raw(), Buffer.from('\n')]));
    expect(code).toBe(1);
    expect(out).toMatch(
      /^not verified: fastcomments, PUT, 26 bytes\n\nbody-newline \(certain\)\n {2}seen {2}/,
    );
    expect(out).toMatch(/\n {2}why {3}Proved: .*\n {2}fix {3}/);
    expect(await diagnose(raw())).toMatchObject({ code: 0, out: expect.stringMatching(/^verified: /) });
  });

  it('prints JSON', async () => {
    const { code, out } = await diagnose(
      raw('{}')
        .toString()
        .replace(/sha256=/, ''),
      '--json',
    );
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      verified: false,
      findings: [{ code: 'signature-prefix-missing', certainty: 'certain' }],
    });
    expect((await diagnose(raw(), '--json')).code).toBe(0);
  });
});

describe('hooklatch sign', () => {
  const body = file('body.json', BODY);

  it('prints the headers', async () => {
    const { code, out } = await run(['sign', 'fastcomments', 'create', '--body', body, ...WITH]);
    const lines = Object.entries(headersOf(BODY)).map((field) => field.join(': '));
    expect([code, out.split('\n')]).toEqual([0, lines]);
    expect((await run(['sign', 'fastcomments', '--body', '-', ...WITH], { stdin: BODY })).out).toBe(out);
  });

  it('prints JSON that verify reads', async () => {
    const { out } = await run(['sign', 'slack', '--json', '--secret-env', 'SECRET']);
    expect((await run(['verify', 'slack', '--secret-env', 'SECRET'], { stdin: out })).code).toBe(0);
    const url = 'https://example.org/x';
    const { out: other } = await run(['sign', 'square', '--json', '--url', url, '--secret-env', 'SECRET']);
    const args = ['verify', 'square', '--public-url', url, '--secret-env', 'SECRET'];
    expect((await run(args, { stdin: other })).code).toBe(0);
  });

  it.each([
    ['text with quotes', Buffer.from(`{"it's": "$HOME \\n ë"}\n`)],
    ['bytes', Buffer.from([0, 0xff, 39, 10])],
  ])('prints a curl command that sends the exact bytes: %s', async (_, bytes) => {
    let seen: { method: string; body: Buffer } | undefined;
    const { url } = await start((app) => {
      app.use((req, res) => {
        const chunks: Buffer[] = [];
        req.on('data', (chunk: Buffer) => chunks.push(chunk));
        req.on('end', () => {
          seen = { method: req.method, body: Buffer.concat(chunks) };
          res.end();
        });
      });
    });
    const path = file('exact', bytes);
    const { out } = await run([
      'sign',
      'fastcomments',
      'delete',
      '--curl',
      '--url',
      `${url}/x`,
      '--body',
      path,
      ...WITH,
    ]);
    expect(out).not.toContain(SECRET);
    await new Promise((resolve) => execFile('sh', ['-c', `${out} -s`], resolve));
    expect(seen).toEqual({ method: 'DELETE', body: bytes });
  });

  it.each([
    ['https://example.org', `'https://example.org/'`],
    ['https://example.org?a=1#b', `'https://example.org/?a=1'`],
    ['http://me:pw@example.org/[1-9]#x', `'http://me:pw@example.org/' \\\n  --request-target '/[1-9]'`],
    [
      "http://example.org/'$(touch pwned)",
      `'http://example.org/' \\\n  --request-target '/'\\''$(touch pwned)'`,
    ],
  ])('writes the address %s so that a shell and curl leave it as it is', async (url, words) => {
    const { out } = await run(['sign', 'fastcomments', '--curl', '--url', url, ...WITH]);
    expect(out).toContain(`curl -i -X 'PUT' ${words} \\\n`);
  });

  it.each([
    [[], 'needs a provider'],
    [['nobody'], 'needs a provider'],
    [['github', 'a', 'b'], 'at most one event'],
    [['github', '--curl'], 'needs --url'],
    [['github', '--url', 'x'], 'needs --url'],
    [['square', '--json', ...WITH], 'needs --url'],
    [['github', ...WITH], 'needs --body'],
    [['github', '--body', '/no/such'], 'cannot read --body'],
    [['github', '--json', '--secret-env', 'SECRET', '--secret-env', 'OTHER'], 'signs with one secret'],
    [['github', '--nonsense'], 'Unknown option'],
  ])('exits with 2 and says why: %j', async (args, message) => {
    const { code, err } = await run(['sign', ...args]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('promptHidden()', () => {
  const asked = (): { input: PassThrough; shown: string[]; answer: Promise<string> } => {
    const input = new PassThrough();
    const shown: string[] = [];
    return { input, shown, answer: promptHidden('Secret: ', input, { write: (text) => shown.push(text) }) };
  };

  it('answers with what is typed, and shows nothing of it', async () => {
    const { input, shown, answer } = asked();
    input.write('hidden text\n');
    expect(await answer).toBe('hidden text');
    expect(shown.join('')).toBe('Secret: \n');
  });

  it('is a wrong usage where the terminal goes away', async () => {
    const { input, answer } = asked();
    input.end();
    await expect(answer).rejects.toThrow('no secret was given');
  });
});

describe('the help of each command', () => {
  it.each(['sign', 'verify', 'diagnose'])('hooklatch %s --help has examples', async (name) => {
    const { code, out } = await run([name, '--help']);
    expect([code, out]).toEqual([0, expect.stringContaining(`\n  hooklatch ${name} `)]);
    expect((await run(['help'])).out).toContain(`hooklatch ${name} `);
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { showText } from '../../src/quote';
import { writeCurl, type WrittenRequest } from '../../src/inspector/curl';
import { start } from '../helpers/http';

interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly lines: readonly string[];
  readonly body: Buffer;
}

/** A server that keeps what it gets to the byte. */
async function startKeeping(): Promise<{ readonly url: string; readonly arrived: Arrived[] }> {
  const arrived: Arrived[] = [];
  const { url } = await start((app) => {
    app.use((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const lines = req.rawHeaders.flatMap((name, index, all) =>
          index % 2 === 0 && !/^(host|content-length)$/i.test(name) ? [`${name}: ${all[index + 1]}`] : [],
        );
        arrived.push({ method: req.method, url: req.originalUrl, lines, body: Buffer.concat(chunks) });
        res.end();
      });
    });
  });
  return { url, arrived };
}

const PLAIN: WrittenRequest = {
  method: 'POST',
  url: '/hooks',
  rawHeaders: ['Content-Type', 'text/plain', 'Accept', '*/*', 'User-Agent', 'sender'],
  body: Buffer.from('{}'),
};

const folder = mkdtempSync(join(tmpdir(), 'hooklatch-'));
const file = join(folder, 'id_rsa');
writeFileSync(file, 'a private key');

// A command may be longer than an argument.
const script = join(mkdtempSync(join(tmpdir(), 'hooklatch-')), 'command.sh');

/** Runs a command in a real shell, in an empty folder of its own but for the file. */
async function run(command: string, shell = 'sh'): Promise<void> {
  expect(showText(command, '\n')).toBe(command);
  writeFileSync(script, `${command} --silent --max-time 10`);
  await promisify(execFile)(shell, [script], { cwd: folder });
}

async function sent(request: Partial<WrittenRequest>, shell?: string): Promise<Arrived> {
  const { url, arrived } = await startKeeping();
  await run(writeCurl({ ...PLAIN, ...request }, url), shell);
  expect(arrived).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(['id_rsa']);
  return arrived[0]!;
}

describe('a stranger whose delivery is copied as curl', () => {
  it.each(['@id_rsa', `@${file}`, '@-', '<id_rsa', '-K id_rsa'])(
    'is not sent a file by the body %s',
    async (text) => {
      const body = Buffer.from(text);
      expect((await sent({ body })).body).toEqual(body);
    },
  );

  it.each([
    ['shell', `'; touch pwned; $(touch pwned) \`touch pwned\` "$HOME" \\`],
    ['end of the word', `'"'"'\n-o pwned\n`],
    ['terminal', '\u001b[2J\r\u009b31m\u202eevil\u200b'],
    ['tab, which a terminal completes', '{\t"a": 1}'],
    ['bytes', Buffer.from([0, 0xff, 0x27, 10, 13])],
    ['longer than an argument may be', Buffer.alloc(200_000, 'a')],
  ] as const)('runs nothing by the body: %s', async (_what, text) => {
    const body = Buffer.from(text as string);
    for (const shell of ['sh', 'bash']) expect((await sent({ body }, shell)).body).toEqual(body);
  });

  it.each([
    '/[1-3]',
    '/{a,b}',
    '/a/../../b',
    '/%2e%2e/b',
    '/a#b',
    `/'$(id>pwned)'"`,
    '//evil.example/a',
    '/@evil.example',
    '/?q=@id_rsa&x={a}',
    '*',
    '/ok?a=%20&b=1',
  ])('has one request sent, to our address, by the path %s', async (url) => {
    expect((await sent({ url })).url).toBe(url === '*' ? '*' : url);
  });

  it('cannot choose the host: a whole address is what the server is told, not where curl goes', async () => {
    const url = 'http://evil.example/hooks';
    expect((await sent({ url, rawHeaders: [...PLAIN.rawHeaders, 'Host', 'evil.example'] })).url).toBe(url);
  });

  it('is not sent a file by its headers, and each arrives as it came', async () => {
    const fields = [
      ['X-Quote', `it's $(touch pwned)`],
      ['X-At', '@id_rsa'],
      ["X'`touch_pwned`", '1'],
      ['X-Empty', ''],
      ['X-Latin', 'f\u00fcr \u009b31m'],
      ['X-UTF-8', Buffer.from('für').toString('latin1')],
    ];
    const rawHeaders = [...PLAIN.rawHeaders, ...fields.flat()];
    const { lines } = await sent({ rawHeaders });
    expect(lines).toEqual(expect.arrayContaining(fields.map((field) => field.join(': '))));
  });

  it('has no header sent that reads a file, or is two', async () => {
    const odd = ['@id_rsa', 'x', 'X-Two', '1\r\nX-Three: 2', 'Content-Length', '5', 'Expect', '100-continue'];
    const { lines } = await sent({ rawHeaders: [...PLAIN.rawHeaders, ...odd] });
    expect(lines).toEqual(['Content-Type: text/plain', 'Accept: */*', 'User-Agent: sender']);
  });

  it('has no header added that did not come', async () => {
    expect((await sent({ rawHeaders: [] })).lines).toEqual([]);
    expect((await sent({ rawHeaders: [], body: Buffer.alloc(0) })).lines).toEqual([]);
  });

  it.each(['HEAD', 'DELETE', 'GET', 'OPTIONS'])(
    'has a %s without a body sent, and an end',
    async (method) => {
      expect((await sent({ method, body: Buffer.alloc(0) })).method).toBe(method);
    },
  );

  it('runs nothing by the method', async () => {
    const { url, arrived } = await startKeeping();
    await run(writeCurl({ ...PLAIN, method: "'; touch pwned; '" }, url)).catch(() => undefined);
    expect([arrived, readdirSync(folder)]).toEqual([[], ['id_rsa']]);
  });

  it('shows a mask as it is', () => {
    const rawHeaders = ['Authorization', '••••••••'];
    expect(writeCurl({ ...PLAIN, rawHeaders }, 'http://localhost')).toContain(`-H 'Authorization: ••••••••'`);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { fastcomments, github, sign, telegram, telehealth } from 'hooklatch';
import { main } from '../../src/cli/main';
import { makeTerminal, paint } from '../../src/cli/terminal';
import { showText } from '../../src/quote';
import { eventually, send as sendRequest, start } from '../helpers/http';
import { recordedIo, type RecordedIo } from '../helpers/io';

const SECRET = 'a-secret-of-thirty-two-characters';
const NOW = 1_767_225_600_000;
// Clears the screen, sets a title, turns the direction, hides, begins a line of its own, in one character each too.
const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eevil\u200b\u00ad\ufeff\r\nverified\t\u{e0041}';
const env = { SECRET };
const WITH = ['--secret-env', 'SECRET', '--now', String(NOW)];

function printed({ out, err }: RecordedIo): string {
  return [...out, ...err].join('\n');
}

async function run(args: readonly string[], stdin = '', isTerminal = false): Promise<RecordedIo> {
  const io = recordedIo({ env, stdin, isTerminal });
  await main(args, io);
  return io;
}

/** Nothing of what was printed moves a cursor, hides or turns, but our own colours. */
function expectHarmless(io: RecordedIo): void {
  // eslint-disable-next-line no-control-regex -- the colours of picocolors
  const text = printed(io).replace(/\u001b\[(?:1|2|22|31|32|39)m/g, '');
  expect(showText(text, '\n')).toBe(text);
  expect(text).not.toMatch(/^verified\t/m);
}

function saved(fields: object): string {
  return JSON.stringify({ method: 'POST', url: '/', headers: {}, bodyBase64: '', ...fields });
}

describe('text of a stranger in a terminal', () => {
  const event = JSON.stringify({ event: HOSTILE, id: HOSTILE, urlId: HOSTILE, action: HOSTILE });
  const signed = (body: string): string => {
    const headers = sign(telehealth, { secret: SECRET, now: NOW, id: 'x' }, { body: Buffer.from(body) });
    return saved({ headers, bodyBase64: Buffer.from(body).toString('base64') });
  };

  it.each([true, false])(
    'moves no cursor by an event and an id that verify (terminal: %s)',
    async (isTerminal) => {
      for (const json of [[], ['--json']]) {
        const io = await run(['verify', 'telehealth', ...WITH, ...json], signed(event), isTerminal);
        expectHarmless(io);
        expect(printed(io)).toContain('\\u202eevil');
        expect(printed(io).split('\n').length).toBeLessThan(9);
      }
    },
  );

  it.each(['verify', 'diagnose'])(
    'moves no cursor by any part of a delivery that does not (%s)',
    async (command) => {
      const headers = {
        'X-Telehealth-Signature': `aa${HOSTILE}`,
        [`X-${HOSTILE}`]: HOSTILE,
        'X-Hub-Signature-256': HOSTILE,
      };
      const fields = {
        method: HOSTILE,
        url: HOSTILE,
        headers,
        bodyBase64: Buffer.from(event).toString('base64'),
      };
      for (const json of [[], ['--json']]) {
        for (const provider of ['telehealth', 'fastcomments', 'github', 'twilio']) {
          const address = ['--public-url', 'https://example.org/'];
          expectHarmless(await run([command, provider, ...WITH, ...json, ...address], saved(fields), true));
        }
      }
    },
  );

  it('moves no cursor where the saved delivery makes no sense', async () => {
    for (const stdin of [
      HOSTILE,
      `POST / HTTP/1.1\n${HOSTILE}`,
      saved({ method: 5 }),
      saved({ bodyBase64: HOSTILE }),
    ]) {
      expectHarmless(await run(['verify', 'telehealth', ...WITH], stdin));
    }
    for (const args of [
      [HOSTILE],
      ['verify', HOSTILE],
      ['providers', HOSTILE],
      ['verify', 'github', HOSTILE],
    ]) {
      expectHarmless(await run(args));
    }
  });

  it('moves no cursor by the answer to "send", which is cut where it is long', async () => {
    const { url } = await start((app) =>
      app.use((_req, res) => {
        res.statusMessage = 'OK \u009b31m';
        res
          .status(418)
          .type('text')
          .send(`${HOSTILE}\n${'x'.repeat(5000)}\n${'line\n'.repeat(50)}`);
      }),
    );
    for (const json of [[], ['--json']]) {
      const io = await run(['send', 'github', '--url', url, '--secret-env', 'SECRET', ...json], '', true);
      expectHarmless(io);
      expect(printed(io)).toContain('\\u202eevil');
    }
    const io = await run(['send', 'github', '--url', url, '--secret-env', 'SECRET']);
    expect(io.out.at(-1)).toBe('   ... and 33 lines more');
    expect(Math.max(...io.out.map(({ length }) => length))).toBeLessThan(1100);
  });

  it('moves no cursor by what "listen" receives', async () => {
    let stop = (): void => undefined;
    const untilStopped = (): Promise<void> => new Promise((resolve) => (stop = resolve));
    const io = recordedIo({ env, isTerminal: true, untilStopped });
    const code = main(['listen', 'telehealth', '--no-page', '--port', '0', '--secret-env', 'SECRET'], io);
    await eventually(() => io.out.length > 0);
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(io.out[0]!)?.[1]);
    const body = JSON.stringify({ event: HOSTILE, id: HOSTILE });
    const headers = sign(telehealth, { secret: SECRET, now: Date.now() }, { body: Buffer.from(body) });
    await sendRequest(port, { headers, body });
    await sendRequest(port, {
      headers: { 'X-Telehealth-Signature': '\u009b31m' },
      body,
      path: '/\u009b31m',
    }).catch(() => undefined);
    await sendRequest(port, { headers: { 'X-Telehealth-Signature': '\u009b31m' }, body });
    await eventually(() => io.out.length >= 4);
    stop();
    expect(await code).toBe(0);
    expectHarmless(io);
  });
});

describe('a secret', () => {
  it('is not printed by "send", not even where it is the token itself or comes back', async () => {
    const { url } = await start((app) =>
      app.use(
        (req, res) =>
          void res.json({ headers: req.headers, url: req.url, sha: Buffer.from(SECRET).toString('base64') }),
      ),
    );
    const folder = mkdtempSync(join(tmpdir(), 'hooklatch-'));
    writeFileSync(join(folder, 'secret.txt'), `${SECRET}\n`);
    const sources = [
      ['--secret-env', 'SECRET'],
      ['--secret-file', join(folder, 'secret.txt')],
    ];
    for (const provider of ['telegram', 'fastcomments-legacy', 'gitlab-token', 'github']) {
      for (const source of sources) {
        for (const json of [[], ['--json']]) {
          const address = `${url}/?token=${SECRET}&x=${SECRET}`;
          const io = await run(['send', provider, '--url', address, ...source, ...json]);
          expect(io.out.length).toBeGreaterThan(0);
          expect(printed(io)).not.toContain(SECRET);
          expect(printed(io)).not.toContain(Buffer.from(SECRET).toString('base64'));
          expect(printed(io)).toContain('••••••••');
        }
      }
    }
    const io = await run([
      'send',
      'github',
      '--url',
      `http://127.0.0.1:1/?key=${SECRET}`,
      ...WITH.slice(0, 2),
    ]);
    expect(io.err.join()).toContain('nothing listens there');
    expect(printed(io)).not.toContain(SECRET);
  });

  it('is not printed by "verify" and "diagnose", wherever the delivery holds it', async () => {
    const body = JSON.stringify({ event: SECRET, id: `"${SECRET}"` });
    const headers = sign(telehealth, { secret: SECRET, now: NOW, id: SECRET }, { body: Buffer.from(body) });
    const bodyBase64 = Buffer.from(body).toString('base64');
    for (const command of ['verify', 'diagnose']) {
      for (const stdin of [
        saved({ headers, bodyBase64 }),
        saved({ method: SECRET, bodyBase64, headers: { [SECRET]: SECRET } }),
      ]) {
        for (const json of [[], ['--json']]) {
          const io = await run([command, 'telehealth', ...WITH, ...json], stdin);
          expect(printed(io)).not.toContain(SECRET);
        }
      }
    }
    expect(
      JSON.parse(
        (await run(['verify', 'telehealth', ...WITH, '--json'], saved({ headers, bodyBase64 }))).out[0]!,
      ),
    ).toMatchObject({ event: '••••••••' });
  });

  it('is printed by "sign", whose purpose it is', async () => {
    const io = await run(['sign', telegram.name, '--body', '-', '--secret-env', 'SECRET'], '{}');
    expect(io.out).toEqual([`X-Telegram-Bot-Api-Secret-Token: ${SECRET}`]);
    expect((await run(['sign', fastcomments.name, '--json', ...WITH])).out[0]).toContain('"bodyBase64"');
    expect(
      (await run(['sign', github.name, '--curl', '--url', 'http://localhost/', ...WITH])).out[0],
    ).toContain('curl');
  });
});

describe('makeTerminal()', () => {
  it('paints on a terminal only, and only what it was told to', () => {
    for (const isTerminal of [true, false]) {
      const io = recordedIo({ isTerminal });
      makeTerminal(io).print(
        'a\u001b[1m',
        paint.bold('b\u001b[22m'),
        paint.dim('c'),
        paint.green('d'),
        paint.red('e'),
      );
      const colors = createColors(isTerminal);
      const { bold, dim, green, red } = colors;
      expect(io.out).toEqual([`a\\u001b[1m${bold('b\\u001b[22m')}${dim('c')}${green('d')}${red('e')}`]);
    }
  });

  it('leaves JSON the same JSON, also where a number is the secret', () => {
    const io = recordedIo();
    const terminal = makeTerminal(io);
    terminal.hide(['12345678']);
    terminal.printJson({ bytes: 12345678, text: `${HOSTILE}12345678` });
    expect(JSON.parse(io.out[0]!)).toEqual({ bytes: 12345678, text: `${HOSTILE}••••••••` });
  });
});

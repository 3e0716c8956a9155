import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ModuleKind, transpileModule } from 'typescript';
import { writeTest } from '../../src/inspector/snippets';
import { showText } from '../../src/quote';

const HOSTILE = [
  `push'+(globalThis.pwned=1)+'`,
  `push"+(globalThis.pwned=1)+"`,
  '${globalThis.pwned=1}`;globalThis.pwned=1;`',
  '*/globalThis.pwned=1;/*',
  '\n});globalThis.pwned=1;({',
  '\u2028globalThis.pwned=1//',
  '\\',
  '</script>\u202e\u200b\u001b[2J',
];

// What the copied test would do, in a Node of its own: it tells what it was given.
const FRAME = `
const told = { it: undefined, signed: undefined, called: undefined };
const answer = { set: () => answer, send: async () => ({ status: 200 }) };
const methods = new Proxy({}, { get: (_, method) => (url) => { told.called = [method, url]; return answer; } });
const modules = {
  supertest: { default: () => methods, __esModule: true },
  hooklatch: { providers: { github: 'the provider' } },
  'hooklatch/testing': { signedRequest: (provider, options) => { told.signed = [provider, options]; return { headers: {}, body: '' }; } },
  '../app': { app: {} },
};
const expect = () => ({ toBe: () => undefined });
const it = (name, run) => { told.it = name; told.done = run(); };
const provider = 'yours';
const load = (exports, require) => { PROGRAM };
load({}, (name) => modules[name]);
told.done.then(() => process.stdout.write(JSON.stringify({ ...told, pwned: globalThis.pwned ?? null })));
`;

async function run(program: string): Promise<unknown> {
  const { outputText } = transpileModule(program, {
    compilerOptions: { module: ModuleKind.CommonJS, esModuleInterop: true },
  });
  const { stdout } = await promisify(execFile)(process.execPath, [
    '-e',
    FRAME.replace('PROGRAM', () => outputText),
  ]);
  return JSON.parse(stdout);
}

describe('a stranger whose delivery is copied as a test', () => {
  it.each(HOSTILE)(
    'has no code run by the name of the event, the method, the path, the body: %j',
    async (text) => {
      const request = { method: text, url: `/${text}`, rawHeaders: [], body: Buffer.from(text) };
      const test = writeTest(request, { provider: 'github', variable: text, event: text });
      expect(showText(test, '\n')).toBe(test);
      const body = Buffer.from(text).toString();
      expect(await run(test)).toEqual({
        it: `handles ${text} of github`,
        signed: ['the provider', { event: text, method: text, body }],
        called: [text.toLowerCase(), `/${text}`],
        done: {},
        pwned: null,
      });
    },
  );

  it('cannot lead the test to another host', async () => {
    const request = { method: 'POST', url: 'http://evil.example/', rawHeaders: [], body: Buffer.alloc(0) };
    const test = writeTest(request, { provider: 'ours', variable: 'OURS_SECRET', event: null });
    expect(test).toContain('secret: process.env.OURS_SECRET!,');
    expect(test).toContain(`request(app).post("/")`);
    expect(await run(test)).toMatchObject({ it: 'handles a delivery of ours', called: ['post', '/'] });
  });

  it('gives a body that is no text byte by byte', async () => {
    const body = Buffer.from([0xff, 0, 0x27]);
    const request = { method: 'POST', url: '/', rawHeaders: [], body };
    const test = writeTest(request, { provider: 'github', variable: 'X', event: null });
    expect(await run(test)).toMatchObject({
      signed: ['the provider', { body: { type: 'Buffer', data: [...body] } }],
    });
  });
});

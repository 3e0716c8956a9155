import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

const ALLOWED = [
  'if (signature === undefined) other();',
  'if (secret.length === 16) other();',
  "if (token === '') other();",
  'if (undefined === digest) other();',
  'if (timingSafeEqual(mac, other)) other();',
];
const FORBIDDEN = [
  'if (mac === other) other();',
  'if (mac !== other) other();',
  'if (mac == other) other();',
  'if (other === mac) other();',
  'if (other() === request.token) other();',
  'if (request.headers.signature === other) other();',
  'if (expected.digest != other.digest) other();',
  'if (claims.token === other) other();',
  'if (webhookSecret === other.value) other();',
];

// ESLint and its configuration are ES modules, which run outside the test environment. The rule alone is taken: what
// needs types would take seconds.
const PROGRAM = `
  import { Linter } from 'eslint';
  import config from './eslint.config.mjs';
  const { rules } = config.find(({ rules }) => rules?.['no-restricted-syntax'] !== undefined);
  const only = { rules: { 'no-restricted-syntax': rules['no-restricted-syntax'] } };
  const lint = (code) => new Linter().verify(code, only).map(({ message }) => message);
  console.log(JSON.stringify(JSON.parse(process.argv[1]).map(lint)));
`;

function lint(snippets: readonly string[]): unknown {
  const options = ['--input-type=module', '-e', PROGRAM, JSON.stringify(snippets)];
  return JSON.parse(execFileSync(process.execPath, options, { cwd: ROOT, encoding: 'utf8' }));
}

describe('the lint rule against plain comparison', () => {
  it('forbids === on a MAC, a token, a digest or a secret', () => {
    expect(lint([...FORBIDDEN, ...ALLOWED])).toEqual([
      ...FORBIDDEN.map(() => ['Compare secret bytes with timingSafeEqual.']),
      ...ALLOWED.map(() => []),
    ]);
  });
});

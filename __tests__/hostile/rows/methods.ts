import { withHeader, withMore } from '../requests';
import { row, type AnswerClass, type Family, type Row } from '../row';

const METHODS: readonly (readonly [string, AnswerClass])[] = [
  ['GET', 'method'],
  ['HEAD', 'method'],
  ['OPTIONS', 'method'],
  ['TRACE', 'method'],
  ['PUT', 'method'],
  ['PATCH', 'method'],
  ['DELETE', 'method'],
  ['PROPFIND', 'method'],
  ['SEARCH', 'method'],
  ['M-SEARCH', 'method'],
  ['PURGE', 'method'],
  ['QUERY', 'method'],
  ['CONNECT', 'parser'],
  ['post', 'parser'],
  ['Post', 'parser'],
  ['POSTS', 'parser'],
  ['FROBNICATE', 'parser'],
  ['__proto__', 'parser'],
  ['', 'parser'],
  ['PO ST', 'parser'],
];

const methods: readonly Row[] = METHODS.map(([method, answer]) =>
  row('github', `the method "${method}"`, answer, ({ request }) => ({ ...request, method })),
);

const known: readonly Row[] = (
  [
    ['PUT', 'accepted'],
    ['POST', 'accepted'],
    ['DELETE', 'accepted'],
    ['PATCH', 'method'],
    ['GET', 'method'],
    ['OPTIONS', 'method'],
  ] as const
).map(([method, answer]) =>
  row('fastcomments', `the method ${method} where three are known`, answer, ({ request }) => ({
    ...request,
    method,
  })),
);

const overrides: readonly Row[] = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].flatMap(
  (name) => [
    row('github', `${name}: DELETE, which nobody obeys`, 'accepted', ({ request }) =>
      withMore(request, [name, 'DELETE']),
    ),
    row('github', `GET with ${name}: POST`, 'method', ({ request }) => ({
      ...withMore(request, [name, 'POST']),
      method: 'GET',
    })),
  ],
);

const TARGETS: readonly (readonly [string, string, AnswerClass])[] = [
  ['absolute', 'http://elsewhere/github?row=', 'accepted'],
  ['absolute with a password', 'http://a:b@elsewhere/github?row=', 'accepted'],
  ['of another scheme', 'ftp://elsewhere/github?row=', 'accepted'],
  ['with two slashes', '//github?row=', 'elsewhere'],
  ['with a dot', '/./github?row=', 'elsewhere'],
  ['that climbs', '/github/../telehealth?row=', 'accepted'],
  ['that climbs in disguise', '/github/%2e%2e/telehealth?row=', 'accepted'],
  ['with a slash at its end', '/github/?row=', 'accepted'],
  ['in capitals', '/GITHUB?row=', 'accepted'],
  ['with a percent sign', '/github%?row=', 'elsewhere'],
  ['with half a percent sign below', '/github/%zz?row=', 'accepted'],
  ['with NUL in disguise', '/github%00?row=', 'elsewhere'],
  ['with a backslash', '/github\\x?row=', 'elsewhere'],
  ['with a fragment', '/github#row=', 'accepted'],
  ['with a query of 8 kB', `/github?${'a=b&'.repeat(2000)}row=`, 'accepted'],
  ['with a query of brackets', `/github?${'a[b]['.repeat(500)}&row=`, 'accepted'],
  ['with __proto__ in its query', '/github?__proto__[x]=1&row=', 'accepted'],
  ['longer than the parser takes', `/github?${'a'.repeat(20_000)}row=`, 'parser'],
  ['with a space', '/git hub?row=', 'parser'],
  ['with a tab', '/git\thub?row=', 'parser'],
  ['of letters beyond ASCII', '/gïthub?row=', 'parser'],
  ['that is a star', '*', 'elsewhere'],
  ['that is a host and a port', 'elsewhere:443', 'parser'],
  ['that is empty', '', 'parser'],
];

const targets: readonly Row[] = TARGETS.map(([what, target, answer]) =>
  row('github', `a target ${what}`, answer, ({ request }) => ({
    ...request,
    target: target.endsWith('row=') ? target + String(request.target.split('row=')[1]) : target,
  })),
);

const versions: readonly Row[] = (
  [
    ['HTTP/1.0', 'accepted'],
    ['HTTP/0.9', 'either'],
    ['HTTP/1.2', 'parser'],
    ['HTTP/2.0', 'either'],
    ['HTTP/9.9', 'parser'],
    ['http/1.1', 'parser'],
    ['HTTP/1.1 ', 'parser'],
    ['HTTP/01.1', 'parser'],
    ['HTTPS/1.1', 'parser'],
    ['', 'parser'],
  ] as const
).map(([version, answer]) =>
  row('github', `the version "${version}"`, answer, ({ request }) => ({ ...request, version })),
);

const addresses: readonly Row[] = [
  row('messages', 'an address that is not the signed one', 'authentication', ({ request }) => ({
    ...request,
    target: `${request.target}&more=1`,
  })),
  row('messages', 'a Host that is not the signed one', 'accepted', ({ request }) =>
    withHeader(request, 'Host', 'elsewhere'),
  ),
  row('messages', 'a method that is not the signed one', 'authentication', ({ request }) => ({
    ...request,
    method: 'PUT',
  })),
];

export const METHODS_AND_TARGETS: Family = [
  'methods and targets',
  [...methods, ...known, ...overrides, ...targets, ...versions, ...addresses],
];

import { readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

// Which tests try the mutants of a file: those of its own name, and what stands here. Left out is what takes long and
// kills nothing more, such as published vectors.

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

const FOLDERS = ['core', 'request', 'steps', 'duplicates', 'trace'];

// Nothing but types.
const TYPES = [
  'core/custom-scheme',
  'core/delivery',
  'core/handshake-definition',
  'trace/trace',
  'duplicates/store',
];

const ALSO = {
  'providers/http-message-signatures/content-digest': ['providers/http-message-signatures/index'],
  'core/custom': ['core/define-custom', 'duplicates/duplicate-key', 'core/verify', 'webhook/custom'],
  'core/define-provider': ['core/define-custom', 'core/define-handshakes', 'core/check-definition'],
  'core/encoding': ['core/grammars'],
  'core/headers': ['core/verify', 'core/verify-settings'],
  'core/authenticate': ['core/verify', 'core/sign', 'core/custom', 'core/event-and-id', 'core/make-webhook'],
  'providers/http-message-signatures/message-keys': ['providers/http-message-signatures/index'],
  'core/compile-provider': [
    'core/define-provider',
    'core/verify',
    'core/event-and-id',
    'webhook/parse',
    'core/make-webhook',
  ],
  'core/provider': ['core/define-provider', 'core/define-handshakes'],
  'core/check-definition': ['core/define-provider', 'core/define-handshakes', 'core/define-custom'],
  'core/checks': ['core/verify-settings', 'core/verify', 'webhook/option-messages'],
  'core/schema': ['core/routes', 'steps/schemas'],
  'core/secrets': ['core/secret-shapes', 'core/secrecy', 'core/custom-secrets', 'core/define-custom'],
  'core/secret-option': ['core/secrets', 'core/secrecy', 'core/secret-shapes'],
  'core/decode-secret': ['core/secrets', 'core/secrecy', 'core/secret-shapes', 'core/custom-secrets'],
  'core/sign': ['core/verify-settings', 'core/custom', 'core/define-custom'],
  'providers/http-message-signatures/signature-base': ['providers/http-message-signatures/index'],
  'providers/http-message-signatures/structured-fields': ['providers/http-message-signatures/index'],
  'core/test-delivery': ['testing', 'cli/send'],
  'core/verify': ['core/secrecy', 'core/custom'],
  'steps/allow-ips': ['request/proxies'],
  'steps/answer-handshakes': [
    'providers/challenges',
    'providers/handshakes-signed',
    'providers/handshakes-unsigned',
  ],
  'request/channels': ['request/decision-outcomes', 'otel'],
  'request/decisions': ['request/decision-outcomes', 'request/debug', 'steps/run-handlers', 'otel'],
  'steps/keep-raw-body': ['steps/capture-raw-body'],
  'trace/make-trace': ['trace/live-trace'],
  'request/proxies': ['steps/allow-ips'],
  'trace/record-exchange': ['trace/live-trace'],
  'steps/route-events': [
    'steps/run-handlers',
    'steps/late-handlers',
    'steps/schemas',
    'steps/steps',
    'webhook/parse',
  ],
  'request/secret-source': ['webhook/secret-lookup', 'webhook/secrets', 'trace/live-trace'],
  'request/warnings': ['request/debug'],
  'trace/watch-steps': ['trace/live-trace'],
  'steps/webhook-errors': ['steps/steps'],
  'request/answer': [
    'steps/steps',
    'webhook/errors-next',
    'steps/run-handlers',
    'steps/body-arrival',
    'steps/early-refusals',
  ],
  'steps/capture-raw-body': ['steps/body-arrival', 'steps/steps', 'webhook/option-messages'],
  'steps/check-headers': [
    'webhook/senders',
    'steps/steps',
    'webhook/refusals',
    'webhook/report-mode',
    'webhook/option-messages',
  ],
  'request/state': [
    'webhook/guard',
    'webhook/report-mode',
    'steps/steps',
    'steps/limit-rate',
    'request/decision-outcomes',
  ],
  'request/payload-fit': ['steps/schemas'],
  'steps/reject-duplicates': [
    'steps/reject-duplicates/keys',
    'steps/reject-duplicates/own-key',
    'steps/reject-duplicates/alone',
    'webhook/option-messages',
  ],
  'steps/require-https': ['webhook/option-messages'],
  'request/attach-webhook': [
    'steps/verify-signature',
    'webhook/senders',
    'webhook/report-mode',
    'webhook/parse',
  ],
  'request/event-handlers': ['steps/route-events'],
  'request/find-handshake': ['steps/answer-handshakes', 'providers/handshakes-unsigned'],
  'request/in-flight': ['webhook/drain'],
  'request/refuse': ['webhook/report-mode', 'webhook/refusals', 'steps/limit-rate'],
  'request/step': ['steps/steps', 'steps/reject-duplicates/alone'],
  'duplicates/list-keys': ['steps/reject-duplicates/keys', 'steps/reject-duplicates/own-key'],
  'request/scheme': ['webhook/senders', 'steps/steps', 'webhook/option-messages'],
  'steps/validate-payload': ['steps/schemas', 'webhook/option-messages'],
  'steps/verify-signature': [
    'webhook/secrets',
    'webhook/senders',
    'webhook/custom',
    'webhook/parse',
    'webhook/report-mode',
    'steps/steps',
    'webhook/secret-lookup',
    'webhook/refusals',
    'webhook/option-messages',
  ],
  pipeline: ['run', 'webhook/guard', 'webhook/drain', 'webhook/report-mode'],
  run: [
    'webhook/errors-next',
    'webhook/guard',
    'webhook/refusals',
    'webhook/drain',
    'webhook/report-mode',
    'steps/late-handlers',
    'steps/run-handlers',
    'trace/live-trace',
  ],
};

const namesIn = (folder) => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.ts'));

const testsNamed = (path) => {
  const [name, ...folders] = path.split('/').reverse();
  const folder = folders.reverse().join('/');
  const own = new RegExp(`^${name}(-.*)?\\.test\\.ts$`);
  return namesIn(join('__tests__', folder))
    .filter((file) => own.test(file))
    .map((file) => posix.join(folder, file));
};

const withSuffix = (name) => `${name}.test.ts`;

const IN_OTHER_FOLDERS = [
  'pipeline',
  'run',
  'providers/http-message-signatures/content-digest',
  'providers/http-message-signatures/message-keys',
  'providers/http-message-signatures/signature-base',
  'providers/http-message-signatures/structured-fields',
];

const apart = [
  ...FOLDERS.flatMap((folder) =>
    namesIn(`src/${folder}`).map((file) => `${folder}/${file.slice(0, -'.ts'.length)}`),
  ),
  ...IN_OTHER_FOLDERS,
]
  .filter((path) => !TYPES.includes(path))
  .map((path) => ({
    path,
    tests: [...new Set([...testsNamed(path), ...(ALSO[path] ?? []).map(withSuffix)])],
  }));

// Its parts are mostly tested together, which takes seconds: first come the tests that are about the part. Those of its
// own name are found.
const DIAGNOSE = {
  'body-changes': ['bodies', 'parts', 'custom'],
  compression: ['bodies', 'parts'],
  contents: ['headers', 'parts', 'beside'],
  'custom-search': ['custom', 'parts'],
  fixes: ['parts'],
  forms: ['bodies', 'parts'],
  'header-values': ['headers', 'parts'],
  'json-styles': ['bodies', 'parts'],
  'json-text': ['bodies', 'parts'],
  match: ['headers', 'parts', 'secrets'],
  'read-headers': ['headers', 'parts', 'secrets'],
  'secret-changes': ['secrets', 'parts', 'custom'],
  'signature-text': ['headers', 'parts', 'secrets'],
  times: ['parts', 'headers'],
  urls: ['headers', 'parts', 'custom'],
};
const ALL_OF_DIAGNOSE = ['parts', 'custom', 'headers', 'bodies', 'secrecy', 'secrets', 'beside'];
const diagnose = namesIn('src/diagnose')
  .map((file) => file.slice(0, -'.ts'.length))
  .map((name) => ({
    path: `diagnose/${name}`,
    tests: [
      ...new Set([
        ...testsNamed(`diagnose/${name}`),
        ...['tried', ...(DIAGNOSE[name] ?? ALL_OF_DIAGNOSE), 'limits', 'findings'].map((test) =>
          withSuffix(`diagnose/${test}`),
        ),
      ]),
    ],
  }));

/** Every file that is mutated, `core/headers`, with its test files. */
export const GROUPS = [...apart, ...diagnose];

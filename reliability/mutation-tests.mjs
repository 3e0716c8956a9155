import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Which tests try the mutants of a file: those of its own name, and what stands here. Left out is what takes long and
// kills nothing more, such as published vectors.

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

const FOLDERS = ['core', 'middleware', 'stores'];

// Nothing but types.
const TYPES = ['core/delivery', 'core/trace', 'stores/store'];

const ALSO = {
  'core/content-digest': ['providers/http-message-signatures'],
  'core/custom': ['core/define-custom', 'core/duplicate-key', 'core/verify', 'webhook/custom'],
  'core/define-provider': ['core/define-custom', 'core/define-handshakes', 'core/define-signed'],
  'core/encoding': ['core/grammars'],
  'core/headers': ['core/verify', 'core/verify-settings'],
  'core/judge': ['core/verify', 'core/sign', 'core/custom', 'core/facts', 'core/make-webhook'],
  'core/message-keys': ['providers/http-message-signatures'],
  'core/plan': [
    'core/define-provider',
    'core/define-signed',
    'core/verify',
    'core/facts',
    'webhook/parse',
    'core/make-webhook',
  ],
  'core/provider': ['core/define-provider', 'core/define-handshakes', 'core/define-signed'],
  'core/schema': ['core/routes', 'middleware/schemas'],
  'core/secrets': ['core/secret-shapes', 'core/secrecy', 'core/custom-secrets', 'core/define-custom'],
  'core/sign': ['core/verify-settings', 'core/custom', 'core/define-custom'],
  'core/signature-base': ['providers/http-message-signatures'],
  'core/structured-fields': ['providers/http-message-signatures'],
  'core/trial': ['testing', 'cli/send'],
  'core/verify': ['core/secrecy', 'core/custom'],
  'middleware/allow-ips': ['middleware/proxies'],
  'middleware/answer-handshakes': [
    'providers/challenges',
    'providers/handshakes-signed',
    'providers/handshakes-unsigned',
  ],
  'middleware/channels': ['middleware/decision-outcomes', 'otel'],
  'middleware/decisions': [
    'middleware/decision-outcomes',
    'middleware/debug',
    'middleware/run-handlers',
    'otel',
  ],
  'middleware/keep-raw-body': ['middleware/capture-raw-body'],
  'middleware/make-trace': ['middleware/trace'],
  'middleware/proxies': ['middleware/allow-ips'],
  'middleware/record-exchange': ['middleware/trace'],
  'middleware/route-events': [
    'middleware/run-handlers',
    'middleware/late-handlers',
    'middleware/schemas',
    'middleware/steps',
    'webhook/parse',
  ],
  'middleware/secret-source': ['webhook/secret-lookup', 'webhook/secrets', 'middleware/trace'],
  'middleware/warnings': ['middleware/debug'],
  'middleware/watch-steps': ['middleware/trace'],
  'middleware/webhook-errors': ['middleware/steps'],
  'middleware/answer': [
    'middleware/steps',
    'webhook/errors-next',
    'middleware/run-handlers',
    'middleware/body-arrival',
    'middleware/early-refusals',
  ],
  'middleware/capture-raw-body': ['middleware/body-arrival', 'middleware/steps', 'webhook/option-messages'],
  'middleware/check-headers': [
    'webhook/senders',
    'middleware/steps',
    'webhook/refusals',
    'webhook/report-mode',
    'webhook/option-messages',
  ],
  'middleware/exchange': [
    'webhook/guard',
    'webhook/report-mode',
    'middleware/steps',
    'middleware/limit-rate',
    'middleware/decision-outcomes',
  ],
  'middleware/payload-fit': ['middleware/schemas'],
  'middleware/reject-duplicates': [
    'middleware/reject-duplicates/keys',
    'middleware/reject-duplicates/own-key',
    'middleware/reject-duplicates/alone',
    'webhook/option-messages',
  ],
  'middleware/require-https': ['webhook/option-messages'],
  'middleware/scheme': ['webhook/senders', 'middleware/steps', 'webhook/option-messages'],
  'middleware/validate-payload': ['middleware/schemas', 'webhook/option-messages'],
  'middleware/verify-signature': [
    'webhook/secrets',
    'webhook/senders',
    'webhook/custom',
    'webhook/parse',
    'webhook/report-mode',
    'middleware/steps',
    'webhook/secret-lookup',
    'webhook/refusals',
    'webhook/option-messages',
  ],
  'middleware/walk': [
    'webhook/errors-next',
    'webhook/guard',
    'webhook/refusals',
    'webhook/drain',
    'webhook/report-mode',
    'middleware/late-handlers',
    'middleware/run-handlers',
    'middleware/trace',
  ],
};

const namesIn = (folder) => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.ts'));

const testsNamed = (path) => {
  const [folder, name] = path.split('/');
  const own = new RegExp(`^${name}(-.*)?\\.test\\.ts$`);
  return namesIn(`__tests__/${folder}`)
    .filter((file) => own.test(file))
    .map((file) => `${folder}/${file}`);
};

const withSuffix = (name) => `${name}.test.ts`;

const apart = FOLDERS.flatMap((folder) =>
  namesIn(`src/${folder}`).map((file) => `${folder}/${file.slice(0, -'.ts'.length)}`),
)
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
const diagnose = namesIn('src/core/diagnose')
  .map((file) => file.slice(0, -'.ts'.length))
  .map((name) => ({
    path: `core/diagnose/${name}`,
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

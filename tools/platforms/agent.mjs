// One agent, started before Express as its own page says: small, large and chunked deliveries, and a handler that fails.
import { conclude, deliver, expect, load, SECRET } from './deliver.mjs';

const NOWHERE = 'http://127.0.0.1:9';
const AGENTS = {
  sentry() {
    const send = () => Promise.resolve({});
    load('@sentry/node').init({
      dsn: 'http://public@127.0.0.1:9/1',
      tracesSampleRate: 1,
      sendDefaultPii: true,
      maxIncomingRequestBodySize: 'always',
      transport: () => ({ send, flush: () => Promise.resolve(true) }),
    });
  },
  opentelemetry() {
    const { NodeSDK } = load('@opentelemetry/sdk-node');
    const { InMemorySpanExporter } = load('@opentelemetry/sdk-trace-base');
    const { HttpInstrumentation } = load('@opentelemetry/instrumentation-http');
    const { ExpressInstrumentation } = load('@opentelemetry/instrumentation-express');
    const instrumentations = [new HttpInstrumentation(), new ExpressInstrumentation()];
    new NodeSDK({ traceExporter: new InMemorySpanExporter(), instrumentations }).start();
  },
  'elastic-apm'() {
    const quiet = { logLevel: 'off', centralConfig: false, metricsInterval: '0s', cloudProvider: 'none' };
    load('elastic-apm-node').start({ serviceName: 'x', serverUrl: NOWHERE, captureBody: 'all', ...quiet });
  },
  'new-relic'() {
    Object.assign(process.env, {
      NEW_RELIC_NO_CONFIG_FILE: 'true',
      NEW_RELIC_APP_NAME: 'x',
      NEW_RELIC_LICENSE_KEY: 'a'.repeat(40),
      NEW_RELIC_HOST: '127.0.0.1',
      NEW_RELIC_PORT: '9',
      NEW_RELIC_LOG_ENABLED: 'false',
    });
    load('newrelic');
  },
  'dd-trace'() {
    load('dd-trace').init({ url: NOWHERE, startupLogs: false, appsec: false });
  },
};

AGENTS[process.argv[2]]();
const express = load('express');
const { github, webhookRouter } = load('hooklatch');
const got = [];
const handle = ({ payload }) => {
  if (payload.fails) throw new Error('of the handler');
  got.push(payload.ref);
};
const app = express();
app.use(
  '/hook',
  webhookRouter({ provider: github, secret: SECRET, duplicates: false, events: { push: handle } }),
);
const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const large = JSON.stringify({ ref: 'é'.repeat(200_000) });
  for (const chunked of [false, true]) {
    for (const body of [undefined, large]) {
      expect(`chunked ${chunked}`, (await deliver(port, '/hook', { body, chunked })).status, 200);
      expect('tampered', (await deliver(port, '/hook', { body, chunked, tamper: true })).status, 401);
    }
  }
  expect('a handler that fails', (await deliver(port, '/hook', { body: '{"fails":true}' })).status, 500);
  expect(
    'handled',
    got.map((ref) => ref.length),
    [3, 200_000, 3, 200_000],
  );
  conclude();
});

// Verification alone, against the plain floor and the functions of the peers: ratios of CPU time, lower is better.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createRequire } from 'node:module';
import { payload, SIZES } from './payloads.mjs';
import { progress, show, summary, table } from './stats.mjs';

const require = createRequire(import.meta.url);
const { makeVerifier, providers, sign } = require('../../dist/index.js');

const SECRET = 'whsec_' + Buffer.alloc(32, 7).toString('base64');

/** Every contestant verifies one delivery; each has its own scheme, and the floor is that scheme by hand. */
async function contestants(body) {
  const now = Date.now();
  const seconds = String(Math.floor(now / 1000));
  const key = createSecretKey(Buffer.from(SECRET));
  const hex = createHmac('sha256', key).update(`${seconds}.`).update(body).digest('hex');
  const floor = () => {
    const mac = createHmac('sha256', key).update(`${seconds}.`).update(body).digest();
    if (!timingSafeEqual(mac, Buffer.from(hex, 'hex'))) throw new Error('wrong');
  };

  const ours = (provider, parse) => {
    const headers = {};
    for (const [name, value] of Object.entries(sign(provider, { secret: SECRET, now }, { body }))) {
      headers[name.toLowerCase()] = value;
    }
    const verifier = makeVerifier({ provider, secret: SECRET });
    const delivery = { method: 'POST', url: '/', headers, body };
    return parse ? () => verifier(delivery, now).payload : () => verifier(delivery, now);
  };

  const { default: Stripe } = await import('stripe');
  const stripe = new Stripe('sk_test_x');
  const stripeHeader = stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret: SECRET });
  const { Webhook } = await import('standardwebhooks');
  const standard = new Webhook(SECRET);
  const standardHeaders = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': seconds,
    'webhook-signature': standard.sign('msg_1', new Date(now), body.toString()),
  };
  // Those that take text get it ready made.
  const text = body.toString();
  const octokit = await import('@octokit/webhooks-methods');
  const octokitSignature = await octokit.sign(SECRET, body.toString());

  const list = {
    'floor: createHmac(KeyObject)': floor,
    'hooklatch (stripe scheme)': ours(providers.stripe, false),
    'hooklatch (standard-webhooks)': ours(providers['standard-webhooks'], false),
    'octokit webhooks-methods': () => octokit.verify(SECRET, text, octokitSignature),
    'floor + JSON.parse': () => {
      floor();
      JSON.parse(body.toString());
    },
    'hooklatch + payload': ours(providers.stripe, true),
    'stripe constructEvent': () => stripe.webhooks.constructEvent(body, stripeHeader, SECRET),
    'standardwebhooks verify': () => standard.verify(body, standardHeaders),
  };
  try {
    const { verifySlackRequest } = require('@slack/bolt');
    const base = `v0:${seconds}:${body.toString()}`;
    const signature = `v0=${createHmac('sha256', SECRET).update(base).digest('hex')}`;
    const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(seconds) };
    list['bolt verifySlackRequest'] = () =>
      verifySlackRequest({ signingSecret: SECRET, body: text, headers });
  } catch {
    // Not installed here.
  }
  return list;
}

// V8 compiles what has run some thousand times; large bodies need fewer.
const WARM_UP_CALLS = 20_000;
const WARM_UP_MS = 300;

async function warmUp(run) {
  const end = performance.now() + WARM_UP_MS;
  for (let index = 0; index < WARM_UP_CALLS && performance.now() < end; index += 1) await run();
}

export async function benchCore({ quick, rounds = quick ? 7 : 15 }) {
  const results = {};
  for (const [label, bytes] of Object.entries(SIZES)) {
    const body = payload(bytes);
    const list = await contestants(body);
    const names = Object.keys(list);
    const ratios = Object.fromEntries(names.map((name) => [name, []]));
    const times = Math.max(3, Math.floor((quick ? 6e6 : 1e7) / (bytes + 4000)));
    for (const name of names) await warmUp(list[name]);
    for (let round = 0; round < rounds; round += 1) {
      progress(`core ${label}, round ${round + 1} of ${rounds}`);
      const cost = {};
      for (const name of names) {
        const run = list[name];
        const isAsync = run() instanceof Promise;
        const { user, system } = process.cpuUsage();
        if (isAsync) for (let index = 0; index < times; index += 1) await run();
        else for (let index = 0; index < times; index += 1) run();
        const used = process.cpuUsage({ user, system });
        cost[name] = used.user + used.system;
      }
      for (const name of names) {
        const parsed = /payload|JSON.parse|stripe con|standardw/.test(name);
        ratios[name].push(cost[name] / cost[parsed ? 'floor + JSON.parse' : 'floor: createHmac(KeyObject)']);
      }
    }
    results[label] = Object.fromEntries(names.map((name) => [name, summary(ratios[name])]));
  }
  return results;
}

export function coreTable(results) {
  const sizes = Object.keys(results);
  const names = Object.keys(results[sizes[0]]);
  return [['', ...sizes], ...names.map((name) => [name, ...sizes.map((size) => show(results[size][name]))])];
}

export function printCore(results) {
  console.log(
    '\nVerification alone: CPU time against the floor of its kind, lower is better; median (quartiles)\n',
  );
  console.log(table(coreTable(results)));
}

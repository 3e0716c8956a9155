// Signs deliveries of senders that publish none: node tools/scripts/sign-vectors.mjs, once. The data is kept.
// By node:crypto from the formula that each sender documents, and not by the code that they are to test. Where Atlassian's
// package can be loaded (SDK=folder), its tokens are made by that.
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const VECTORS = new URL('../../__tests__/vectors/', import.meta.url);
const NOW = 1_795_400_000_000;
const SECONDS = String(NOW / 1000);
const TEXT = 'Łódź – 12 € ☕ "50 %" $& \\u2713';
const JSON_TYPE = { 'content-type': 'application/json' };
const hmac = (hash, key, ...parts) => parts.reduce((mac, part) => mac.update(part), createHmac(hash, key));
const random = (bytes, encoding) => randomBytes(bytes).toString(encoding);

/** What each sender signs: by its pages, which `docs` of the provider names. */
const SENDERS = {
  autodesk: body('x-adsk-signature', 'sha1', 'hex', 'utf8', 'sha1hash=', {
    hook: { event: 'dm.version.added' },
  }),
  chargify: body('x-chargify-webhook-signature-hmac-sha-256', 'sha256', 'hex', 'utf8', '', undefined, {
    type: 'application/x-www-form-urlencoded',
    text: `event=payment_success&payload%5Bsite%5D%5Bid%5D=12&payload%5Bnote%5D=${encodeURIComponent(TEXT)}`,
    more: { 'x-chargify-webhook-id': '5123' },
  }),
  commercelayer: body(
    'x-commercelayer-signature',
    'sha256',
    'base64',
    'utf8',
    '',
    { data: { type: 'orders' } },
    {
      more: { 'x-commercelayer-topic': 'orders.place' },
    },
  ),
  dub: body('dub-signature', 'sha256', 'hex', 'utf8', '', { id: 'evt_1', event: 'link.created' }),
  'mongodb-atlas': body(
    'x-mms-signature',
    'sha1',
    'base64',
    'utf8',
    '',
    { eventTypeName: 'OUTSIDE_METRIC' },
    {
      more: { 'x-mms-event': 'alert.open' },
    },
  ),
  squarespace: body('squarespace-signature', 'sha256', 'hex', 'hex', '', { id: 'n1', topic: 'order.create' }),
  etsy: standardWebhooks({ event_type: 'order.paid' }),
  clerk: standardWebhooks({ type: 'user.created' }, 'svix-'),
  resend: standardWebhooks({ type: 'email.sent' }, 'svix-'),
  openai: standardWebhooks({ type: 'response.completed' }),
  gitlab: standardWebhooks({ object_kind: 'push' }),
  polar: {
    ...standardWebhooks({ type: 'order.created' }, 'webhook-', (secret) => Buffer.from(secret)),
    secret: `polar_whs_${random(24, 'hex')}`,
  },
  mercury: timed(
    { id: 'e1', resourceType: 'transaction', operationType: 'update' },
    (secret, text) => ({
      'mercury-signature': `t=${SECONDS},v1=${hmac('sha256', Buffer.from(secret, 'base64'), `${SECONDS}.`, text).digest('hex')}`,
    }),
    random(32, 'base64'),
  ),
  oura: timed({ event_type: 'update', data_type: 'sleep' }, (secret, text) => ({
    'x-oura-timestamp': SECONDS,
    'x-oura-signature': hmac('sha256', secret, SECONDS, text).digest('hex').toUpperCase(),
  })),
  quicknode: timed({ data: [] }, (secret, text) => ({
    'x-qn-nonce': '5f0c6a7e9d',
    'x-qn-timestamp': SECONDS,
    'x-qn-signature': hmac('sha256', secret, '5f0c6a7e9d', SECONDS, text).digest('hex'),
  })),
  brevo: token({ event: 'delivered' }, (secret) => ({ authorization: `Bearer ${secret}` })),
  cloudevents: token({ specversion: '1.0', id: '1', type: 'com.example' }, (secret) => ({
    authorization: `Bearer ${secret}`,
  })),
  deepgram: token(
    { metadata: { request_id: 'r1' } },
    (secret) => ({ authorization: `Basic ${Buffer.from(secret).toString('base64')}` }),
    'dg:pässword-of-some-length',
  ),
  'atlassian-connect': await atlassian(),
  'azure-event-grid-entra': entra(),
  'fireblocks-v2': fireblocks(),
};

for (const [scheme, sender] of Object.entries(SENDERS)) {
  const vectors = [...vectorsOf(scheme, sender)];
  const file = new URL(`${scheme}.json`, VECTORS);
  writeFileSync(fileURLToPath(file), `${JSON.stringify(vectors, null, 2)}\n`);
}

function body(header, hash, encoding, keyEncoding, prefix, fields, { type, text, more } = {}) {
  return {
    body: text ?? JSON.stringify({ ...fields, text: TEXT }),
    secret: keyEncoding === 'hex' ? random(32, 'hex') : `s-${random(24, 'hex')}`,
    headers: (secret, bytes) => ({
      'content-type': type ?? 'application/json',
      ...more,
      [header]: prefix + hmac(hash, Buffer.from(secret, keyEncoding), bytes).digest(encoding),
    }),
  };
}

function standardWebhooks(
  fields,
  start = 'webhook-',
  readKey = (secret) => Buffer.from(secret.slice(6), 'base64'),
) {
  return {
    body: JSON.stringify({ ...fields, text: TEXT }),
    secret: `whsec_${random(24, 'base64')}`,
    isTimed: true,
    headers: (secret, text) => ({
      ...JSON_TYPE,
      [`${start}id`]: 'msg_2Lh9KRb0',
      [`${start}timestamp`]: SECONDS,
      [`${start}signature`]: `v1,${hmac('sha256', readKey(secret), `msg_2Lh9KRb0.${SECONDS}.`, text).digest('base64')}`,
    }),
  };
}

function timed(fields, write, secret = `s-${random(24, 'hex')}`) {
  return {
    body: JSON.stringify({ ...fields, text: TEXT }),
    secret,
    isTimed: true,
    headers: (own, text) => ({ ...JSON_TYPE, ...write(own, text) }),
  };
}

function token(fields, write, secret = `t-${random(24, 'hex')}`) {
  return {
    body: JSON.stringify({ ...fields, text: TEXT }),
    secret,
    isToken: true,
    headers: (own) => ({ ...JSON_TYPE, ...write(own) }),
  };
}

async function atlassian() {
  const clientKey = 'jira:7a3b4c77-cfc3-4071-aae5-a887d197dc9d';
  const shared = random(32, 'base64url');
  const url = 'https://app.example.org/hooks/jira?b=2&a=%C3%A9+x&a=%2A!&user_id=admin';
  const { encodeSymmetric, createQueryStringHash } = createRequire(`${process.env.SDK}/`)('atlassian-jwt');
  const { pathname, searchParams } = new URL(url);
  const query = Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
  const qsh = createQueryStringHash({ method: 'POST', pathname, query, originalUrl: url }, false, '');
  const claims = { iss: clientKey, iat: NOW / 1000, exp: NOW / 1000 + 180, qsh };
  return {
    body: JSON.stringify({ webhookEvent: 'jira:issue_updated', text: TEXT }),
    secret: `${clientKey}:${shared}`,
    kind: 'sdk',
    source: 'atlassian-jwt@2.0.3 createQueryStringHash(), encodeSymmetric()',
    url,
    isOfUrl: true,
    headers: (secret) => ({
      ...JSON_TYPE,
      authorization: `JWT ${encodeSymmetric(claims, secret.slice(secret.lastIndexOf(':') + 1))}`,
    }),
  };
}

function jws(alg, key, fields, payload) {
  const encode = (text) => Buffer.from(text).toString('base64url');
  const text = `${encode(JSON.stringify({ alg, kid: 'k1', ...fields }))}.${encode(payload)}`;
  return [
    ...text.split('.'),
    sign(alg === 'RS512' ? 'sha512' : 'sha256', Buffer.from(text), key).toString('base64url'),
  ];
}

function entra() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47';
  const claims = {
    aud: '8e460676-ae3f-4b1e-8790-ee0fb5d6148f',
    iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
    iat: NOW / 1000,
    nbf: NOW / 1000,
    exp: NOW / 1000 + 3600,
    azp: '4962773b-9cdb-44cf-a8bf-237846a00ab7',
    tid: tenant,
  };
  const bearer = (more, key = privateKey) => ({
    authorization: `Bearer ${jws('RS256', key, { typ: 'JWT' }, JSON.stringify({ ...claims, ...more })).join('.')}`,
  });
  const { azp, ...v1 } = claims;
  return {
    body: JSON.stringify([{ id: 'e1', eventType: 'Microsoft.Storage.BlobCreated', data: { text: TEXT } }]),
    secret: {
      keys: { k1: { ...publicKey.export({ format: 'jwk' }), kid: 'k1' } },
      owner: `${tenant}:${claims.aud}`,
    },
    isToken: true,
    headers: (secret) => ({ ...JSON_TYPE, ...bearer({}, secret === 'other' ? other : privateKey) }),
    more: {
      'version-1': [
        'valid',
        bearer({ ...v1, azp: undefined, appid: azp, iss: `https://sts.windows.net/${tenant}/` }),
      ],
      'another-application': ['invalid', bearer({ azp: '0bf30f3b-4a52-48df-9a82-234910c4a086' })],
      'both-applications': ['invalid', bearer({ azp: 'x', appid: azp })],
      'another-tenant': ['invalid', bearer({ iss: claims.iss.replace('72f9', '82f9') })],
      'another-audience': ['invalid', bearer({ aud: '00000002-0000-0000-c000-000000000000' })],
      expired: ['invalid', bearer({ exp: NOW / 1000 - 61 })],
      'no-end': ['invalid', bearer({ exp: undefined })],
    },
  };
}

function fireblocks() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const text = JSON.stringify({ id: 'w1', eventType: 'transaction.created', data: { note: TEXT } });
  const write = (alg, key) => {
    const [head, , mark] = jws(alg, key, {}, text);
    return { ...JSON_TYPE, 'fireblocks-webhook-signature': `${head}..${mark}` };
  };
  return {
    body: text,
    secret: { keys: { k1: { ...publicKey.export({ format: 'jwk' }), kid: 'k1' } } },
    headers: (secret) => write('RS512', secret === 'other' ? other : privateKey),
    more: {
      'other-hash': ['invalid', write('RS256', privateKey)],
      'with-payload': [
        'invalid',
        { ...JSON_TYPE, 'fireblocks-webhook-signature': jws('RS512', privateKey, {}, text).join('.') },
      ],
    },
  };
}

function* vectorsOf(scheme, { body: text, secret, url, headers, more = {}, ...sender }) {
  const {
    kind = 'formula',
    source = 'the formula of its pages, by node:crypto',
    isTimed,
    isToken,
    isOfUrl,
  } = sender;
  const base = { method: 'POST', id: `${scheme}/signed`, scheme, kind, source, secret };
  const valid = {
    ...base,
    ...(url && { url }),
    headers: headers(secret, text),
    body: text,
    now: NOW,
    expect: 'valid',
  };
  const derive = (name, reason, change, expect = 'invalid') => ({
    ...valid,
    kind: 'derived',
    derivedFrom: valid.id,
    id: `${scheme}/${name}`,
    expect,
    reason,
    ...change,
  });
  yield valid;
  const changed = { body: text.replace('12', '13') };
  yield derive('body-changed', 'mismatch', changed, isToken || isOfUrl ? 'either' : 'invalid');
  const wrong = typeof secret === 'object' ? 'other' : changeSecret(secret);
  yield derive('wrong-secret', 'mismatch', { headers: headers(wrong, text) });
  const signed = Object.entries(valid.headers).filter(
    ([, value], index) => headers(wrong, text)[Object.keys(valid.headers)[index]] !== value,
  );
  const without = Object.fromEntries(
    Object.entries(valid.headers).filter(([name]) => !signed.some(([other]) => other === name)),
  );
  yield derive('no-signature', 'missing', { headers: without });
  const cut = Object.fromEntries(signed.map(([name, value]) => [name, value.slice(0, -2)]));
  yield derive('truncated', 'malformed', { headers: { ...valid.headers, ...cut } });
  if (isTimed) {
    yield derive('stale', 'stale', { now: NOW + 301_000 });
    yield derive('from-the-future', 'stale', { now: NOW - 301_000 });
  }
  if (isOfUrl) {
    yield derive('other-query', 'mismatch', { url: url.replace('b=2', 'b=3') });
    yield derive('other-order', 'mismatch', { url: url.replace('?b=2&', '?').concat('&b=2') }, 'either');
    yield derive('expired', 'stale', { now: NOW + 241_000 });
  }
  for (const [name, [expect, own]] of Object.entries(more)) {
    yield derive(
      name,
      expect === 'valid' ? undefined : 'mismatch',
      { headers: { ...valid.headers, ...own } },
      expect,
    );
  }
}

/** Another secret that is written alike. */
function changeSecret(secret) {
  return secret.slice(0, -4) + (secret.at(-4) === 'A' ? 'B' : 'A') + secret.slice(-3);
}

import { getCompiled } from '../core/compiled-provider';
import { isAsymmetric } from '../core/signature';
import type { ValueSource, HeaderNames, Provider } from '../core/provider';
import { describeRetries } from './describe-retries';

/** A provider in words for people, made from its data. */
export interface Description {
  readonly name: string;
  readonly group: string;
  readonly docs: string;
  readonly signature: string;
  readonly algorithm: string;
  readonly signed: string;
  readonly window: string;
  readonly secret: string;
  readonly methods: string;
  readonly event: string;
  readonly id: string;
  readonly notSigned: string;
  readonly readFirst: string;
  readonly duplicates: string;
  readonly refusal: string;
  readonly handshakes: string;
  readonly address: string;
  readonly retries: string;
  readonly alsoSends: string;
}

const ALGORITHMS: Readonly<Record<Provider['algorithm'], string>> = {
  'hmac-sha256': 'HMAC-SHA256',
  'hmac-sha1': 'HMAC-SHA1',
  'hmac-sha384': 'HMAC-SHA384',
  'hmac-sha512': 'HMAC-SHA512',
  sha1: 'SHA-1 (no HMAC: weak)',
  sha256: 'SHA-256 (no HMAC: weak)',
  sha512: 'SHA-512 (no HMAC: weak)',
  ed25519: 'Ed25519',
  'ecdsa-p256-sha256': 'ECDSA P-256 with SHA-256',
  'rsa-sha1': 'RSA with SHA-1',
  'rsa-sha256': 'RSA with SHA-256',
  'rsa-sha512': 'RSA with SHA-512',
  token: 'none: a shared token',
  custom: 'code of its own',
};

export function describeProvider(provider: Provider): Description {
  const { name, group = '-', docs = '-', algorithm, methods, refusal } = provider;
  return {
    name,
    group,
    docs,
    signature: describeSignature(provider),
    algorithm: ALGORITHMS[algorithm],
    signed: describeSigned(provider),
    window: describeWindow(provider),
    secret: describeSecret(provider),
    methods: methods.join(', '),
    event: describeEvent(provider),
    id: describeSource(provider.id) || '-',
    notSigned: listUnsigned(provider),
    readFirst: getCompiled(provider).custom?.about?.readFirst ?? 'nothing',
    duplicates: describeDuplicates(provider),
    refusal:
      String(refusal.status) + (refusal.uniform === true ? ' for everything before authentication' : ''),
    handshakes: describeHandshakes(provider),
    address: describeAddress(provider),
    retries: describeRetries(provider),
    alsoSends: provider.alsoSends ?? '-',
  };
}

/** The name under which a provider is exported. */
export function exportName(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A router for the provider, ready to be copied. */
export function writeSnippet(provider: Provider): string {
  const variable = exportName(provider.name);
  const [event = '*'] = Object.keys(provider.events ?? {});
  const needsUrl = getCompiled(provider).coversUrl ? "\n    publicUrl: 'https://example.org'," : '';
  const needsToken = (provider.handshakes ?? []).some(({ token }) => token !== undefined)
    ? `\n    verifyToken: process.env.${constantName(provider.name)}_VERIFY_TOKEN,`
    : '';
  return `import express from 'express';
import { ${variable}, webhookRouter } from 'hooklatch';

const app = express();
app.use(
  '/webhooks/${provider.name}',
  webhookRouter({
    provider: ${variable},
    secret: process.env.${constantName(provider.name)}_SECRET,${needsUrl}${needsToken}
    events: { '${event}': (webhook) => console.log(webhook.event, webhook.payload) },
  }),
);
`;
}

function describeSignature({ algorithm, signature, timestamp }: Provider): string {
  const { prefix = '', scheme, items, assign = '', key = '', encoding, all = false } = signature;
  const headers = all ? [signature.header].flat().join(' and ') : listNames(signature.header);
  if (algorithm === 'custom') return headers === '' ? 'in the body' : headers;
  if (algorithm === 'token') {
    const written = encoding === 'utf8' ? '<token>' : `<${encoding} of the token>`;
    return `${headers}: ${scheme === undefined ? prefix : `${scheme} `}${written}`;
  }
  const one = `${prefix}${key}${assign}<${encoding}>`;
  if (items === undefined) return `${headers}: ${one}`;
  const name = assign === '' ? '' : `${timestamp?.field}${assign}`;
  const field = timestamp?.field === undefined ? '' : `${name}<time>${items}`;
  return `${headers}: ${field}${one}${items}...`;
}

function describeSigned(provider: Provider): string {
  const { algorithm, signed, compression } = provider;
  const { custom } = getCompiled(provider);
  if (algorithm === 'token') return 'nothing';
  if (custom !== undefined) return custom.about?.signed ?? "see the sender's documentation";
  const parts = signed.map((part) => (part.startsWith('{') ? part.slice(1, -1) : `"${part}"`));
  return parts.join(' + ') + (compression === undefined ? '' : ', as it was before it was compressed');
}

function describeWindow({ algorithm, timestamp }: Provider): string {
  if (timestamp === undefined) return 'none';
  const seconds = `${timestamp.toleranceSeconds} s each side`;
  if (algorithm === 'custom') return `${seconds}, where it signs a time`;
  const { body, field, header = [] } = timestamp;
  const named = field === undefined ? listNames(header) : `item "${field}"`;
  const place = body === undefined ? named : `body "${body}"`;
  return `${seconds}; ${place}, ${timestamp.unit}`;
}

function describeSecret({ algorithm, secret, signature }: Provider): string {
  if (algorithm === 'custom') return "as the sender's documentation says";
  const kind = isAsymmetric(algorithm) ? "the sender's public key, PEM or " : '';
  const otherwise = secret.otherwise === undefined ? '' : ', else text';
  const prefix = secret.prefix === undefined ? '' : ` behind "${secret.prefix}"${otherwise}`;
  const text = algorithm === 'token' && signature.prefix === undefined ? 'text, compared as a whole' : 'text';
  return `${kind}${secret.encoding === 'utf8' ? text : secret.encoding}${prefix}`;
}

function describeEvent(provider: Provider): string {
  const { event, events } = provider;
  if (event !== undefined) return describeSource(event);
  if (events === undefined) return 'not named';
  const table = Object.entries(events).map(([name, methods]) => `${name} by ${methods.join(' or ')}`);
  return `told by method and path: ${table.join(', ')}`;
}

function listUnsigned(provider: Provider): string {
  const { algorithm, event, id } = provider;
  const compiled = getCompiled(provider);
  if (algorithm === 'token') return 'everything';
  if (compiled.custom !== undefined) return compiled.custom.about?.notSigned ?? 'what webhook.trusted says';
  const parts = [
    ...(provider.signed.includes('{method}') ? [] : ['method']),
    ...(compiled.coversUrl ? [] : ['address']),
    ...(event?.header !== undefined && event.body === undefined
      ? [`event (${listNames(event.header)})`]
      : []),
    ...(id?.header !== undefined && !compiled.coversId ? [`id (${listNames(id.header)})`] : []),
    ...(provider.timestamp === undefined ? ['time'] : []),
  ];
  return parts.join(', ');
}

function describeDuplicates({ duplicates, algorithm }: Provider): string {
  if (duplicates === false) return 'not known: deliveries can be alike';
  const { key, also = [] } = duplicates;
  const otherwise = algorithm === 'token' ? 'the id, where there is one' : 'the id, else the signed content';
  return [key === 'id' ? otherwise : 'the signed content', ...also].join(' + ');
}

function describeAddress(provider: Provider): string {
  const { address = {} } = provider;
  const { coversUrl, custom } = getCompiled(provider);
  if (!coversUrl) return custom === undefined ? 'not signed' : 'see "signed content"';
  const ways = [
    'signed, so "publicUrl" is needed',
    ...(address.unescaped === undefined ? [] : [`without the percent-encodings of ${address.unescaped}`]),
    ...(address.bareOrigin === true ? ['without a slash where it has no path'] : []),
  ];
  return ways.join(', ');
}

function describeHandshakes({ handshakes = [] }: Provider): string {
  if (handshakes.length === 0) return 'none';
  const kinds = handshakes.map(({ when }) => {
    if (when.method !== undefined) return `${when.method} (unsigned)`;
    const fields = Object.entries(when.body ?? {}).map(([path, value]) => `${path} = ${value}`);
    const { has, empty } = when;
    return [
      ...fields,
      ...(has === undefined ? [] : [`a ${has}`]),
      ...(empty === undefined ? [] : [`no ${empty}`]),
    ].join(', ');
  });
  return `answered: ${kinds.join('; ')}`;
}

function describeSource(fact: ValueSource | undefined): string {
  if (fact === undefined) return '';
  return [fact, ...(fact.or ?? [])].map(describePlace).join(', else ');
}

function describePlace({ body, header, keys, names, as }: Omit<ValueSource, 'or'>): string {
  const paths = [body ?? []].flat().map((path) => `"${path}"`);
  const inBody = paths.length === 0 ? '' : `body ${paths.join(' + ')}`;
  const means = names === undefined ? '' : ` where it is ${Object.keys(names).join(', ')}`;
  const field = inBody === '' ? 'the field that is there' : `the field that is there in ${inBody}`;
  const places = [
    keys === undefined ? inBody + means : field,
    header === undefined ? '' : `header ${listNames(header)}${as === undefined ? '' : ` (${as})`}`,
  ];
  return places.filter((place) => place !== '').join(', ');
}

function listNames(names: HeaderNames): string {
  return [names].flat().join(' or ');
}

/** The beginning of the names of its variables: `STANDARD_WEBHOOKS`. */
export function constantName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}

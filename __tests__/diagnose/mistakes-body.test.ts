import { gzipSync, brotliCompressSync } from 'node:zlib';
import { diagnose } from 'hooklatch';
import { handSigned, type Sender } from '../helpers/hand-signed';
import { expectFirst, listRows, withBody, withHeaders, withSecret, type Mistake } from '../helpers/mistakes';

const JSONS: readonly Sender[] = [
  'github',
  'stripe',
  'shopify',
  'clerk',
  'slack',
  'twitch',
  'hubspotV3',
  'zendesk',
  'line',
  'vercel',
];
const SOME: readonly Sender[] = ['github', 'stripe', 'square', 'xero'];
const TWO: readonly Sender[] = ['fastcomments', 'typeform'];
const COMPACT = '{"id":"evt_1","text":"Zoë & <b>é</b>","url":"https://example.org/a","n":1}';
const FORM = 'payload=%7B%22a%22%3A%22x+y%22%7D&token=a%2Bb&text=Z%C3%BCrich';

const compact = (text: string): string => JSON.stringify(JSON.parse(text));
const changed =
  (change: (text: string) => string | Buffer): Mistake['breaks'] =>
  (sent) =>
    withBody(sent, change);
/** A Content-Length of what the sender has sent. */
const announced =
  (change: (text: string) => string | Buffer): Mistake['breaks'] =>
  (sent) =>
    withBody(withHeaders(sent, { 'content-length': String(sent.delivery.body.length) }), change);
const latin1AsUtf8 = (text: string): string => Buffer.from(text).toString('latin1');
const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const with1252 = (text: string): string => text.replaceAll('Ã«', 'Ã«');
const body =
  (text: string | Buffer): Mistake['given'] =>
  () => ({ body: text });

const ONE: readonly Mistake[] = [
  {
    name: 'escapes of Rails that JSON.stringify() does not write',
    senders: SOME,
    code: 'body-reserialised',
    certainty: 'certain',
    observed: /Rails/,
    given: body('{"a":"\\u003cb\\u003e \\u0026","u":"gid:\\/\\/x\\/1"}'),
    breaks: changed(compact),
  },
  {
    name: 'escapes of Gson that JSON.stringify() does not write',
    senders: SOME,
    code: 'body-reserialised',
    certainty: 'certain',
    observed: /Gson/,
    given: body('{"a":"it\\u0027s \\u003d"}'),
    breaks: changed(compact),
  },
  {
    name: 'large numbers that JavaScript has rounded, and whose digits are in a text',
    senders: SOME,
    code: 'body-reserialised',
    certainty: 'certain',
    observed: /digits of large numbers/,
    given: body('{"n":1,"id":820982911946154508,"gid":"shop/Order/820982911946154508"}'),
    breaks: changed(compact),
  },
  {
    name: 'a line break that was not announced',
    senders: SOME,
    code: 'body-newline',
    certainty: 'certain',
    breaks: announced((text) => `${text}\n`),
  },
  {
    name: 'a form that Python has written, decoded',
    senders: ['slack'],
    code: 'body-form-decoded',
    certainty: 'certain',
    given: body('text=now%21+%2A+%27&user=U1'),
    breaks: changed((text) => decodeURIComponent(text.replaceAll('+', ' '))),
  },
  {
    name: 'express.json() and JSON.stringify()',
    senders: JSONS,
    code: 'body-reserialised',
    certainty: 'certain',
    breaks: changed(compact),
  },
  {
    name: 'compact JSON that is pretty-printed',
    senders: SOME,
    code: 'body-reserialised',
    certainty: 'certain',
    given: body(COMPACT),
    breaks: changed((text) => JSON.stringify(JSON.parse(text), null, 2)),
  },
  {
    name: 'slashes that PHP escapes',
    senders: SOME,
    code: 'body-reserialised',
    certainty: 'certain',
    observed: /slashes escaped/,
    given: body(COMPACT.replaceAll('/', '\\/')),
    breaks: changed(compact),
  },
  {
    name: 'a Python relay that writes ASCII',
    senders: SOME,
    code: 'body-reserialised',
    certainty: 'certain',
    given: body(COMPACT),
    breaks: changed((text) =>
      text
        .replace(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .replaceAll('":', '": ')
        .replaceAll(',"', ', "'),
    ),
  },
  {
    name: 'a line break that was added',
    senders: [...JSONS, 'meta'],
    code: 'body-newline',
    certainty: 'certain',
    observed: /added/,
    breaks: changed((text) => `${text}\n`),
  },
  {
    name: 'a line break that was lost',
    senders: SOME,
    code: 'body-newline',
    certainty: 'certain',
    observed: /lost/,
    given: body(`${COMPACT}\n`),
    breaks: changed((text) => text.trimEnd()),
  },
  {
    name: 'CRLF in place of LF',
    senders: SOME,
    code: 'body-line-ends',
    certainty: 'certain',
    observed: /signed body has LF/,
    breaks: changed((text) => text.replaceAll('\n', '\r\n')),
  },
  {
    name: 'a byte order mark that was added',
    senders: SOME,
    code: 'body-bom',
    certainty: 'certain',
    observed: /added/,
    breaks: changed((text) => `\ufeff${text}`),
  },
  {
    name: 'a byte order mark that was lost',
    senders: SOME,
    code: 'body-bom',
    certainty: 'certain',
    observed: /lost/,
    given: body(`\ufeff${COMPACT}`),
    breaks: changed((text) => text.slice(1)),
  },
  {
    name: 'white space that was trimmed at both ends',
    senders: SOME,
    code: 'body-white-space',
    certainty: 'certain',
    observed: /trimmed/,
    given: body(` ${COMPACT}\n\n`),
    breaks: changed((text) => text.trim()),
  },
  {
    name: 'white space that was added',
    senders: SOME,
    code: 'body-white-space',
    certainty: 'certain',
    observed: /added/,
    breaks: changed((text) => `  ${text} `),
  },
  {
    name: 'escapes of HTML',
    senders: SOME,
    code: 'body-escaped',
    certainty: 'certain',
    observed: /HTML/,
    breaks: changed(escapeHtml),
  },
  {
    name: 'escapes of HTML that were taken out',
    senders: SOME,
    code: 'body-escaped',
    certainty: 'certain',
    observed: /HTML/,
    given: body('{"text":"a &lt;b&gt; &amp; c"}'),
    breaks: changed((text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')),
  },
  {
    name: 'a body that is percent-encoded whole',
    senders: SOME,
    code: 'body-form-decoded',
    certainty: 'certain',
    breaks: changed(encodeURIComponent),
  },
  {
    name: 'a body that is percent-encoded as a form',
    senders: SOME,
    code: 'body-form-decoded',
    certainty: 'certain',
    breaks: changed((text) => new URLSearchParams([['', text]]).toString().slice(1)),
  },
  {
    name: 'a form that was decoded',
    senders: ['slack', 'github'],
    code: 'body-form-decoded',
    certainty: 'certain',
    given: body(FORM),
    breaks: changed((text) =>
      [...new URLSearchParams(text)].map(([name, value]) => `${name}=${value}`).join('&'),
    ),
  },
  {
    name: 'a form that became JSON',
    senders: ['slack', 'github'],
    code: 'body-form-decoded',
    certainty: 'certain',
    given: body(FORM),
    breaks: changed((text) => JSON.stringify(Object.fromEntries(new URLSearchParams(text)))),
  },
  {
    name: 'the JSON of a form alone',
    senders: ['github'],
    code: 'body-form-decoded',
    certainty: 'certain',
    given: body('payload=%7B%22a%22%3A%22x+y%22%7D'),
    breaks: changed(() => '{"a":"x y"}'),
  },
  {
    name: 'UTF-8 that was read as Latin-1',
    senders: SOME,
    code: 'body-charset',
    certainty: 'certain',
    observed: /Latin-1/,
    breaks: changed((text) => with1252(latin1AsUtf8(text))),
  },
  {
    name: 'UTF-8 that became Latin-1',
    senders: SOME,
    code: 'body-charset',
    certainty: 'certain',
    observed: /Latin-1/,
    breaks: changed((text) => Buffer.from(text, 'latin1')),
  },
  {
    name: 'UTF-8 that became UTF-16',
    senders: TWO,
    code: 'body-charset',
    certainty: 'certain',
    observed: /UTF-16/,
    breaks: changed((text) => Buffer.from(text, 'utf16le')),
  },
  {
    name: 'accents that were decomposed',
    senders: SOME,
    code: 'body-normalised',
    certainty: 'certain',
    observed: /NFC/,
    breaks: changed((text) => text.normalize('NFD')),
  },
  {
    name: 'base64 of a platform',
    senders: SOME,
    code: 'body-base64',
    certainty: 'certain',
    breaks: changed((text) => Buffer.from(text).toString('base64')),
  },
  {
    name: 'an envelope',
    senders: SOME,
    code: 'body-wrapped',
    certainty: 'certain',
    breaks: changed((text) => JSON.stringify({ body: text, isBase64Encoded: false })),
  },
  {
    name: 'an envelope of base64',
    senders: SOME,
    code: 'body-wrapped',
    certainty: 'certain',
    breaks: changed((text) =>
      JSON.stringify({ body: Buffer.from(text).toString('base64'), isBase64Encoded: true }),
    ),
  },
  {
    name: 'JSON of JSON',
    senders: SOME,
    code: 'body-double-encoded',
    certainty: 'certain',
    breaks: changed((text) => JSON.stringify(text)),
  },
  {
    name: 'a body that was compressed after it was signed',
    senders: TWO,
    code: 'body-compressed',
    certainty: 'certain',
    breaks: changed((text) => gzipSync(text)),
  },
  {
    name: 'a body that was compressed by brotli',
    senders: TWO,
    code: 'body-compressed',
    certainty: 'certain',
    breaks: changed((text) => brotliCompressSync(text)),
  },
  {
    name: 'a body that was inflated',
    senders: TWO,
    code: 'body-inflated',
    certainty: 'certain',
    given: body(gzipSync(COMPACT)),
    breaks: changed(() => COMPACT),
  },
  {
    name: 'backslashes in front of quotes',
    senders: TWO,
    code: 'body-escaped',
    certainty: 'certain',
    given: body('{"a":"b"}'),
    breaks: changed((text) => text.replaceAll('"', '\\"')),
  },
];

const BELIEVED: readonly Mistake[] = [
  {
    name: 'a body that is whole JSON and has not the length that was announced',
    senders: SOME,
    code: 'body-reserialised',
    certainty: 'likely',
    observed: /whole JSON/,
    given: body('{"amount": 12.50}'),
    breaks: announced(compact),
  },
  {
    name: 'a body of another secret with white space that was not announced',
    senders: SOME,
    code: 'body-newline',
    certainty: 'likely',
    breaks: (sent) => withSecret(announced((text) => `${text}\n`)!(sent, 'github'), (s) => `${s}another`),
  },
  {
    name: 'numbers that JavaScript has rounded',
    senders: ['shopify'],
    code: 'body-reserialised',
    certainty: 'likely',
    observed: /2\^53/,
    given: body('{"id":820982911946154508}'),
    breaks: changed(compact),
  },
  {
    name: 'base64 of the body, and another secret',
    senders: SOME,
    code: 'body-base64',
    certainty: 'likely',
    breaks: (sent) =>
      withSecret(
        withBody(sent, (text) => Buffer.from(text).toString('base64')),
        (s) => `${s}another`,
      ),
  },
  {
    name: 'a byte order mark, and another secret',
    senders: SOME,
    code: 'body-bom',
    certainty: 'likely',
    breaks: (sent) =>
      withSecret(
        withBody(sent, (text) => `\ufeff${text}`),
        (s) => `${s}another`,
      ),
  },
  {
    name: '{} with the length of the whole body',
    senders: SOME,
    code: 'body-empty',
    certainty: 'likely',
    breaks: announced(() => '{}'),
  },
  {
    name: 'a form with letters that no form has, and another secret',
    senders: ['slack'],
    code: 'body-form-decoded',
    certainty: 'likely',
    given: body(FORM),
    breaks: (sent) => {
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const decoded = withBody(withHeaders(sent, type), (text) =>
        decodeURIComponent(text.replaceAll('+', ' ')),
      );
      return withSecret(decoded, (s) => `${s}another`);
    },
  },
  {
    name: 'a body that ends in the middle',
    senders: JSONS,
    code: 'body-length',
    certainty: 'likely',
    observed: /ends too early/,
    breaks: changed((text) => text.slice(0, 60)),
  },
  {
    name: 'a body that is shorter than was announced',
    senders: SOME,
    code: 'body-length',
    certainty: 'likely',
    observed: /Content-Length is/,
    breaks: announced((text) => text.slice(0, 60)),
  },
  {
    name: 'a body that lost its last character',
    senders: SOME,
    code: 'body-length',
    certainty: 'certain',
    observed: /last characters/,
    breaks: changed((text) => text.slice(0, -1)),
  },
  {
    name: 'a body that is longer than was announced',
    senders: SOME,
    code: 'body-length',
    certainty: 'certain',
    observed: /longer than/,
    breaks: announced((text) => `${text}GET / HTTP/1.1`),
  },
  {
    name: '{} in place of the body',
    senders: JSONS,
    code: 'body-empty',
    certainty: 'likely',
    observed: /\{\}/,
    breaks: changed(() => '{}'),
  },
  {
    name: 'null in place of the body',
    senders: SOME,
    code: 'body-empty',
    certainty: 'likely',
    breaks: changed(() => 'null'),
  },
  {
    name: 'no body',
    senders: JSONS,
    code: 'body-empty',
    certainty: ['likely', 'possible'],
    breaks: changed(() => ''),
  },
  {
    name: '[object Object]',
    senders: JSONS,
    code: 'body-object-text',
    certainty: 'likely',
    breaks: changed(() => '[object Object]'),
  },
  {
    name: 'bytes that are lost',
    senders: TWO,
    code: 'body-utf8-replaced',
    certainty: 'likely',
    given: body(Buffer.from('{"a":"\xe9\xe8\xfc"}', 'latin1')),
    breaks: changed((text) => Buffer.from(text)),
  },
  {
    name: 'a token that is right beside a body that is not',
    senders: ['fastcomments'],
    code: 'body-changed',
    certainty: 'likely',
    breaks: changed((text) => text.replace('12.5', '13')),
  },
  {
    name: 'a value that was changed',
    senders: ['github', 'slack', 'clerk'],
    code: 'secret-unknown',
    certainty: 'likely',
    breaks: changed((text) => text.replace('12.5', '13')),
  },
];

const PAIRS: readonly Mistake[] = [
  {
    name: 'base64 of JSON that was written again',
    senders: SOME,
    code: ['body-base64', 'body-reserialised'],
    certainty: 'certain',
    breaks: changed((text) => Buffer.from(compact(text)).toString('base64')),
  },
  {
    name: 'an envelope of JSON that was written again',
    senders: SOME,
    code: ['body-wrapped', 'body-reserialised'],
    certainty: 'certain',
    breaks: changed((text) => JSON.stringify({ payload: compact(text) })),
  },
  {
    name: 'a mark and CRLF',
    senders: SOME,
    code: ['body-bom', 'body-line-ends'],
    certainty: 'certain',
    breaks: changed((text) => `\ufeff${text.replaceAll('\n', '\r\n')}`),
  },
  {
    name: 'Latin-1 and a line break',
    senders: SOME,
    code: ['body-charset', 'body-newline'],
    certainty: 'certain',
    breaks: changed((text) => `${latin1AsUtf8(text)}\n`),
  },
  {
    name: 'JSON of base64',
    senders: TWO,
    code: ['body-double-encoded', 'body-base64'],
    certainty: 'certain',
    breaks: changed((text) => JSON.stringify(Buffer.from(text).toString('base64'))),
  },
  {
    name: 'escapes of HTML and a line break',
    senders: SOME,
    code: ['body-escaped', 'body-newline'],
    certainty: 'certain',
    breaks: changed((text) => `${escapeHtml(text)}\n`),
  },
  {
    name: 'a secret with a line break and CRLF',
    senders: SOME,
    code: ['secret-white-space', 'body-line-ends'],
    certainty: 'certain',
    breaks: (sent) =>
      withBody(
        withSecret(sent, (one) => `${one}\n`),
        (text) => text.replaceAll('\n', '\r\n'),
      ),
  },
  {
    name: 'an old delivery that was written again',
    senders: ['stripe', 'slack', 'clerk'],
    code: ['timestamp-stale', 'body-reserialised'],
    certainty: 'certain',
    given: () => ({ now: handSigned('stripe').settings.now! - 1_000_000 }),
    breaks: changed(compact),
  },
];

describe('bodies: diagnose() names first', () => {
  it.each(listRows([...ONE, ...BELIEVED, ...PAIRS]))('%s', (_name, mistake, sender) =>
    expectFirst(mistake, sender),
  );
});

describe('the fix for a body that was changed', () => {
  const fixFor = (more: Readonly<Record<string, string>>): string => {
    const sent = withBody(handSigned('github'), compact);
    const length = String(sent.delivery.body.length);
    const headers = { ...more, ...(more['content-length'] === 'fits' && { 'content-length': length }) };
    const { delivery, settings } = withHeaders(sent, headers);
    return diagnose(delivery, settings).findings[0]!.fix;
  };

  it('names the parser where the server may have changed it', () => {
    expect(fixFor({})).toContain('express.json()');
    expect(fixFor({ 'content-length': '9999' })).toContain('express.json()');
  });

  it('names the sender and the relay where the server has read the bytes itself', () => {
    expect(fixFor({ 'content-length': 'fits' })).toMatch(/relay/);
    expect(fixFor({ 'content-length': 'fits' })).not.toContain('express.json()');
  });
});

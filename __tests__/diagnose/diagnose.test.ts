import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { diagnose, fastcomments, github, providers, telegram, type Delivery } from 'hooklatch';
import { FIXES } from '../../src/diagnose/fixes';
import { isAsymmetric } from '../../src/core/signature';
import { diagnosed, good, HMACS, NOW, PRETTY, PUBLIC_URL, secretOf, withBody } from '../helpers/deliveries';

const MEGABYTE = 1024 * 1024;

/** Numbers below 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomBody(random: () => number): string | Buffer {
  const word = (): string => Math.floor(random() * 1e9).toString(36);
  const object = {
    id: word(),
    text: `${word()} é/<${word()}>`,
    n: Math.floor(random() * 1e6),
    list: [word()],
  };
  const kinds: readonly (() => string | Buffer)[] = [
    () => JSON.stringify(object),
    () => JSON.stringify(object, null, 2),
    () => JSON.stringify([object, { nested: object }]),
    () => new URLSearchParams({ token: word(), text: `${word()} ü` }).toString(),
    () => `plain text ${word()}\n`,
    () => Buffer.from(Array.from({ length: 40 }, () => Math.floor(random() * 256))),
  ];
  return kinds[Math.floor(random() * kinds.length)]!();
}

describe('diagnose() accuses nobody falsely', () => {
  it('blames nothing specific in 300 deliveries with a secret that is truly unknown', () => {
    const random = seeded(20_260_101);
    const blamed: unknown[] = [];
    for (let round = 0; round < 300; round += 1) {
      const provider = HMACS[Math.floor(random() * HMACS.length)]!;
      const { encoding, prefix = '' } = provider.secret;
      const key = createHash('sha256').update(String(random())).digest();
      const secret = encoding === 'utf8' ? key.toString('hex').slice(0, 24) : prefix + key.toString(encoding);
      const method = provider.methods[0];
      const delivery = good(provider, randomBody(random), { secret, method });
      const { headers, body } = delivery;
      const sent = {
        ...headers,
        'content-length': String(body.length),
        'user-agent': 'x',
        date: 'Thu, 01 Jan 2026 00:00:00 GMT',
      };
      const { findings } = diagnosed(provider, { ...delivery, headers: sent });
      const codes = findings.map(({ code }) => code).join();
      if (codes !== 'secret-unknown') blamed.push([provider.name, codes]);
    }
    expect(blamed).toEqual([]);
  }, 120_000);

  it('says which secret was used, by its fingerprint', () => {
    const delivery = good(fastcomments, PRETTY, { secret: 'another secret that nobody here knows' });
    const secret = secretOf(fastcomments);
    const fingerprint = createHash('sha256').update(secret).digest('hex').slice(0, 8);
    const [first] = diagnosed(fastcomments, delivery).findings;
    expect(first).toMatchObject({ code: 'secret-unknown', certainty: 'likely' });
    expect(first!.observed).toBe(
      `No known mistake reproduces this signature with the secret "default" (fingerprint ${fingerprint}).`,
    );
    expect(first!.why).toContain('the secret is probably another one');
  });
});

describe('diagnose() is bounded', () => {
  it('tries less with a body above 1 MiB', () => {
    const body = JSON.stringify({ text: 'é'.repeat(MEGABYTE) });
    const sent = good(github, body);
    const codes = (delivery: Delivery): string => diagnosed(github, delivery).findings[0]!.code;
    expect(codes(withBody(sent, `${body}\n`))).toBe('body-newline');
    expect(codes(withBody(sent, JSON.stringify(JSON.parse(body), null, 2)))).toBe('secret-unknown');
  });

  it('inflates no further than 4 MiB', () => {
    const body = Buffer.alloc(8 * MEGABYTE, 0x20);
    const { findings } = diagnosed(github, withBody(good(github, body), gzipSync(body)));
    expect(findings[0]!.code).toBe('secret-unknown');
  });

  it.each([
    ['text', (size: number) => 'x/é<'.repeat(size / 5)],
    ['JSON', (size: number) => JSON.stringify({ text: 'x/é<'.repeat(size / 5) })],
    ['escapes', (size: number) => `["${'\\n'.repeat(size / 2)}"]`],
    ['items', (size: number) => JSON.stringify(Array(Math.floor(size / 10)).fill({ b: 1 }))],
    ['a form', (size: number) => `a=${'%20+'.repeat(size / 4)}`],
    ['base64', (size: number) => 'QUJD'.repeat(size / 4)],
    ['white space', (size: number) => ' '.repeat(size)],
    ['line breaks', (size: number) => '\r\n'.repeat(size / 2)],
    ['what was no UTF-8', (size: number) => '\ufffd'.repeat(size / 3)],
    ['quotes', (size: number) => '"'.repeat(size)],
  ])('takes large bodies of %s', (_, make) => {
    for (const size of [60_000, 1_000_000, 3_000_000]) {
      const sent = withBody(good(github, 'x'), make(size));
      expect(diagnosed(github, sent).verified).toBe(false);
    }
  });

  it('takes deep and odd JSON', () => {
    const depth = 20_000;
    for (const body of [
      '['.repeat(depth) + ']'.repeat(depth),
      `{"body":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      '{"a":"\\ud800","b":1e999,"c":-0,"a":2}',
      '{"payload":null,"x":"\\ud800=1"}',
      'payload=%&x=%ff',
    ]) {
      expect(diagnosed(github, withBody(good(github, 'x'), body)).verified).toBe(false);
    }
  });

  it('throws for no delivery', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '',
        'sha256=',
        't=1,v1=',
        ',',
        '1767225600',
        '1767225600000',
        '1e400',
        '9'.repeat(400),
        'v1,',
        '%%%',
      ),
    );
    const names = fc.constantFrom(
      ...Object.values(providers).flatMap(({ signature, timestamp, id }) =>
        [signature.header, timestamp?.header ?? [], id?.header ?? []].flat(),
      ),
      'content-length',
      'content-encoding',
      'content-type',
      'host',
      'x-forwarded-host',
      'X-Signature-Timestamp-Id',
      '__proto__',
    );
    const headers = fc.dictionary(names, fc.oneof(text, fc.array(text)));
    const body = fc.oneof(
      fc.uint8Array(),
      fc.json().map((value) => Buffer.from(value)),
      text.map((value) => Buffer.from(value)),
    );
    const delivery = fc.record({
      method: fc.constantFrom('POST', 'DELETE', 'é'),
      url: text,
      headers,
      body: body.map((bytes) => Buffer.from(bytes)),
    });
    const used = fc.constantFrom(
      ...Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom'),
    );
    fc.assert(
      fc.property(delivery, used, fc.option(fc.array(text)), (sent, provider, rawHeaders) => {
        const asymmetric = isAsymmetric(provider.algorithm);
        const { verified, findings } = diagnose(
          { ...sent, rawHeaders: rawHeaders ?? undefined },
          { provider, secret: asymmetric ? 'no key' : secretOf(provider), now: NOW, publicUrl: PUBLIC_URL },
        );
        expect([verified, findings.length > 0]).toEqual([false, true]);
      }),
      { numRuns: 300, seed: 1 },
    );
  }, 120_000);
});

describe('docs/troubleshooting.md', () => {
  const page = readFileSync(join(__dirname, '../../docs/troubleshooting.md'), 'utf8');
  const sections = page
    .split(/^#{2,3} /m)
    .map((section) => /^`([a-z0-9-]+)`\n([\s\S]*)$/.exec(section))
    .filter((match) => match !== null);

  it('has a section for every code, and for no other', () => {
    expect(sections.map(([, code]) => code).sort()).toEqual(Object.keys(FIXES).sort());
    for (const [, , text] of sections) expect(text!.trim().length).toBeGreaterThan(60);
  });
});

describe('telegram', () => {
  it('is no signature at all, and still explained', () => {
    const sent: Delivery = { method: 'POST', url: '/', headers: {}, body: Buffer.from('{}') };
    expect(diagnosed(telegram, sent).findings[0]!.code).toBe('signature-missing');
  });
});

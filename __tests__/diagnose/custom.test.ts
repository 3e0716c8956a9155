import { createHmac } from 'node:crypto';
import { defineProvider, type Delivery, type Provider } from 'hooklatch';
import { diagnosed, NOW, PAYLOAD, PRETTY, PUBLIC_URL } from '../support/deliveries';

describe('diagnose() of a provider that is code', () => {
  const calls: string[] = [];
  const custom = (verify?: (key: string) => unknown): Provider =>
    defineProvider({
      name: 'coded',
      headers: ['X-Coded'],
      signsUrl: true,
      readSecret: (text) => {
        if (text.includes('!')) throw new Error('no secret');
        return text;
      },
      verify: ({ url, headers, body }, { key }) => {
        calls.push(url);
        if (verify !== undefined) return verify(key) as undefined;
        const right = createHmac('sha256', key).update(url).update(body).digest('hex');
        return [headers['x-coded']].includes(right) ? { timestamp: NOW } : undefined;
      },
    });
  const secret = 'a secret for the coded one';
  const mac = createHmac('sha256', secret).update(PUBLIC_URL).update(PRETTY).digest('hex');
  const sent: Delivery = { method: 'POST', url: '/', headers: { 'x-coded': mac }, body: Buffer.from(PRETTY) };
  const first = (delivery: Partial<Delivery>, settings: object = {}, provider = custom()): string =>
    diagnosed(provider, { ...sent, ...delivery }, { secret, ...settings }).findings[0]!.code;

  it('asks its own function about changes of body, secret and address', () => {
    expect(first({})).toBe('verified');
    expect(first({ body: Buffer.from(JSON.stringify(PAYLOAD)) })).toBe('body-reserialised');
    expect(first({}, { secret: `${secret}\n` })).toBe('secret-white-space');
    expect(first({}, { publicUrl: PUBLIC_URL.replace('https', 'http') })).toBe('signed-url-scheme');
    expect(
      first(
        { headers: { ...sent.headers, host: 'example.org' }, url: '/hooks/in?tenant=7' },
        { publicUrl: undefined },
      ),
    ).toBe('public-url-missing');
    expect(first({ url: '/' }, { publicUrl: undefined })).toBe('public-url-missing');
    expect(first({}, { secret: 'another one' })).toBe('secret-unknown');
    expect(first({}, { secret: [{ id: 'bad', value: 'wrong!' }, secret] })).toBe('verified');
    expect(first({}, { secret: 'wrong!' })).toBe('secret-format');
    expect(first({}, { now: NOW + 301_000 })).toBe('timestamp-stale');
    expect(first({ headers: {} })).toBe('signature-missing');
    expect(first({ headers: { 'x-coded': ['a', 'b'] } })).toBe('header-repeated');
  });

  it('looks for nothing in bodies of more than 256 KiB', () => {
    const large = (size: number): string => {
      const body = Buffer.alloc(size, 'x');
      const signed = createHmac('sha256', secret).update(PUBLIC_URL).update(body.subarray(1)).digest('hex');
      const mistaken = custom();
      const spaced = Buffer.concat([Buffer.from(' '), body.subarray(1)]);
      return first({ headers: { 'x-coded': signed }, body: spaced }, {}, mistaken);
    };
    expect([256 * 1024, 256 * 1024 + 1].map(large)).toEqual(['body-white-space', 'secret-unknown']);
  });

  it('hands over what a receiver would', () => {
    const seen: unknown[] = [];
    const noting = defineProvider({
      name: 'noting',
      headers: ['X-Coded'],
      verify: (_delivery, { key, ...more }) => void seen.push({ ...more, key }),
    });
    diagnosed(noting, sent, { secret: [{ id: 'mine', value: 'abc' }], toleranceSeconds: 7 });
    const settings = { key: 'abc', now: NOW, toleranceMs: 7000 };
    expect(seen.slice(0, 2)).toEqual([
      { ...settings, secretId: 'mine', secretIds: ['mine'] },
      { ...settings, secretId: 'default', secretIds: ['default'] },
    ]);
  });

  it('names other senders by their headers where its own is missing', () => {
    const codes = (headers: Delivery['headers']): string[] =>
      diagnosed(custom(), { ...sent, headers }, { secret: 'another one' }).findings.map(({ code }) => code);
    const foreign = { 'stripe-signature': `t=1767225600,v1=${mac}` };
    expect(codes(foreign)).toEqual(['signature-missing', 'other-provider']);
    expect(codes({ ...foreign, 'x-coded': mac })).toEqual(['secret-unknown']);
  });

  it('says that it cannot wait', () => {
    expect(
      first(
        {},
        {},
        custom(() => Promise.reject(new Error('later'))),
      ),
    ).toBe('not-judged');
    const waiting = custom(() => Promise.resolve({}));
    expect(diagnosed(waiting, sent, { secret }).verified).toBe(false);
    let slow = 0;
    const later = custom(() => (slow++ === 0 ? undefined : Promise.reject(new Error('later'))));
    expect(first({}, {}, later)).toBe('secret-unknown');
    const broken = custom(() => {
      throw new Error('broken');
    });
    expect(first({}, {}, broken)).toBe('secret-unknown');
    expect(calls.length).toBeGreaterThan(10);
  });
});

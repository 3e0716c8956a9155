import { square } from 'hooklatch';
import { diagnosed, good } from '../../helpers/deliveries';

describe('an address that was signed', () => {
  it('may be that of a host by IPv6, without its port', () => {
    const sent = good(square, '{}', { publicUrl: 'https://[::1]/hooks/in' });
    const headers = { ...sent.headers, host: '[::1]:3000' };
    const publicUrl = 'https://example.org/hooks/in';
    const { findings } = diagnosed(square, { ...sent, url: '/hooks/in', headers }, { publicUrl });
    expect(findings.map(({ code }) => code)).toEqual(['signed-url-host']);
    expect(findings[0]!.observed).toContain('https://[::1]/hooks/in,');
  });

  it('is the public one alone where that of the request cannot be read', () => {
    const sent = good(square, '{}', { publicUrl: 'http://example.org/a:b' });
    const { findings } = diagnosed(square, { ...sent, url: 'a:b' }, { publicUrl: 'https://example.org/' });
    expect(findings.map(({ code }) => code)).toEqual(['signed-url-scheme', 'signed-url-path']);
  });

  it('has the path that a proxy names in a header', () => {
    const sent = good(square, '{}', { publicUrl: 'https://example.org/hooks/in' });
    const headers = { ...sent.headers, 'x-original-uri': '/hooks/in', 'x-envoy-original-path': 'in' };
    const publicUrl = 'https://example.org/in';
    const { findings } = diagnosed(square, { ...sent, url: '/in', headers }, { publicUrl });
    expect(findings.map(({ code }) => code)).toEqual(['signed-url-path']);
  });

  it('has the prefix that a proxy took off', () => {
    const sent = good(square, '{}', { publicUrl: 'https://example.org/api/hooks/in' });
    const headers = { ...sent.headers, 'x-forwarded-prefix': '/api/' };
    const publicUrl = 'https://example.org/hooks/in';
    const { findings } = diagnosed(square, { ...sent, url: '/hooks/in', headers }, { publicUrl });
    expect(findings.map(({ code }) => code)).toEqual(['signed-url-path']);
  });
});

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
});

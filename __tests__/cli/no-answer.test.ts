import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { main } from '../../src/cli/main';
import { explainNoAnswer } from '../../src/cli/no-answer';
import { certify } from '../helpers/certificate';
import { start } from '../helpers/http';
import { recordedIo } from '../helpers/io';

const ARGS = ['send', 'github', '--secret-env', 'SECRET', '--url'];
const env = { SECRET: 'a-secret-of-thirty-two-characters' };

describe('explainNoAnswer()', () => {
  it('says how a self-signed certificate is trusted, of a real one', async () => {
    const { privatePem: key, certificate: cert } = certify('ec');
    const server = createServer({ key, cert }, (_req, res) => res.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const io = recordedIo({ env });
    expect(await main([...ARGS, `https://127.0.0.1:${port}/`], io)).toBe(1);
    expect(io.err.join()).toMatch(/SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS.*mkcert -CAROOT/);
    server.close();
  });

  it('says that a server speaks no HTTPS, of a real one', async () => {
    const { url } = await start(() => undefined);
    const io = recordedIo({ env });
    expect(await main([...ARGS, url.replace('http:', 'https:')], io)).toBe(1);
    expect(io.err.join()).toMatch(/EPROTO: it does not speak HTTPS there; try http:/);
  });

  it.each([
    ['ECONNREFUSED', /nothing listens there$/],
    ['CERT_HAS_EXPIRED', /make a new certificate$/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name/],
    ['ETIMEDOUT', /^ETIMEDOUT$/],
  ])('explains %s', (code, words) => {
    expect(explainNoAnswer(Object.assign(new Error('no'), { code }))).toMatch(words);
  });

  it('has the message where there is no code', () => {
    expect(explainNoAnswer(new Error('Parse Error'))).toBe('Parse Error');
  });
});

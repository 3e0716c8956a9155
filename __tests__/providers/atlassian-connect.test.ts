import { atlassianConnect, sign, verify } from 'hooklatch';

const SECRET = 'jira:7a3b4c77:a-shared-secret-of-some-length';
const BODY = Buffer.from('{"webhookEvent":"jira:issue_created"}');

describe('atlassianConnect', () => {
  it.each([
    ['https://app.example.org/', 'https://app.example.org'],
    ['https://app.example.org/hook', 'https://app.example.org/hook/'],
    ['https://app.example.org/hook?b=1&a=2', 'https://app.example.org/hook?a=2&b=1&jwt=x#y'],
    ["https://app.example.org/hook?a=it's+(a)*!", 'https://app.example.org/hook?a=it%27s%20%28a%29%2A%21'],
  ])('takes %s for %s, which the sender signs alike', async (signed, received) => {
    const settings = { provider: atlassianConnect, secret: SECRET };
    const headers = sign(atlassianConnect, { secret: SECRET, publicUrl: signed }, { body: BODY });
    const delivery = { method: 'POST', url: '/', headers, body: BODY };
    const webhook = await verify(delivery, { ...settings, publicUrl: received });
    expect(webhook).toMatchObject({ event: 'jira:issue_created', payload: {}, trusted: { event: false } });
  });

  it.each([
    'https://app.example.org/hook%26a=2',
    'https://app.example.org/hook&a=2',
    'https://app.example.org/hook?a=3',
  ])('refuses %s for /hook?a=2', async (publicUrl) => {
    const url = 'https://app.example.org/hook?a=2';
    const headers = sign(atlassianConnect, { secret: SECRET, publicUrl: url }, { body: BODY });
    const delivery = { method: 'POST', url: '/', headers, body: BODY };
    const settings = { provider: atlassianConnect, secret: SECRET, publicUrl };
    await expect(verify(delivery, settings)).rejects.toThrow('no signature matches');
  });
});

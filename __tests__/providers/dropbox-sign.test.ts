import { dropboxSign, sign, signBody, verifySync, WebhookError, type Webhook } from 'hooklatch';
import { send, startGuard } from '../helpers/http';

const SECRET = 'an-api-key-of-some-length';
const NOW = 1_795_320_000_000;

const write = (body: string): Buffer =>
  signBody(dropboxSign, { secret: SECRET, now: NOW }, { method: 'POST', body: Buffer.from(body) });
const receive = (body: Buffer): Webhook =>
  verifySync(
    { method: 'POST', url: '/', headers: {}, body },
    { provider: dropboxSign, secret: SECRET, now: NOW },
  );

describe('dropboxSign', () => {
  it.each([
    [
      'JSON',
      '{"event":{"event_type":"signature_request_sent","event_metadata":{"a":1}},"signature_request":{}}',
    ],
    [
      'a form',
      `json=${encodeURIComponent('{"event":{"event_type":"signature_request_sent","event_metadata":{"a":1}},"signature_request":{}}')}`,
    ],
  ])('has time and type alone in the payload, and the rest apart: of %s', (_what, body) => {
    const webhook = receive(write(body));
    expect(webhook).toMatchObject({
      event: 'signature_request_sent',
      key: undefined,
      trusted: { event: true },
    });
    expect(webhook.payload).toEqual({
      event: { event_time: String(NOW / 1000), event_type: 'signature_request_sent' },
    });
    expect(webhook.unsigned).toEqual({
      event: { event_metadata: { a: 1 }, event_hash: expect.any(String) as string },
      signature_request: {},
    });
  });

  it('writes a test where no event is named, and says how the body is written', () => {
    expect(receive(write('{}')).event).toBe('callback_test');
    expect(receive(write('')).event).toBe('callback_test');
    const headers = sign(dropboxSign, { secret: SECRET }, { body: write('{}') });
    expect(headers).toEqual({ 'Content-Type': 'multipart/form-data; boundary=hooklatch-sample' });
  });

  it('answers in the words that the sender waits for', async () => {
    const { port } = await startGuard({ provider: dropboxSign, secret: SECRET, acknowledge: undefined });
    expect((await send(port, { body: write('{}') })).status).toBe(200);
    expect(dropboxSign.acknowledge).toEqual({ status: 200, text: 'Hello API Event Received' });
  });

  it.each([
    [
      'a digit of the time moved to the type',
      (text: string) =>
        text.replace(/"event_time":"(\d+)(\d)","event_type":"/, '"event_time":"$1","event_type":"$2'),
    ],
    ['another type', (text: string) => text.replace('callback_test', 'callback_text')],
    ['half a hash', (text: string) => text.replace(/("event_hash":".{32}).{32}/, '$1')],
    ['no event', (text: string) => text.replace('"event"', '"other"')],
  ])('refuses %s', (_what, change) => {
    const text = write('{}').toString();
    expect(change(text)).not.toBe(text);
    expect(() => receive(Buffer.from(change(text)))).toThrow(WebhookError);
  });
});

import { restoreWebhook, withPayload } from '../../src/inbox/stored-delivery';
import { makeStored } from '../helpers/inbox';

const { meta } = makeStored(1);

describe('restoreWebhook()', () => {
  it('parses when it is read, as the provider said, and keeps apart what is not signed', () => {
    const webhook = restoreWebhook({ ...meta, part: { a: 1 }, timestamp: 5 }, Buffer.from('{"a":2,"b":3}'));
    expect(webhook).toMatchObject({ payload: { a: 1 }, unsigned: { b: 3 }, timestamp: new Date(5) });
    expect(withPayload(webhook, 'fits')).toMatchObject({ payload: 'fits', unsigned: { b: 3 }, key: 'key 1' });
  });

  it('reads a form as a form, and refuses the charset that the header contradicts, as at the door', () => {
    const reading = {
      content: 'form',
      charset: 'utf-8',
      contentType: 'application/x-www-form-urlencoded',
    } as const;
    expect(restoreWebhook({ ...meta, reading }, Buffer.from('a=1')).payload).toEqual({ a: '1' });
    const other = { ...reading, contentType: 'application/x-www-form-urlencoded; charset=iso-8859-1' };
    const webhook = restoreWebhook({ ...meta, reading: other }, Buffer.from('a=%C3%A9'));
    expect(() => webhook.payload).toThrow(expect.objectContaining({ code: 'ERR_WEBHOOK_CHARSET' }));
    expect(() => restoreWebhook(meta, Buffer.from('{')).payload).toThrow(
      expect.objectContaining({ code: 'ERR_WEBHOOK_PAYLOAD' }),
    );
  });
});
